"""What a newcomer tries: each time a sentence in the reader's language, and not a row is changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests.crawl import outcome, undone
from tests.world import World, world

LONG = "長" * 20_001


@dataclass(frozen=True)
class Attempt:
    """Who sends what where, what comes of it, and what the page says in Chinese and in English."""

    title: str
    role: str
    path: str
    chinese: str
    english: str
    data: dict[str, Any] | None = field(default_factory=dict)
    """None for a GET; `file` is the name of a file whose content is its value."""
    said: str = "refused"
    field: str = "files"
    """The name of the field that takes the file."""


EMPTY = ("請填寫本欄", "This field is required")
NOT_FOUND = ("找不到這個頁面", "There is no page at this address")
NOT_NOW = ("未作任何變更", "Nothing was changed")


def case(state: str, step: str = "") -> str:
    return f"/proposals/{{{state}[number]}}/{step}"


def part(state: str, step: str) -> str:
    return f"/dashboard/{{{state}[referral]}}/{step}/"


def decide(step: str) -> str:
    return f"/admin/proposals/proposal/{{screening[pk]}}/step/{step}/"


def clock_of(step: str) -> str:
    return f"/admin/proposals/referral/{{referral[pk]}}/step/{step}/"


CALENDAR = "/admin/proposals/calendarversion/import/"
CLOSURE = "/admin/proposals/worksuspension/add/"
TYPHOON = {"on": "2026-11-09", "area": "臺北市", "note": "颱風", "source_url": "https://example.gov.tw/"}
CAUSE = {"starts_on": "2026-11-09", "reason": "x", "evidence_url": "https://example.tw/"}
FILES = "/my/drafts/{draft[draft_id]}/files/"
DRAFT = "/my/drafts/{draft[draft_id]}/"

# fmt: off
ATTEMPTS = [
    Attempt("sign in with a wrong password", "anonymous", "/accounts/login/",
            "您提供的電子郵件地址和／或密碼不正確", "are not correct",
            {"login": "liaison@example.org", "password": "wrong"}, "ok"),
    Attempt("open an account with a short password", "anonymous", "/invitation/{invitation[token]}/",
            "密碼太短", "This password is too short",
            {"name": "新人", "language": "en", "password": "short", "again": "short"}),
    Attempt("open an account with two passwords", "anonymous", "/invitation/{invitation[token]}/",
            "兩次輸入的密碼不同", "The two passwords differ",
            {"name": "新人", "language": "en",
             "password": "a quite long sentence", "again": "another long sentence"}),
    Attempt("use an invitation twice", "anonymous", "/invitation/{used_invitation[token]}/",
            "此邀請已被接受", "This invitation has been accepted", None, "gone"),
    Attempt("read an unknown case", "anonymous", "/proposals/115-9999/", *NOT_FOUND, None, "no"),
    Attempt("read a case that is not public", "anonymous", case("screening"), *NOT_FOUND, None, "no"),
    Attempt("open somebody else's draft", "other_representative", DRAFT, *NOT_FOUND, None, "no"),
    Attempt("save somebody else's draft", "other_representative", DRAFT, *NOT_FOUND,
            {"version": "1", "title": "x"}, "no"),
    Attempt("withdraw somebody else's case", "other_representative", case("referred", "withdraw/"),
            *NOT_FOUND, {}, "no"),
    Attempt("propose for nobody", "liaison", "/proposals/new/", "您的帳號目前未代表任何團體會員",
            "Your account does not represent a member", None, "denied"),
    Attempt("attach a program", "representative", FILES, "tool.exe：不接受這種檔案",
            "tool.exe: Files of this kind cannot be attached", {"file": {"tool.exe": b"MZ\x90\x00"}}),
    Attempt("attach a picture that scripts", "representative", FILES, "a.svg：不接受這種檔案",
            "a.svg: Files of this kind cannot be attached", {"file": {"a.svg": b"<svg/>"}}),
    Attempt("attach an empty file", "representative", FILES, "a.pdf：檔案沒有內容",
            "a.pdf: The file is empty", {"file": {"a.pdf": b""}}),
    Attempt("attach a text as PDF", "representative", FILES, "但內容與其不符",
            "but the content is something else", {"file": {"a.pdf": b"hello"}}),
    Attempt("send empty information", "representative", case("needs_information", "information/"), *EMPTY),
    Attempt("send too long information", "representative", case("needs_information", "information/"),
            "至多包含 20000 個字", "at most 20000 characters", {"text": LONG}),
    Attempt("send information nobody asked for", "representative", case("referred", "information/"),
            *NOT_NOW, {"text": "x"}),
    Attempt("withdraw an answered case", "representative", case("answered", "withdraw/"), *NOT_NOW),
    Attempt("close a case without an answer", "representative", case("referred", "close/"), *NOT_NOW),
    Attempt("reply with nothing", "representative", case("waiting", "questions/{waiting[question_id]}/"),
            *EMPTY),
    Attempt("answer another ministry's case", "other_liaison", part("referred", "publish"), *NOT_FOUND, {},
            "no"),
    Attempt("ask in another ministry's case", "other_liaison", part("referred", "ask"), *NOT_FOUND,
            {"text": "x"}, "no"),
    Attempt("answer as a mere reader", "supervisor", part("referred", "accept"),
            "您的帳號沒有這個頁面的權限", "Your account has no right to this page", {}, "denied"),
    Attempt("accept an answered case", "liaison", part("answered", "accept"), *NOT_NOW),
    Attempt("ask nothing", "liaison", part("referred", "ask"), *EMPTY),
    Attempt("ask at length", "liaison", part("referred", "ask"), "至多包含 20000 個字",
            "at most 20000 characters", {"text": LONG}),
    Attempt("ask while a question is open", "liaison", part("waiting", "ask"), *NOT_NOW, {"text": "x"}),
    Attempt("extend by nothing", "liaison", part("referred", "extend"), "大於或等於 1",
            "greater than or equal to 1", {"amount": "0", "reason": "x"}),
    Attempt("extend for ever", "liaison", part("referred", "extend"), "本期限至多得展延 60",
            "can be extended by 60 at most", {"amount": "9999", "reason": "x"}),
    Attempt("receive a letter tomorrow", "liaison", part("referred", "record"), "收文日應在來文日",
            "The day of receipt lies between", {"received_on": "2026-11-10"}),
    Attempt("receive a letter that is no day", "liaison", part("referred", "record"), "輸入有效的日期",
            "Enter a valid date", {"received_on": "soon"}),
    Attempt("sign off before the referral", "liaison", part("in_progress", "sign_off"),
            "日期不得早於轉請之日", "The day lies before the referral", {"since": "2020-01-01"}),
    Attempt("expect an answer yesterday", "liaison", part("referred", "interim"), "須為今天以後的日期",
            "names a day to come", {"text": "x", "expected_on": "2026-11-08"}),
    Attempt("return a case to oneself", "liaison", part("referred", "return"), "此選擇不在可用的選項中",
            "Select a valid choice", {"body": "{ministry[pk]}", "reason": "x"}),
    Attempt("publish unasked", "liaison", part("in_progress", "publish"), "請勾選確認發布",
            "Confirm that you want to publish", {"asks": "{in_progress[ask]}"}),
    Attempt("decline without a reason", "convener", decide("decline"), *EMPTY),
    Attempt("refer to nobody", "convener", decide("refer"), *EMPTY),
    Attempt("refer with a letter of tomorrow", "convener", decide("refer"), "發文日期不得晚於今天",
            "lies not in the future", {"refer-lead": "{ministry[pk]}", "refer-letter_on": "2026-11-10"}),
    Attempt("decide as the secretariat", "secretariat", decide("accept"), "您沒有辦理此事的權限",
            "You have no right to do this", {}, "denied"),
    Attempt("triage another group's case", "other_convener", decide("accept"), *NOT_FOUND, {}, "no"),
    Attempt("invite oneself", "secretariat", "/admin/members/invitation/add/", "不能為自己指派職務",
            "Nobody gives themselves a role",
            {"email": "secretariat@example.org", "name": "x",
             "language": "en", "organisation": "{member[pk]}", "role": "auditor"}, "ok"),
    Attempt("invite a liaison into a firm", "secretariat", "/admin/members/invitation/add/",
            "此類單位沒有這個角色", "This role does not exist in an organisation of this kind",
            {"email": "x@example.org", "name": "x",
             "language": "en", "organisation": "{member[pk]}", "role": "liaison"}, "ok"),
    Attempt("give oneself a role", "secretariat", "/admin/members/affiliation/add/", "不能為自己指派職務",
            "Nobody gives themselves a role",
            {"user": "{secretariat[pk]}", "organisation": "{member[pk]}",
             "role": "auditor", "starts_on": "2026-11-09"}, "ok"),
    Attempt("write a letter in the future", "secretariat",
            "/admin/proposals/referral/{referral[pk]}/change/", "發文日期不得晚於今天",
            "lies not in the future", {"letter_number": "x", "letter_on": "2026-11-10"}, "ok"),
    Attempt("change a period backwards", "secretariat", "/admin/proposals/deadlinepolicy/add/",
            "新的期限須自今日或以後生效", "A new period begins today or later",
            {"kind": "answer", "amount": "5", "unit": "day", "valid_from": "2026-11-01"}, "ok"),
    Attempt("count with nothing", "anonymous", "/calculator/?day=", *EMPTY, None),
    Attempt("count from no day", "anonymous", "/calculator/?day=soon&amount=5&unit=day",
            "「soon」不是日期", "“soon” is no day", None),
    Attempt("count less than nothing", "anonymous", "/calculator/?day=2026-11-09&amount=-3&unit=day",
            "期間至少為一個單位", "A period has at least one of its unit", None),
    Attempt("count for ever", "anonymous", "/calculator/?day=2026-11-09&amount=99999999999&unit=year",
            "期間過長", "a period of at most a century", None),
    Attempt("count in moons", "anonymous", "/calculator/?day=2026-11-09&amount=5&unit=moon",
            "「moon」不是計算單位", "“moon” is no unit", None),
    Attempt("count in Narnia", "anonymous",
            "/calculator/?day=2026-11-09&amount=5&unit=day&closures=on&area=Narnia",
            "Narnia", "“Narnia” is not known", None),
    Attempt("count before the calendar", "anonymous", "/calculator/?day=1999-01-01&amount=5&unit=day",
            "辦公日曆自民國114年", "The office calendar begins on", None),
    Attempt("import no calendar", "secretariat", CALENDAR, *EMPTY),
    Attempt("import a web page as a calendar", "secretariat", CALENDAR, "第1行", "Line 1: This is",
            {"file": {"114.csv": b"<html></html>"}}, field="file"),
    Attempt("import half a calendar", "secretariat", CALENDAR, "第3行", "Line 3: 2028-01-02 is missing",
            {"file": {"117.csv": "西元日期,星期,是否放假,備註\n20280101,六,2,\n".encode()}}, field="file"),
    Attempt("close offices nowhere", "secretariat", CLOSURE, *EMPTY, said="ok"),
    Attempt("close offices in Narnia", "secretariat", CLOSURE, "並非我國之直轄市、縣（市）",
            "is no county or city of Taiwan", TYPHOON | {"area": "Narnia"}, "ok"),
    Attempt("close offices next year", "secretariat", CLOSURE, "辦公日曆表",
            "belong to the office calendar", TYPHOON | {"on": "2027-11-09"}, "ok"),
    Attempt("close offices backwards", "secretariat", CLOSURE, "結束須晚於開始",
            "The end lies after the beginning", TYPHOON | {"starts_at": "12:00", "ends_at": "08:00"}, "ok"),
    Attempt("stop a clock without evidence", "secretariat", clock_of("pause"), *EMPTY,
            CAUSE | {"evidence_url": ""}),
    Attempt("stop a clock tomorrow", "secretariat", clock_of("pause"), "停止計算的首日須在期限內",
            "The pause begins on a day of the period", CAUSE | {"starts_on": "2026-11-10"}),
    Attempt("let a clock run on that does not stand", "secretariat", clock_of("run_on"), *NOT_NOW,
            {"ends_on": "2026-11-09"}),
    Attempt("prove a letter of tomorrow", "secretariat", clock_of("prove"), "來函日期須在轉請日",
            "The letter is dated between", {"reply_on": "2026-11-10", "reply_number": "x"}),
    Attempt("explain a delay that is none", "liaison", part("referred", "delay"), "並未逾期",
            "Your answer is not late", {"reason": "x", "expected_on": "2026-12-01"}),
    Attempt("prolong a period that does not run", "representative", case("screening", "information/prolong/"),
            "期限維持不變", "The period stays as it is"),
    Attempt("follow with no address", "anonymous", case("referred", "follow/"), "電子郵件地址",
            "Enter a valid email address", {"email": "me"}),
    Attempt("follow a group that is none", "anonymous", "/proposals/follow/", "有效的選項",
            "Select a valid choice", {"email": "a@example.org", "group": "none"}),
    Attempt("set a period of nothing", "secretariat", "/admin/proposals/deadlinepolicy/add/", "1",
            "greater than or equal to 1",
            {"kind": "answer", "amount": "0", "unit": "day", "valid_from": "2026-12-01"}, "ok"),
    Attempt("set a period in moons", "secretariat", "/admin/proposals/deadlinepolicy/add/", "moon",
            "moon", {"kind": "answer", "amount": "5", "unit": "moon", "valid_from": "2026-12-01"}, "ok"),
    Attempt("publish news without a text", "secretariat", "/admin/events/newsitem/add/", *EMPTY,
            {"_publish": "1", "kind": "news"}, "ok"),
]
# fmt: on


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), world() as built:
        built.add("secretariat", built.people["secretariat"])
        yield built


def rows() -> list[tuple[str, int, int]]:
    """Of each table of ours how many rows there are, and a sum over what stands in them."""
    ours = ("members", "workinggroups", "proposals", "events")
    tables = [
        m._meta.db_table
        for label in ours
        for m in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    one = "SELECT '{0}', count(*), coalesce(sum(hashtext(t::text)), 0) FROM {0} t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(table) for table in tables))
        return sorted(cursor.fetchall())


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2] or html)).split())


@pytest.mark.parametrize("language", ["zh-hant", "en"])
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.title)
def test_bad_input_is_answered_in_words(attempt: Attempt, language: str, made: World) -> None:
    path = ("/en" if language == "en" else "") + attempt.path.format(**made.objects)
    client = made.clients[attempt.role]
    with undone():
        before = rows()
        if attempt.data is None:
            response = client.get(path)
        else:
            data = {k: v.format(**made.objects) if isinstance(v, str) else v for k, v in attempt.data.items()}
            for name, content in data.pop("file", {}).items():
                data[attempt.field] = SimpleUploadedFile(name, content)
            response = client.post(path, data)
        after = rows()
    text = text_of(response.content.decode())
    assert outcome(response) == attempt.said
    assert (attempt.english if language == "en" else attempt.chinese) in text, text
    assert after == before
