"""Every letter that names a due date carries it as a calendar file, not only the reminders."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from icalendar import Calendar, Event

from members import clock
from members.models import Letter
from proposals import reminders
from proposals.actions.aftermath import ask_reconsideration
from proposals.actions.answering import ask_proposer, extend_referral
from proposals.actions.closures import enter_closure
from proposals.actions.pauses import pause_for_cause
from proposals.actions.proposer import reply_to_question
from proposals.actions.triage import ask_for_information
from proposals.models import Deadline, Proposal
from proposals.models.deadlines import Kind
from tests import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(cases.at(2026, 3, 2)):
        yield


def entries(letter: Letter) -> list[Event]:
    return list(Calendar.from_ical(letter.calendar).walk("VEVENT")) if letter.calendar else []


def days(kind: str) -> set[date]:
    """The days that the letters of a kind carry; each of them has a file."""
    letters = Letter.objects.filter(kind=kind)
    assert letters
    found = [entries(letter) for letter in letters]
    assert all(found), f"{kind} carries no date"
    return {entry.decoded("dtstart") for rows in found for entry in rows}


def due(case: Proposal, *kinds: Kind) -> set[date]:
    return set(Deadline.objects.of_case(case).filter(kind__in=kinds).values_list("due_on", flat=True))


def asked() -> Proposal:
    case = cases.referred()
    part = cases.lead_of(case)
    ask_proposer(user=cases.liaison_of(part.ministry), referral=part, text="請補充")
    return case


def replied() -> Proposal:
    case = asked()
    question = cases.lead_of(case).questions.get()
    with clock.at(clock.now() + timedelta(days=3)):
        reply_to_question(user=cases.proposer_of(case), question=question, text="補充")
    return case


def extended() -> Proposal:
    case = cases.referred()
    part = cases.lead_of(case)
    user = cases.liaison_of(part.ministry)
    extend_referral(user=user, referral=part, amount=30, unit="day", reason="尚需會商")
    return case


def informing() -> Proposal:
    case = cases.accepted()
    return ask_for_information(user=cases.convener_of(case), proposal=case, text="請補正")


def reconsidered() -> Proposal:
    case = cases.answered()
    asks = list(case.asks.values_list("pk", flat=True))
    ask_reconsideration(user=cases.proposer_of(case), proposal=case, asks=asks, reason="理由")
    return case


@pytest.mark.parametrize(
    ("make", "letter", "kind"),
    [
        (cases.submitted, "submitted", Kind.SCREENING),
        (cases.submitted, "to_screen", Kind.SCREENING),
        (cases.accepted, "accepted", Kind.DISCUSSION),
        (informing, "information_asked", Kind.INFORMATION),
        (cases.referred, "referred", Kind.ANSWER),
        (asked, "question_asked", Kind.REPLY),
        (replied, "question_answered", Kind.ANSWER),
        (extended, "extended", Kind.ANSWER),
        (reconsidered, "reconsideration_asked", Kind.RECONSIDERATION),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_letter_carries_the_date_that_it_names(make: Callable[[], Proposal], letter: str, kind: Kind) -> None:
    case = make()
    assert days(letter) == due(case, kind)


def test_letter_of_a_date_that_moved_carries_the_new_one_under_a_higher_sequence() -> None:
    case = cases.referred()
    last = cases.lead_of(case).due_on
    with clock.at(cases.at(last.year, last.month, last.day, 9)):
        reminders.sweep()
        told = entries(Letter.objects.filter(kind="reminder").latest("pk"))[0]
        enter_closure(
            user=cases.person("office@example.org", secretariat=True),
            on=last,
            area="全國",
            note="颱風",
            source_url="https://www.dgpa.gov.tw/",
        )
    moved = entries(Letter.objects.filter(kind="date_moved")[0])[0]
    assert moved["uid"] == told["uid"]
    assert int(moved["sequence"]) > int(told["sequence"])
    assert moved.decoded("dtstart") == cases.lead_of(case).due_on > last


def test_second_move_before_any_reminder_raises_the_sequence_again() -> None:
    case = cases.referred()
    office = cases.person("office@example.org", secretariat=True)
    told = []
    for _move in range(2):
        last = cases.lead_of(case).due_on
        with clock.at(cases.at(last.year, last.month, last.day, 9)):
            enter_closure(
                user=office, on=last, area="全國", note="颱風", source_url="https://www.dgpa.gov.tw/"
            )
        assert cases.lead_of(case).due_on > last
        told.append(entries(Letter.objects.filter(kind="date_moved").latest("pk"))[0])
    first = entries(Letter.objects.filter(kind="referred")[0])[0]
    assert [int(entry["sequence"]) for entry in (first, *told)] == [0, 1, 2]
    assert {entry["uid"] for entry in told} == {first["uid"]}
    assert told[0].decoded("dtstart") < told[1].decoded("dtstart") == cases.lead_of(case).due_on


def test_count_of_moves_is_the_databases_own() -> None:
    cases.referred()
    row = Deadline.objects.get(kind=Kind.ANSWER)
    Deadline.objects.filter(pk=row.pk).update(moves=7)
    row.refresh_from_db()
    assert row.moves == 0


def test_letter_of_a_clock_that_stands_carries_no_date() -> None:
    case = cases.referred()
    with clock.at(clock.now() + timedelta(days=8)):
        pause_for_cause(
            user=cases.person("office@example.org", secretariat=True),
            starts_on=clock.today(),
            reason="天災",
            evidence_url="https://example.org/",
            referral=cases.lead_of(case),
        )
    letters = Letter.objects.filter(kind="paused_for_cause")
    assert letters
    assert not any(letter.calendar for letter in letters)
