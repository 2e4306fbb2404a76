"""The proposer prolongs its own period: once, in time, and seen by whoever waits."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused
from proposals.actions.answering import ask_proposer
from proposals.actions.proposer import (
    lapse_information,
    lapse_question,
    prolong_own_period,
    reply_to_question,
)
from proposals.actions.triage import ask_for_information
from proposals.models import Deadline, DeadlinePolicy, Proposal, Question
from proposals.models.deadlines import Kind
from tests import cases
from tests.cases import signed_in

at = cases.at
pytestmark = pytest.mark.django_db
LAST_DAY, LATER = date(2026, 11, 23), date(2026, 12, 2)
"""Asked on 2 November: twenty days end on a Sunday; ten more on 2 December."""


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(at(2026, 11, 2)), override("en"):
        yield


@pytest.fixture
def lacking() -> Proposal:
    case = cases.submitted()
    return ask_for_information(user=cases.convener_of(case), proposal=case, text="請補章程")


@pytest.fixture
def question() -> Question:
    lead = cases.lead_of(cases.referred())
    return ask_proposer(user=cases.liaison_of(lead.ministry), referral=lead, text="用戶幾人？")


def own(thing: Proposal | Question) -> Deadline:
    if isinstance(thing, Question):
        return Deadline.objects.get(question=thing)
    return Deadline.objects.get(proposal=thing, kind=Kind.INFORMATION)


def case_of(thing: Proposal | Question) -> Proposal:
    pk = thing.referral.proposal_id if isinstance(thing, Question) else thing.pk
    return Proposal.objects.get(pk=pk)


def prolong(thing: Proposal | Question, **changes: Any) -> Deadline:
    given = {"user": cases.proposer_of(case_of(thing)), "deadline": own(thing), **changes}
    return prolong_own_period(**given)


@pytest.fixture(params=["lacking", "question"])
def thing(request: pytest.FixtureRequest) -> Proposal | Question:
    return request.getfixturevalue(request.param)


def test_own_period_is_prolonged_once_by_what_its_policy_allows(thing: Proposal | Question) -> None:
    before = case_of(thing).latest_overall_on
    assert own(thing).due_on == LAST_DAY
    with clock.at(at(2026, 11, 23, 23, 59)):
        prolong(thing, reason="資料蒐集中")
        with pytest.raises(Refused, match="once"):
            prolong(thing)
    assert own(thing).due_on == LATER
    assert own(thing).prolonged_by == 10
    assert "extended" in [step["code"] for step in own(thing).steps]
    assert case_of(thing).latest_overall_on > before


def test_prolongation_is_history_and_told_to_whoever_waits(question: Question, lacking: Proposal) -> None:
    prolong(question, reason="資料蒐集中")
    prolong(lacking)
    entry = question.referral.timeline.get(kind="prolonged")
    assert (entry.visibility, entry.note.text, entry.turn) == ("public", "資料蒐集中", "")
    assert (entry.data["old_due_on"], entry.data["new_due_on"]) == ("2026-11-23", "2026-12-02")
    assert lacking.timeline.get(kind="prolonged").visibility == "parties"
    people = {letter.recipient for letter in Letter.objects.filter(kind="prolonged")}
    assert people == {cases.liaison_of(question.referral.ministry), cases.convener_of(lacking)}
    told = Letter.objects.get(kind="prolonged", recipient=cases.liaison_of(question.referral.ministry))
    assert "資料蒐集中" in told.body


def test_prolonged_period_lapses_when_it_is_over_and_not_before(
    question: Question, lacking: Proposal
) -> None:
    prolong(question)
    prolong(lacking)
    with clock.at(at(2026, 12, 2)):
        for lapse in (lambda: lapse_question(question=question), lambda: lapse_information(proposal=lacking)):
            with pytest.raises(Refused):
                lapse()
    with clock.at(at(2026, 12, 3)):
        lapse_question(question=question)
        lapse_information(proposal=lacking)
    assert case_of(lacking).state == "withdrawn"
    question.refresh_from_db()
    assert question.due_on == LATER
    assert question.lapsed_at is not None


def test_answer_moves_by_the_days_that_were_really_taken(question: Question) -> None:
    """Of the 28 the first was the day of receipt, which is not counted anyway."""
    answer = Deadline.objects.get(referral=question.referral, kind=Kind.ANSWER)
    prolong(question)
    with clock.at(at(2026, 11, 30)):
        reply_to_question(user=cases.proposer_of(case_of(question)), question=question, text="三百人")
    moved = Deadline.objects.get(pk=answer.pk)
    assert (moved.raw_last_on - answer.raw_last_on).days == 27


def test_prolongation_after_the_last_day_is_refused(thing: Proposal | Question) -> None:
    with clock.at(at(2026, 11, 24)), pytest.raises(Refused, match="passed"):
        prolong(thing)
    assert own(thing).due_on == LAST_DAY


def test_prolongation_where_the_policy_allows_none_is_refused(thing: Proposal | Question) -> None:
    DeadlinePolicy.objects.update(extendable_by=None)
    with pytest.raises(Refused, match="cannot be prolonged"):
        prolong(thing)
    assert own(thing).prolonged_by is None


def test_prolongation_of_what_has_been_dealt_with_is_refused(question: Question) -> None:
    reply_to_question(user=cases.proposer_of(case_of(question)), question=question, text="三百人")
    with pytest.raises(Refused, match="dealt with"):
        prolong(question)


def test_prolongation_of_a_ministrys_or_the_alliances_period_is_refused(question: Question) -> None:
    user = cases.proposer_of(case_of(question))
    for kind in (Kind.ANSWER, Kind.PRELIMINARY):
        with pytest.raises((Refused, NotAllowed)):
            prolong_own_period(user=user, deadline=question.referral.deadlines.get(kind=kind))


def test_nobody_but_the_proposer_prolongs(thing: Proposal | Question) -> None:
    case = case_of(thing)
    for user in (
        cases.convener_of(case),
        cases.liaison_of(cases.ministry()),
        cases.person(secretariat=True),
        cases.person(represents=cases.member_org("other")),
    ):
        with pytest.raises(NotAllowed):
            prolong(thing, user=user)
    assert own(thing).due_on == LAST_DAY


# --- the page --------------------------------------------------------------------------------------


def address(thing: Proposal | Question) -> str:
    case = case_of(thing)
    part = f"questions/{thing.pk}" if isinstance(thing, Question) else "information"
    return f"/en/proposals/{case.number}/{part}/"


def author(thing: Proposal | Question) -> Client:
    return signed_in(cases.proposer_of(case_of(thing)))


def test_page_says_the_new_day_before_it_is_confirmed(thing: Proposal | Question) -> None:
    client = author(thing)
    before = client.get(address(thing)).content.decode()
    assert f"{address(thing)}prolong/" in before
    assert "2 Dec 2026" in before
    page = client.get(f"{address(thing)}prolong/").content.decode()
    assert "23 Nov 2026" in page
    assert "Prolong until" in page
    assert own(thing).due_on == LAST_DAY
    done = client.post(f"{address(thing)}prolong/", {"reason": ""})
    assert (done.status_code, done["Location"]) == (302, address(thing))
    assert own(thing).due_on == LATER
    after = client.get(address(thing)).content.decode()
    assert "prolong/" not in after


def test_page_says_why_there_is_no_prolongation(thing: Proposal | Question) -> None:
    client = author(thing)
    client.post(f"{address(thing)}prolong/")
    page = client.get(f"{address(thing)}prolong/")
    assert page.status_code == 200
    assert "cannot be prolonged again" in page.content.decode()
    assert client.post(f"{address(thing)}prolong/").status_code == 409
    assert case_of(thing).timeline.filter(kind="prolonged").count() == 1


def test_page_of_a_case_that_lacks_nothing_says_so() -> None:
    case = cases.referred()
    client = author(case)
    page = client.get(f"/en/proposals/{case.number}/information/prolong/")
    assert page.status_code == 200
    assert "No information is asked for" in page.content.decode()


def test_page_of_somebody_elses_case_is_not_found(thing: Proposal | Question) -> None:
    client = signed_in(cases.person(represents=cases.member_org("other")))
    assert client.get(f"{address(thing)}prolong/").status_code == 404
    assert client.post(f"{address(thing)}prolong/").status_code == 404
