"""The letter with which the alliance refers a case, as the blocks of an official letter (函). Pure.

In Chinese whatever the language of the page, since it is the letter itself. Form: 文書處理手冊 (行政院). One
letter with one number: the lead in the original (正本), those who support it and the proposer in copies
(副本); what a receiver of a copy is to do stands in the explanation. Each finds its own name as 受文者.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from members.odt import Block, Heading, Items, Line, Paragraph, Table, Title
from members.said import roc

COUNTED = (
    "回復期限：如附表。期間自收文之次日起算，比照行政程序法第48條計算；末日為辦公處所停止辦公日者，"
    "以次一辦公日代之。收文日尚未登錄者，以發送後第三個辦公日預計，登錄後重新計算。"
)
"""How the period is counted."""
RETURNABLE = "非屬貴管者，請於受理前敘明理由並指明主管機關退還。"
"""How it can be given back: not by a body that a letter has named as competent."""


class Speed(StrEnum):
    """速別: 最速件 within a day, 速件 within three, 普通件 within six."""

    MOST_URGENT = "最速件"
    URGENT = "速件"
    ORDINARY = "普通件"


@dataclass(frozen=True)
class Sender:
    name: str
    address: str
    phone: str
    email: str
    contact: str = "秘書處"


@dataclass(frozen=True)
class Asked:
    """A numbered ask: the law, its article, and what is asked."""

    number: int
    law: str
    article: str
    text: str


@dataclass(frozen=True)
class Due:
    """Until when a body answers, by which period, and from which receipt."""

    body: str
    part: str
    on: date
    period: str
    received_on: date | None


@dataclass(frozen=True)
class Decided:
    """The letter that ended a dispute about competence, and the body that it names."""

    body: str
    number: str
    on: date


@dataclass(frozen=True)
class OfficialLetter:
    sender: Sender
    receiver: str
    number: str
    letter_on: date | None
    speed: Speed
    case_number: str
    title: str
    proposer: str
    asks: Sequence[Asked]
    enclosed: Sequence[str]
    dues: Sequence[Due]
    address: str
    originals: Sequence[str]
    copies: Sequence[str]
    supporting: Sequence[str]
    decided: Decided | None = None
    heir: str = ""
    """Who leads the case on the day of the letter, where it is no longer its proposer."""


def blocks(letter: OfficialLetter) -> list[Block]:
    """The letter from its head to the list of those who receive it."""
    sender = letter.sender
    return [
        Title(f"{sender.name}　函"),
        Paragraph(
            "\n".join(
                [
                    f"地址：{sender.address}",
                    f"聯絡人：{sender.contact}",
                    f"電話：{sender.phone}",
                    f"電子郵件：{sender.email}",
                ]
            ),
            is_small=True,
        ),
        Line("受文者", letter.receiver, is_large=True),
        Line(
            "發文日期", f"中華{roc(letter.letter_on)}" if letter.letter_on else "中華民國　　年　　月　　日"
        ),
        Line("發文字號", letter.number or "　　　字第　　　　　　　　號"),
        Line("速別", letter.speed),
        Line("密等及解密條件或保密期限"),
        Line("附件", "、".join(letter.enclosed) or "無"),
        Line("主旨", subject(letter), is_large=True),
        Line("說明", is_large=True),
        Items(explanations(letter)),
        Heading("請求事項"),
        Table(
            ("項次", "法規", "條文", "請求事項"),
            [(str(ask.number), ask.law or "－", ask.article or "－", ask.text) for ask in letter.asks],
        ),
        Heading("回復期限"),
        Table(
            ("機關", "分工", "期間", "期限屆滿日"),
            [(due.body, due.part, due.period, f"{roc(due.on)}{_basis(due)}") for due in letter.dues],
        ),
        Line("正本", "、".join(letter.originals)),
        Line("副本", "、".join(letter.copies)),
    ]


def subject(letter: OfficialLetter) -> str:
    """主旨: one sentence."""
    return (
        f"檢送「{letter.title}」提案（案號{letter.case_number}）1案，"
        "請就所涉法規惠予逐項回應，並於期限屆滿日前回復，請查照。"
    )


def explanations(letter: OfficialLetter) -> list[str]:
    """說明: the ground, the case, what is asked, by when and how counted, and where it is answered."""
    said = [
        "依據：本聯盟設置宗旨及提案處理程序，會員提案不論同意與否，均應於一定期限內獲致附具理由之回應。",
        f"案號及提案：{letter.case_number}，{_proposed(letter)}，內容詳附件或本聯盟網站。",
        "請求事項：如附表，請逐項敘明結論、理由及法規依據。",
        COUNTED + (_decided(letter.decided) if letter.decided else RETURNABLE),
        f"線上回復：{letter.address} ；以公文回復者，請載明本聯盟案號，由秘書處登錄公開。",
    ]
    if letter.supporting:
        names = "、".join(letter.supporting)
        said.append(f"副本收受者{names}為協辦機關，請依附表期限就所管部分回復，並副知主辦機關。")
    return said


def _proposed(letter: OfficialLetter) -> str:
    heir = f"（現由{letter.heir}承接）" if letter.heir else ""
    return f"{letter.proposer}所提「{letter.title}」{heir}"


def _decided(decided: Decided) -> str:
    return f"本案管轄權責業經{roc(decided.on)}{decided.number}函決定由{decided.body}主辦，請惠予辦理。"


def _basis(due: Due) -> str:
    return f"\n（自{roc(due.received_on)}收文之次日起算）" if due.received_on else "\n（依預計收文日）"
