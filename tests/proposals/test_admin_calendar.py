"""The office calendar and closures in the admin: seen first, then done; typed wrongly, a sentence."""

import base64
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Page

from members import clock
from members.models import Letter
from proposals.actions.calendars import import_calendar
from proposals.admin.periods import PolicyForm
from proposals.models import CalendarDay, CalendarVersion, Proposal, WorkSuspension
from tests import cases
from tests.cases import signed_in
from tests.proposals.calendar_files import as_seeded, content, lines_of, official
from tests.test_admin_site import faults_of

pytestmark = pytest.mark.django_db
BROWSER = pytest.mark.filterwarnings("ignore:Session-scoped fixtures:pytest.PytestRemovedIn10Warning")

IMPORT = "/en/admin/proposals/calendarversion/import/"
ENTER = "/en/admin/proposals/worksuspension/add/"
LAST, NEXT = date(2026, 5, 4), date(2026, 5, 5)
CLOSURE = {"on": "2026-05-04", "area": "台北市", "note": "颱風", "source_url": "https://www.dgpa.gov.tw/"}


@pytest.fixture
def case() -> Proposal:
    """The lead's last day is Monday 4 May 2026."""
    with clock.at(cases.at(2026, 3, 2)):
        return cases.referred()


@pytest.fixture
def office() -> Client:
    cases.time_rules()
    return signed_in(cases.person("office@example.org", secretariat=True))


def due(case: Proposal) -> date:
    return cases.lead_of(case).due_on


def upload(client: Client, data: bytes, name: str = "115年.csv") -> Any:
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})


def hidden(answer: Any) -> dict[str, str]:
    """What the preview posts when it is confirmed."""
    found = re.findall(r'<input type="hidden" name="([a-z_]+)"(?: value="([^"]*)")?', answer.content.decode())
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def said(answer: Any) -> str:
    return unescape(answer.content.decode())


# --- the calendar -----------------------------------------------------------------------------------


def test_calendar_is_shown_then_imported(office: Client, case: Proposal) -> None:
    data = content(as_seeded(2026, {LAST: False}))
    with clock.at(cases.at(2026, 4, 1)):
        shown = upload(office, data)
        assert shown.status_code == 200
        assert case.number in said(shown)
        assert [row.day for row in shown.context["found"].changed] == [LAST]
        assert CalendarDay.objects.get(day=LAST).is_workday
        done = office.post(IMPORT, hidden(shown), follow=True)
    assert "The calendar of 2026 is imported as 官方-2026-1: 1 day changed, 1 due date moved." in said(done)
    assert due(case) == NEXT
    assert CalendarVersion.objects.last().source.startswith("115年.csv sha256:")


def test_calendar_known_already_is_said_so(office: Client) -> None:
    answer = office.post(IMPORT, {"file": SimpleUploadedFile("a.csv", content(as_seeded(2026)))}, follow=True)
    assert "The portal knows this calendar of 2026 already. Nothing changes." in said(answer)
    assert CalendarVersion.objects.count() == 1


def test_new_year_is_drawn_month_by_month(office: Client) -> None:
    answer = upload(office, content(lines_of(2028)))
    assert len(answer.context["months"]) == 12
    assert said(answer).count("<rect") == 366 + 3  # the legend has three


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Line 1: The file is empty."),
        (b"<html>", "Line 1: This is a web page, not a table."),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "Line 1: The characters can be read neither as UTF-8 nor as Big5."),
        (content(lines_of(2028)[:-1]), "Line 367: 2028-12-31 is missing"),
        (content(lines_of(2028)) * 12, "Line 1: The file is far larger than a year's calendar"),
    ],
    ids=["empty", "web page", "picture", "a day missing", "huge"],
)
def test_wrong_file_is_refused_with_line_and_reason(office: Client, data: bytes, sentence: str) -> None:
    answer = upload(office, data)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert CalendarVersion.objects.count() == 1


def test_no_file_is_refused(office: Client) -> None:
    assert office.post(IMPORT, {}).status_code == 422
    assert office.post(IMPORT, {"file": "a text"}).status_code == 422


@pytest.mark.parametrize("tampered", ["", "%%%", "資料", base64.b64encode(b"<html>").decode()])
def test_content_that_was_changed_on_the_way_is_refused(office: Client, tampered: str) -> None:
    answer = office.post(IMPORT, {"content": tampered, "name": "a\x00.csv", "digest": "x"})
    assert answer.status_code == 422
    assert CalendarVersion.objects.count() == 1


def test_confirmation_of_another_preview_shows_the_new_one(office: Client, case: Proposal) -> None:
    with clock.at(cases.at(2026, 4, 1)):
        shown = upload(office, content(as_seeded(2026, {LAST: False})))
        import_calendar(user=None, calendar=official(2028))
        answer = office.post(IMPORT, hidden(shown))
        assert answer.status_code == 409
        assert "Something has changed since you looked" in said(answer)
        assert due(case) == LAST
        office.post(IMPORT, hidden(answer))
    assert due(case) == NEXT


def test_confirmation_in_a_second_tab_says_one_thing(office: Client) -> None:
    with clock.at(cases.at(2026, 4, 1)):
        first, second = (upload(office, content(as_seeded(2026, {LAST: False}))) for _ in range(2))
        assert office.post(IMPORT, hidden(first)).status_code == 302
        office.get("/en/admin/")
        page = said(office.post(IMPORT, hidden(second), follow=True))
    assert "knows this calendar of 2026 already" in page
    assert "Something has changed since you looked" not in page


