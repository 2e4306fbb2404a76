"""Overdue and very overdue: from dates, everywhere the same, and never of what nobody has received."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from alliance.figures import count_figures
from alliance.todo import not_received
from members import clock
from proposals import statistics
from proposals.actions.answering import accept_referral, first_opening, forget_receipt, record_receipt_by_mail
from proposals.actions.pauses import pause_for_cause
from proposals.casefile import Hold, Row, for_rows
from proposals.filters import overdue
from proposals.ledger import Owner, ledger, totals
from proposals.models import Deadline, Proposal, Referral
from tests import cases
from tests.cases import signed_in

from .ledgers import turns

at = cases.at
pytestmark = pytest.mark.django_db


@pytest.fixture
def referral() -> Referral:
    """Sent on 2 March 2026; nobody has opened it. Counted from 5 March its answer is due on 4 May."""
    with clock.at(at(2026, 3, 2)):
        return cases.lead_of(cases.referred())


@pytest.fixture
def received(referral: Referral) -> Referral:
    with clock.at(at(2026, 3, 5)):
        first_opening(user=cases.liaison_of(referral.ministry), referral=referral)
    return fresh(referral)


def fresh(referral: Referral) -> Referral:
    return cases.lead_of(Proposal.objects.get(pk=referral.proposal_id))


def get(path: str) -> Any:
    return Client().get(path)


def marks(referral: Referral) -> dict[str, bool]:
    """What each place says of the lead's lateness today."""
    row = Row.of(for_rows(Proposal.objects.all()).get(), clock.today())
    page = get(f"/en/proposals/{referral.proposal.number}/").content.decode()
    liaison = signed_in(cases.person(supervises=referral.ministry))
    listed = {r.referral.pk for r in liaison.get("/dashboard/?tab=overdue").context["rows"]}
    return {
        "row": row.turn.is_late(clock.today()),
        "bar": "late" in dict(row.parts),
        "page": ">Overdue<" in page or ">Very overdue<" in page,
        "list": b'class="badge late' in get("/proposals/").content,
        "ministry": b'class="badge late' in get(f"/ministries/{referral.ministry.slug}/").content,
        "filter": overdue(Proposal.objects.all()).exists(),
        "queryset": Referral.objects.overdue().exists(),
        "property": fresh(referral).is_overdue,
        "workload": statistics.workload([referral.ministry]).overdue == 1,
        "home": count_figures(clock.today()).overdue == 1,
        "dashboard": referral.pk in listed,
    }


def test_every_place_says_overdue_from_the_day_after_the_last_day(received):
    with clock.at(at(2026, 5, 4, 23, 59)):
        assert set(marks(received).values()) == {False}
    with clock.at(at(2026, 5, 5, 0, 0)):
        said = marks(received)
        assert set(said.values()) == {True}, said


def test_what_nobody_has_received_is_nowhere_overdue_and_says_so(referral):
    with clock.at(at(2026, 7, 1)):
        said = marks(referral)
        assert set(said.values()) == {False}, said
        page = get(f"/en/proposals/{referral.proposal.number}/").content.decode()
        row = Row.of(for_rows(Proposal.objects.all()).get(), clock.today())
    assert "Not received yet" in page
    assert "not known to have received" in page
    assert row.turn.hold is Hold.NOT_RECEIVED


def test_what_is_paused_for_a_cause_is_nowhere_overdue(received):
    office = cases.person(secretariat=True)
    with clock.at(at(2026, 4, 20)):
        why = {"reason": "地震", "evidence_url": "https://example.gov.tw/n"}
        pause_for_cause(user=office, referral=received, starts_on=date(2026, 4, 20), **why)
    with clock.at(at(2026, 8, 1)):
        said = marks(received)
        assert set(said.values()) == {False}, said
        page = get(f"/en/proposals/{received.proposal.number}/").content.decode()
    assert "for a cause that nobody answers for" in page
    assert 'href="https://example.gov.tw/n"' in page
    assert "地震" in page


