"""開會通知單 and 會議紀錄 as the blocks of official documents. Pure.

In Chinese whatever the language of the page, since they are the documents themselves. Form: 文書處理手冊
(行政院), 附錄 「開會通知單」 and 「會議紀錄」.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from members.clock import TAIPEI
from members.odt import Block, Heading, Items, Line, Paragraph, Table, Title, numeral
from members.said import WEEKDAYS_ZH, roc
from proposals.letterpack import Sender

PARTS = "壹貳參肆伍陸柒捌玖"
NONE = "無"


@dataclass(frozen=True)
class Notice:
    sender: Sender
    receiver: str
    letter_number: str
    letter_on: date | None
    subject: str
    starts_at: datetime
    place: str
    chair: str
    attending: Sequence[str]
    observing: Sequence[str]
    agenda: Sequence[str]
    enclosed: Sequence[str]
    address: str
    carried: Sequence[tuple[str, str, str]] = ()
    """What earlier meetings left to do: what, by whom, until when."""


@dataclass(frozen=True)
class Discussed:
    """案由, 說明, 決議 of one item."""

    title: str
    text: str
    decision: str


@dataclass(frozen=True)
class Minuted:
    heading: str
    starts_at: datetime
    ends_at: datetime | None
    place: str
    chair: str
    recorder: str
    present: Sequence[str]
    observing: Sequence[str]
    excused: Sequence[str]
    opening: str
    items: Sequence[Discussed]
    other: str
    actions: Sequence[tuple[str, str, str]] = field(default_factory=list)
    correction: str = ""
    redacted: Sequence[str] = ()


def notice_blocks(notice: Notice) -> list[Block]:
    """The notice from its head to the agenda."""
    sender = notice.sender
    contact = f"{sender.contact}　{sender.phone}　{sender.email}"
    head = [
        f"地址：{sender.address}",
        f"聯絡人：{sender.contact}",
        f"電話：{sender.phone}",
        f"電子郵件：{sender.email}",
    ]
    return [
        Title(f"{sender.name}　開會通知單"),
        Paragraph("\n".join(head), is_small=True),
        Line("受文者", notice.receiver, is_large=True),
        Line(
            "發文日期", f"中華{roc(notice.letter_on)}" if notice.letter_on else "中華民國　　年　　月　　日"
        ),
        Line("發文字號", notice.letter_number or "　　　字第　　　　　　　　號"),
        Line("速別", "普通件"),
        Line("密等及解密條件或保密期限"),
        Line("附件", "、".join(notice.enclosed) or NONE),
        Line("開會事由", notice.subject, is_large=True),
        Line("開會時間", moment_zh(notice.starts_at), is_large=True),
        Line("開會地點", notice.place or "線上會議", is_large=True),
        Line("主持人", notice.chair or "召集人", is_large=True),
        Line("聯絡人及電話", contact),
        Line("出席者", "、".join(notice.attending) or NONE),
        Line("列席者", "、".join(notice.observing) or NONE),
        Line("副本"),
        Line("備註", f"請於會議網頁回復是否出席：{notice.address}"),
        Heading("議程"),
        Items(notice.agenda or ["（議程另行通知）"]),
        *_carried(notice.carried),
    ]


def _carried(tasks: Sequence[tuple[str, str, str]]) -> list[Block]:
    return [Heading("前次會議列管事項"), _table(tasks)] if tasks else []


def _table(tasks: Sequence[tuple[str, str, str]]) -> Table:
    return Table(("事項", "負責單位", "完成期限"), tasks)


def minutes_blocks(minutes: Minuted) -> list[Block]:
    """The minutes from the heading to the end of the meeting."""
    said: list[Block] = [
        Title(f"{minutes.heading}　會議紀錄"),
        *([Line("更正說明", minutes.correction)] if minutes.correction else []),
        *(Line("遮蔽註記", remark) for remark in minutes.redacted),
        Line("時間", moment_zh(minutes.starts_at)),
        Line("地點", minutes.place or "線上會議"),
        Line("主席", minutes.chair or "召集人"),
        Line("紀錄", minutes.recorder or "秘書"),
        Line("出席者", "、".join(minutes.present) or NONE),
        Line("列席者", "、".join(minutes.observing) or NONE),
        Line("請假者", "、".join(minutes.excused) or NONE),
    ]
    parts: list[tuple[str, list[Block]]] = [
        ("主席致詞", [Paragraph(minutes.opening or "（略）")]),
        ("討論事項", _items(minutes.items)),
        ("臨時動議", [Paragraph(minutes.other or NONE)]),
    ]
    if minutes.actions:
        parts.append(("列管事項", [_table(minutes.actions)]))
    for sign, (title, blocks) in zip(PARTS, parts, strict=False):
        said += [Heading(f"{sign}、{title}"), *blocks]
    end = f"（{clock_zh(minutes.ends_at)}）" if minutes.ends_at else ""
    return [*said, Heading(f"{PARTS[len(parts)]}、散會{end}")]


def _items(items: Sequence[Discussed]) -> list[Block]:
    blocks: list[Block] = []
    for number, item in enumerate(items, 1):
        blocks += [
            Line(f"案由{numeral(number)}", item.title),
            Line("說明", item.text or "（略）"),
            Line("決議", item.decision or "（未作成決議）"),
        ]
    return blocks or [Paragraph(NONE)]


def moment_zh(moment: datetime) -> str:
    """民國115年11月2日（星期一）下午2時30分."""
    local = moment.astimezone(TAIPEI)
    return f"{roc(local)}（星期{WEEKDAYS_ZH[local.weekday()]}）{clock_zh(local)}"


def clock_zh(moment: datetime) -> str:
    """上午9時, 中午12時, 下午2時30分."""
    local = moment.astimezone(TAIPEI)
    half = "上午" if local.hour < 12 else "中午" if local.hour == 12 else "下午"
    hour = local.hour if local.hour <= 12 else local.hour - 12
    return f"{half}{hour}時" + (f"{local.minute}分" if local.minute else "")