def test_calendar_that_ends_soon_stands_on_the_front_page(office: Client) -> None:
    with clock.at(cases.at(2027, 10, 2)):
        assert not [item for item in office.get("/en/admin/").context["todo"] if item.icon == "calendar"]
    with clock.at(cases.at(2027, 10, 3)):
        assert "office days are known until 31 Dec 2027" in said(office.get("/en/admin/"))


def test_auditor_reads_the_versions_and_imports_none(office: Client) -> None:
    auditor = signed_in(cases.person(audits=True))
    listed = said(auditor.get("/en/admin/proposals/calendarversion/"))
    assert IMPORT not in listed
    assert IMPORT in said(office.get("/en/admin/proposals/calendarversion/"))
    assert IMPORT in said(office.get("/en/admin/proposals/calendarday/"))
    assert upload(auditor, content(lines_of(2028))).status_code == 403


# --- closures ---------------------------------------------------------------------------------------


def test_closure_that_moves_nothing_is_saved_at_once(office: Client) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        answer = office.post(ENTER, CLOSURE, follow=True)
    assert "Saved. No due date moved." in said(answer)
    row = WorkSuspension.objects.get()
    assert (row.area, row.moves_last_day, row.entered_by.email) == ("臺北市", True, "office@example.org")


def test_closure_that_moves_a_date_is_shown_then_saved(office: Client, case: Proposal) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        shown = office.post(ENTER, CLOSURE)
        assert case.number in said(shown)
        assert not WorkSuspension.objects.exists()
        done = office.post(ENTER, hidden(shown), follow=True)
    assert "Saved. 1 due date moved." in said(done)
    assert due(case) == NEXT
    assert Letter.objects.filter(kind="date_moved").count() == 3


def test_next_area_keeps_day_cause_and_source(office: Client) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        answer = office.post(ENTER, {**CLOSURE, "_addanother": "1"}, follow=True)
    form = answer.context["form"]
    assert (form["on"].value(), form["note"].value(), form["area"].value()) == ("2026-05-04", "颱風", "")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"area": "火星市"}, "“火星市” is no county or city of Taiwan, nor a township of one."),
        ({"source_url": ""}, "This field is required."),
        ({"source_url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"source_url": "ftp://example.org/"}, "begins with https:// or http://"),
        ({"on": "soon"}, "Enter a valid date."),
        ({"on": "2036-05-04"}, "The day lies between 2013 and two weeks from today"),
        ({"ends_at": "12:00"}, "Say from when, or leave both times empty."),
        ({"starts_at": "12:00", "ends_at": "10:00"}, "The end lies after the beginning."),
        ({"moves_last_day": "maybe"}, "Select a valid choice."),
    ],
    ids=str,
)
def test_closure_typed_wrongly_is_said_in_plain_words(
    office: Client, wrong: dict[str, str], sentence: str
) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        answer = office.post(ENTER, CLOSURE | wrong)
    assert answer.status_code == 200
    assert sentence in said(answer)
    assert not WorkSuspension.objects.exists()


def test_closure_entered_twice_is_said_in_plain_words(office: Client) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        office.post(ENTER, CLOSURE)
        assert "同一日期、同一地區的停止上班已登錄。" in said(office.post(ENTER.removeprefix("/en"), CLOSURE))
    assert WorkSuspension.objects.count() == 1


def test_part_of_a_day_is_decided_anew_and_withdrawn_from_its_page(office: Client, case: Proposal) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        office.post(ENTER, {**CLOSURE, "starts_at": "18:00"})
        own = f"/en/admin/proposals/worksuspension/{WorkSuspension.objects.get().pk}"
        assert due(case) == LAST
        assert office.get(f"{own}/decide/").status_code == 200
        shown = office.post(f"{own}/decide/")
        assert case.number in said(shown)
        assert due(case) == LAST  # not confirmed yet
        office.post(f"{own}/decide/", hidden(shown))
        assert due(case) == NEXT
        page = said(office.get(f"{own}/change/"))
        assert f"{own}/decide/" in page
        office.post(f"{own}/withdraw/", hidden(office.post(f"{own}/withdraw/")))
        assert due(case) == LAST
        answer = office.post(f"{own}/withdraw/", follow=True)
    assert "This closure was withdrawn. Nothing was changed." in said(answer)
    assert f"{own}/decide/" not in said(answer)


@pytest.mark.parametrize("amount", ["0", "-1", "1001"])
def test_period_of_no_sane_length_is_refused_at_its_field(amount: str) -> None:
    with clock.at(cases.at(2026, 11, 2)):
        form = PolicyForm({"kind": "answer", "amount": amount, "unit": "day", "valid_from": "2027-01-01"})
        assert list(form.errors) == ["amount"]


# --- in a real browser ------------------------------------------------------------------------------


@BROWSER
@pytest.mark.django_db(transaction=True)
def test_calendar_and_closure_are_entered_without_barriers(
    page: Page, live_server: Any, sign_in: Callable[[Any], Page], portal_time: Any
) -> None:
    portal_time.becomes(cases.at(2026, 5, 3))
    with clock.at(cases.at(2026, 3, 2)):
        case = cases.referred()
    sign_in(cases.person(secretariat=True))
    address = f"{live_server.url}{IMPORT}"
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert faults_of(page, [address, f"{live_server.url}{ENTER}"]) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name, value in CLOSURE.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Save this closure").click()
    page.wait_for_selector(".messagelist .success")
    assert due(case) == NEXT
    data = content(as_seeded(2026, {NEXT: False}))
    page.goto(address)
    page.set_input_files("[name=file]", {"name": "115.csv", "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Look what would change").click()
    assert page.locator("figure.office-month").count() == 1
    page.get_by_role("button", name="Import this calendar").click()
    page.wait_for_selector(".messagelist .success")
    assert due(case) == date(2026, 5, 6)
