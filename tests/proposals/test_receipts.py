"""期限計算書: what the sheet of a due date says, to whom, and that it is what calculator and command say."""

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from members import clock
from proposals.actions import timing
from proposals.actions.answering import ask_proposer, extend_referral, record_letters
from proposals.actions.proposer import reply_to_question, withdraw_proposal
from proposals.actions.triage import decline_proposal
from proposals.models import CalendarDay, CalendarVersion, Deadline, FollowUp, Proposal, WorkSuspension
from proposals.models.deadlines import Kind
from proposals.receipts import Receipt, receipts_of
from proposals.templatetags.receipts import standing
from proposals.views.pdf import HAS_PDF
from tests import cases
from tests.cases import signed_in
from workinggroups.models import Meeting

pytestmark = pytest.mark.django_db

at = cases.at
START = at(2026, 7, 20)
NOW = at(2026, 10, 6)


@pytest.fixture
def case() -> Proposal:
    """Received on 28 July 2026, asked from 20 August to 2 September, extended by thirty days in September."""
    with clock.at(START):
        case = cases.referred(supporting=[cases.ministry("moj")])
    part = cases.lead_of(case)
    user = cases.liaison_of(part.ministry)
    with clock.at(at(2026, 7, 29)):
        record_letters(user=user, referral=part, received_on=date(2026, 7, 28))
    with clock.at(at(2026, 8, 20)):
        question = ask_proposer(user=user, referral=part, text="請補充託管契約")
    with clock.at(at(2026, 9, 2)):
        reply_to_question(user=cases.proposer_of(case), question=question, text="已補充")
    with clock.at(at(2026, 9, 22)):
        extend_referral(
            user=user,
            referral=cases.lead_of(case),
            amount=30,
            unit="day",
            reason="尚需會商",
            progress="研析中",
        )
    return case


def row(case: Proposal, kind: str) -> Deadline:
    return receipts_of(case, cases.person("auditor@example.org", audits=True)).get(kind=kind)


def address(deadline: Deadline, name: str = "receipt") -> str:
    return reverse(f"proposals:{name}", args=[deadline.case.number, deadline.pk])


def read(path: str, client: Client | None = None, status: int = 200) -> str:
    with clock.at(NOW):
        response = (client or Client()).get(path)
    assert response.status_code == status, path
    return response.content.decode()


def test_receipt_of_an_answer_says_all_that_it_rests_on(case: Proposal) -> None:
    told = Receipt.of(row(case, "answer"))
    assert (told.event_on, told.known_by, told.period.amount) == (date(2026, 7, 28), "letter", 60)
    assert (told.raw_last_day, told.last_day) == (date(2026, 11, 8), date(2026, 11, 9))
    assert told.late_from == date(2026, 11, 10)
    assert told.very_overdue_on == date(2026, 12, 9)
    (pause,) = told.pauses
    assert (pause.starts_on, pause.ends_on, pause.cause) == (date(2026, 8, 20), date(2026, 9, 2), "question")
    assert told.extension.granted.reason == "尚需會商"
    assert told.area == "臺北市"
    assert told.counted_at == at(2026, 9, 22)
    assert [(s.code, s.on, s.version) for s in told.sources()] == [
        ("closed_day", date(2026, 11, 8), told.calendar_version)
    ]


def test_receipt_tells_what_moved_its_date_and_nothing_of_other_bodies(case: Proposal) -> None:
    lead, support = (Receipt.of(row(case, kind)) for kind in ("answer", "support"))
    kinds = ["received", "question_asked", "question_answered", "extended"]
    assert [entry.kind for entry in lead.history(AnonymousUser())] == kinds
    assert not support.history(AnonymousUser()).exists()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_sheet_shows_the_day_the_calendar_and_the_words(case: Proposal, prefix: str) -> None:
    page = read(prefix + address(row(case, "answer")))
    for said in (
        "2026-11-09",
        "民國115年11月9日",
        "css/receipt.css",
        "mark-paused",
        "mark-moved",
        "mark-last",
    ):
        assert said in page, said
    assert page.count('class="mark mark-paused"') == 13 + 1, "thirteen days and the legend"
    assert page.count('<table class="leaf"') == 5


def test_sheet_in_english_names_every_ground(case: Proposal) -> None:
    page = read("/en" + address(row(case, "answer")))
    for said in (
        "day of receipt of the official letter, as recorded",
        "Late from 00:00 of",
        "Very overdue from",
        "of Taipei City count",
        "Extended once by 30 days",
        "waiting for the proposer&#x27;s reply",
        "What moved the date",
    ):
        assert said in page, said


def test_receipts_of_a_case_show_the_running_first(case: Proposal) -> None:
    rows = list(receipts_of(case, AnonymousUser()))
    settled = [r.settled_at is not None for r in rows]
    assert settled == sorted(settled)
    running = [r.due_on for r in rows if r.settled_at is None]
    assert running == sorted(running)
    page = read(reverse("proposals:receipts", args=[case.number]))
    assert all(address(r) in page for r in rows)


