"""開會通知單 and 會議紀錄 as blocks of official documents."""

from dataclasses import replace
from datetime import date

from members.odt import Heading, Items, Line, Table, odt
from proposals.letterpack import Sender
from proposals.meetingpack import (
    Discussed,
    Minuted,
    Notice,
    clock_zh,
    minutes_blocks,
    moment_zh,
    notice_blocks,
)
from tests.cases import at

SENDER = Sender("臺灣區塊鏈大聯盟", "臺北市某路1號", "02-0000-0000", "office@example.org")
NOTICE = Notice(
    sender=SENDER,
    receiver="如出席、列席者",
    letter_number="聯盟字第1150000001號",
    letter_on=date(2026, 11, 2),
    subject="召開法規調適小組第3次工作會議",
    starts_at=at(2026, 11, 16, 14, 30),
    place="第一會議室",
    chair="召集人",
    attending=["金管會", "甲公司"],
    observing=[],
    agenda=["115-0012 代幣化應收帳款", "臨時報告"],
    enclosed=[],
    address="https://example.org/meetings/1/",
)
MINUTES = Minuted(
    heading="臺灣區塊鏈大聯盟法規調適小組第3次工作會議",
    starts_at=at(2026, 11, 16, 14),
    ends_at=at(2026, 11, 16, 16),
    place="",
    chair="",
    recorder="",
    present=["金管會"],
    observing=[],
    excused=[],
    opening="",
    items=[Discussed("115-0012 代幣化應收帳款", "業者說明", "轉請金管會主辦")],
    other="",
)


def lines(blocks: list[object]) -> dict[str, str]:
    return {block.label: block.text for block in blocks if isinstance(block, Line)}


def test_notice_says_when_where_who_and_what():
    blocks = notice_blocks(NOTICE)
    said = lines(blocks)
    assert said["開會事由"] == NOTICE.subject
    assert said["開會時間"] == "民國115年11月16日（星期一）下午2時30分"
    assert said["發文日期"] == "中華民國115年11月2日"
    assert said["出席者"] == "金管會、甲公司"
    assert said["列席者"] == "無"
    assert blocks[-1] == Items(NOTICE.agenda)


def test_notice_without_number_or_agenda_leaves_room():
    blocks = notice_blocks(replace(NOTICE, letter_number="", letter_on=None, agenda=[]))
    assert "　　　號" in lines(blocks)["發文字號"] + "　　　號"
    assert blocks[-1] == Items(["（議程另行通知）"])


def test_minutes_number_their_parts_and_items():
    blocks = minutes_blocks(MINUTES)
    headings = [block.text for block in blocks if isinstance(block, Heading)]
    assert headings == ["壹、主席致詞", "貳、討論事項", "參、臨時動議", "肆、散會（下午4時）"]
    assert lines(blocks)["決議"] == "轉請金管會主辦"
    assert lines(blocks)["地點"] == "線上會議"


def test_minutes_list_what_is_to_be_done_and_say_what_was_corrected():
    action = ("函詢", "甲公司", "民國115年12月1日")
    blocks = minutes_blocks(replace(MINUTES, actions=[action], correction="名單有誤", ends_at=None, items=[]))
    assert [block.rows for block in blocks if isinstance(block, Table)] == [[action]]
    assert lines(blocks)["更正說明"] == "名單有誤"
    assert blocks[-1] == Heading("伍、散會")


def test_hours_are_said_as_official_documents_say_them():
    hours = {9: "上午9時", 12: "中午12時", 13: "下午1時"}
    assert {hour: clock_zh(at(2026, 11, 2, hour)) for hour in hours} == hours
    assert moment_zh(at(2026, 11, 1, 9, 5)) == "民國115年11月1日（星期日）上午9時5分"


def test_documents_become_files():
    for blocks in (notice_blocks(NOTICE), minutes_blocks(MINUTES)):
        assert odt(blocks, title="會議")[:2] == b"PK"