def test_very_overdue_begins_half_the_period_after_the_due_date(received):
    def places() -> list[bool]:
        row = Row.of(for_rows(Proposal.objects.all()).get(), clock.today())
        return [
            row.turn.is_very_late(clock.today()),
            fresh(received).is_very_overdue,
            Referral.objects.very_overdue().exists(),
            overdue(Proposal.objects.all(), is_very=True).exists(),
            statistics.workload([received.ministry]).very_overdue == 1,
            count_figures(clock.today()).very_overdue == 1,
            b'class="badge late very"' in get("/proposals/?state=very_overdue").content,
            b'class="badge late very"' in get(f"/proposals/{received.proposal.number}/").content,
        ]

    with clock.at(at(2026, 6, 2)):
        assert places() == [False] * 8
    with clock.at(at(2026, 6, 3)):
        assert places() == [True] * 8


def test_screening_that_is_late_by_half_its_period_is_very_overdue_too():
    with clock.at(at(2026, 3, 2)):
        case = cases.accepted()
        deadline = Deadline.objects.unsettled().get(proposal=case)
    for day, is_very in ((deadline.very_overdue_on, True), (deadline.due_on, False)):
        with clock.at(at(day.year, day.month, day.day)):
            assert overdue(Proposal.objects.all(), is_very=True).exists() is is_very
            row = Row.of(for_rows(Proposal.objects.all()).get(), clock.today())
            assert row.turn.is_very_late(clock.today()) is is_very


# --- referrals that nobody has received ------------------------------------------------------------


def test_secretariat_asks_after_what_nobody_received_within_five_working_days(referral):
    with clock.at(at(2026, 3, 9)):
        assert not not_received().exists()
    with clock.at(at(2026, 3, 10)):
        assert not_received().get() == referral
        office = signed_in(cases.person(secretariat=True))
        page = office.get("/en/admin/")
        assert "which=missing" in page.content.decode()
        listed = office.get("/en/admin/proposals/referral/?which=missing").content.decode()
        assert "not received for 8 days" in listed
        first_opening(user=cases.liaison_of(referral.ministry), referral=referral)
        assert not not_received().exists()


def test_receipt_assumed_from_a_mail_that_came_back_is_forgotten(referral):
    due_on = referral.due_on
    with clock.at(at(2026, 3, 5)):
        record_receipt_by_mail(referral=referral, received_on=date(2026, 3, 5))
    with clock.at(at(2026, 3, 12)):
        forget_receipt(referral=fresh(referral))
        forget_receipt(referral=fresh(referral))
    row = fresh(referral)
    assert (row.received_on, row.receipt, row.due_on) == (None, "", due_on)
    assert row.timeline.filter(kind="receipt_forgotten").count() == 1
    days = totals(ledger(turns(row.proposal), date(2026, 3, 20)))
    assert (days[Owner.ALLIANCE], days[Owner.MINISTRY]) == (18, 0)
    with clock.at(at(2026, 3, 16)):
        first_opening(user=cases.liaison_of(row.ministry), referral=row)
    kinds = ["received", "receipt_forgotten", "received"]
    assert [e.kind for e in row.timeline.filter(kind__in=kinds).order_by("recorded_at")] == kinds
    days = totals(ledger(turns(row.proposal), date(2026, 3, 20)))
    assert (days[Owner.ALLIANCE], days[Owner.MINISTRY]) == (14, 4)


@pytest.mark.parametrize("step", ["opened", "accepted", "unknown"])
def test_receipt_that_is_known_otherwise_is_not_forgotten(referral, step):
    liaison = cases.liaison_of(referral.ministry)
    with clock.at(at(2026, 3, 6)):
        if step != "unknown":
            record_receipt_by_mail(referral=referral, received_on=date(2026, 3, 5))
        if step == "opened":
            first_opening(user=liaison, referral=fresh(referral))
        if step == "accepted":
            accept_referral(user=liaison, referral=fresh(referral))
    before = fresh(referral)
    with clock.at(at(2026, 3, 12)):
        forget_receipt(referral=before)
    assert (fresh(referral).received_on, fresh(referral).receipt) == (before.received_on, before.receipt)
    assert not before.timeline.filter(kind="receipt_forgotten").exists()