def test_case_and_dashboard_lead_to_the_sheet(case: Proposal) -> None:
    answer = row(case, "answer")
    assert address(answer) in read(case.get_absolute_url())
    client = signed_in(cases.liaison_of(answer.referral.ministry))
    assert address(answer) in read(reverse("proposals:referral", args=[answer.referral_id]), client)


def test_json_of_row_calculator_and_command_is_the_same(case: Proposal) -> None:
    answer = row(case, "answer")
    of_row = json.loads(read(address(answer, "receipt_json")))
    query = (
        "day=115/7/28&amount=60&unit=day&closures=on&area=台北市"
        "&pause_from=2026-08-20&pause_until=2026-09-02&extension=30&format=json"
    )
    computed = json.loads(read(f"{reverse('proposals:calculator')}?{query}"))
    names = ("raw_last_day", "last_day", "last_moment", "steps", "calendar_version", "provisional")
    assert {name: of_row[name] for name in names} == {name: computed[name] for name in names}
    assert set(of_row) == set(computed)
    for name in ("period", "area", "late_from", "shift", "count_first_day"):
        assert of_row[name] == computed[name]
    assert of_row["case"] == {
        "number": case.number,
        "step": "answer",
        "whose": {"zh": "fsc 部", "en": "Ministry fsc"},
        "settled": False,
    }


def test_json_of_command_and_calculator_is_the_same_to_the_letter(case: Proposal) -> None:
    out = StringIO()
    with clock.at(NOW):
        call_command("deadline", "2026-07-28", "60", "days", "--closures", "--json", stdout=out)
    query = "day=2026-07-28&amount=60&unit=day&closures=on&area=臺北市&format=json"
    assert json.loads(out.getvalue()) == json.loads(read(f"{reverse('proposals:calculator')}?{query}"))


def test_receipt_of_a_running_pause_says_that_the_clock_stands() -> None:
    with clock.at(START):
        part = cases.lead_of(cases.referred())
        ask_proposer(user=cases.liaison_of(part.ministry), referral=part, text="請補充")
    answer = row(part.proposal, "answer")
    assert json.loads(read(address(answer, "receipt_json")))["is_stopped"] is True
    assert "The clock stands: the day moves" in read("/en" + address(answer))


def test_receipt_of_a_closure_names_it_with_its_announcement() -> None:
    source = "https://example.org/typhoon"
    WorkSuspension.objects.create(on=date(2026, 8, 3), area="臺北市", note="颱風", source_url=source)
    with clock.at(START):
        case = cases.submitted()
    told = Receipt.of(row(case, "screening"))
    assert told.last_day == date(2026, 8, 4)
    closure = next(s for s in told.sources() if s.code == "closure")
    assert (closure.on, closure.name, closure.source_url) == (date(2026, 8, 3), "颱風", source)


def test_receipt_names_no_version_of_the_calendar_that_came_after_it() -> None:
    with clock.at(at(2026, 6, 10)):
        deadline = row(cases.submitted(), "screening")
    later = CalendarVersion.objects.create(label="later", source="tests")
    CalendarDay.objects.filter(day=date(2026, 6, 19)).update(version=later)
    (holiday,) = Receipt.of(deadline).sources()
    assert (holiday.on, holiday.version) == (date(2026, 6, 19), deadline.calendar_version)


def test_planned_day_of_a_promise_is_told_as_set() -> None:
    with clock.at(START):
        case = cases.answered()
        part = cases.lead_of(case)
        item = FollowUp.objects.create(
            proposal=case,
            referral=part,
            ministry=part.ministry,
            ask=case.asks.first(),
            title="修正辦法",
            planned_on=date(2026, 12, 27),
        )
        deadline = timing.plan_follow_up(item)
    told = Receipt.of(deadline)
    assert (told.is_planned, told.as_json()["period"], told.last_day) == (True, None, date(2026, 12, 27))
    assert told.actor == part.ministry
    with translation.override("en"):
        (sentence,) = told.sentences
    assert "neither counted nor shifted" in sentence
    page = read("/en" + address(deadline))
    assert "Planned for" in page
    assert 'class="leaf"' not in page


def test_minutes_of_a_meeting_have_a_receipt_without_a_case() -> None:
    cases.time_rules()
    group = cases.group()
    with clock.at(at(2026, 9, 21)):
        meeting = Meeting.objects.create(group=group, title_zh="會議", starts_at=clock.now())
        deadline = timing.open_deadline(Kind.MINUTES, counted_from=clock.today(), meeting=meeting)
    told = Receipt.of(deadline)
    assert (told.case, told.actor, told.pauses) == (None, group, ())
    assert told.as_json()["case"]["number"] is None
    assert told.sources()
    assert not told.history(AnonymousUser()).exists()
    assert told.sentences


@pytest.mark.parametrize("name", ["receipt", "receipt_json"])
def test_receipt_of_a_case_that_is_not_public_is_for_its_parties(name: str) -> None:
    with clock.at(START):
        case = cases.submitted()
    deadline = row(case, "screening")
    read(address(deadline, name), status=404)
    read(address(deadline, name), signed_in(cases.person(represents=cases.member_org("other"))), status=404)
    read(address(deadline, name), signed_in(cases.proposer_of(case)))


@pytest.mark.parametrize("step", ["decline", "withdraw"])
def test_receipt_of_a_hidden_case_does_not_exist_for_strangers(step: str) -> None:
    with clock.at(START):
        case = cases.submitted()
        if step == "decline":
            decline_proposal(user=cases.convener_of(case), proposal=case, reason="unclear", text="不明")
        else:
            withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    deadline = row(case, "screening")
    read(reverse("proposals:receipts", args=[case.number]), status=404)
    read(address(deadline), status=404)
    read(address(deadline), signed_in(cases.proposer_of(case)))


def test_receipt_belongs_to_the_case_of_its_address(case: Proposal) -> None:
    with clock.at(START):
        other = cases.accepted(organisation=cases.member_org("other"))
    deadline = row(other, "discussion")
    read(reverse("proposals:receipt", args=[case.number, deadline.pk]), status=404)
    read(reverse("proposals:receipt", args=[case.number, 10**30]), status=404)


@pytest.mark.skipif(HAS_PDF, reason="the optional library is there")
def test_pdf_is_neither_offered_nor_there_without_its_library(case: Proposal) -> None:
    answer = row(case, "answer")
    pdf = address(answer, "receipt_pdf")
    read(pdf, status=404)
    assert pdf not in read(address(answer))


@pytest.mark.skipif(not HAS_PDF, reason="needs the optional library")
def test_pdf_is_one_sheet_with_real_text(case: Proposal) -> None:
    with clock.at(NOW):
        response = Client().get(address(row(case, "answer"), "receipt_pdf"))
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


def test_receipts_take_as_many_statements_for_one_due_date_as_for_many(case: Proposal) -> None:
    with clock.at(START):
        small = cases.submitted()
    client = signed_in(cases.proposer_of(case))
    assert cases.proposer_of(small) == cases.proposer_of(case)
    assert (receipts_of(small, AnonymousUser()).count(), small.organisation_id) == (0, case.organisation_id)
    counts = []
    for number, fewest in ((small.number, 1), (case.number, 3)):
        with CaptureQueriesContext(connection) as queries:
            page = read(reverse("proposals:receipts", args=[number]), client)
        assert page.count("due-row") >= fewest
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_sheet_takes_few_statements(case: Proposal, django_assert_max_num_queries: Any) -> None:
    path = address(row(case, "answer"))
    read(path)
    with django_assert_max_num_queries(8):
        read(path)


def test_sheet_of_a_last_day_long_after_its_event_leaves_months_out() -> None:
    cases.time_rules()
    with clock.at(START):
        told = Receipt.computed(date(2025, 1, 10), timing.Period(500, timing.Unit.DAY))
    leaves = told.months
    assert [leaf.skipped for leaf in leaves] == [0, 0, 11, 0, 0, 0]
    assert leaves[-1].first == told.last_day.replace(day=1)
    assert told.last_day - told.event_on >= timedelta(days=500)


@pytest.mark.parametrize(
    ("kind", "on", "text", "tone"),
    [
        ("answer", at(2026, 11, 9), "due today", "brand"),
        ("answer", at(2026, 11, 10), "Overdue · 1 day late", "late"),
        ("answer", at(2026, 12, 9), "Very overdue · 30 days late", "late very"),
        ("preliminary", at(2026, 11, 9), "No preliminary reply yet", "soon"),
        ("acceptance", at(2026, 11, 9), "Stopped on Wed 29 Jul", "muted"),
        ("support", at(2026, 11, 9), "Not received yet", "soon"),
    ],
)
def test_standing_of_a_due_date(case: Proposal, kind: str, on: Any, text: str, tone: str) -> None:
    rows = [r for r in receipts_of(case, AnonymousUser()) if r.kind == kind]
    part = cases.lead_of(case) if kind != "support" else rows[0].referral
    if kind == "acceptance":
        Deadline.objects.filter(referral=part, kind=kind).update(settled_at=at(2026, 7, 29))
    (deadline,) = [r for r in receipts_of(case, AnonymousUser()) if r.kind == kind and r.referral == part]
    with clock.at(on), translation.override("en"):
        found = standing(deadline)
    assert (found["text"], found["tone"]) == (text, tone)
