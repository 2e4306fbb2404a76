"""承接: what becomes of a case whose lead leaves the alliance: the period, who takes it over, how it ends."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import translation

from members import clock
from members.models import Letter, Organisation
from members.refusals import NotAllowed, Refused
from proposals.actions import answering, drafting, merging, proposer, triage
from proposals.actions.takeover import end_unclaimed, lose_lead, regain_lead, take_over
from proposals.models import Competitor, Deadline, Proposal, Takeover
from proposals.models.circles import interested_in, representatives_of
from proposals.models.deadlines import Kind
from proposals.permissions import can_triage, heirs_among
from proposals.states import ProposalState, ReferralState
from tests import cases

from . import heirs
from .heirs import LAST, LEAVES, fresh, leave, orphan, period_of, signed_case, sweep_on, taken

pytestmark = pytest.mark.django_db
EARLY = date(2026, 3, 18)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def on(day: date) -> object:
    return clock.at(cases.at(day.year, day.month, day.day))


def letters(kind: str) -> set[str]:
    return set(Letter.objects.filter(kind=kind).values_list("recipient__email", flat=True))


# --- the period -----------------------------------------------------------------------------------


def test_day_of_leaving_that_lies_ahead_changes_nothing_before_it() -> None:
    case = signed_case()
    leave(case)
    assert sweep_on(LEAVES - timedelta(days=1), 23)["left"] == 0
    with on(LEAVES - timedelta(days=1)):
        proposer.withdraw_proposal(user=cases.proposer_of(case), proposal=case)


def test_period_is_twenty_working_days_counted_from_the_day_after() -> None:
    deadline = period_of(orphan())
    assert (deadline.counted_from, deadline.due_on) == (LEAVES, LAST)
    assert (deadline.amount, deadline.unit) == (20, "workday")
    assert deadline.area == "臺北市"


def test_sweep_notes_it_once() -> None:
    case = orphan()
    assert sweep_on(LEAVES, 11)["left"] == 0
    assert case.timeline.filter(kind="lead_left").count() == 1
    assert Deadline.objects.filter(proposal=case, kind=Kind.TAKEOVER).count() == 1


def test_day_of_leaving_entered_late_leaves_the_whole_period() -> None:
    case = signed_case()
    leave(case, date(2026, 3, 3))
    sweep_on(LEAVES)
    assert period_of(case).due_on == LAST


@pytest.mark.parametrize("state", ["screening", "discussion", "referred"])
def test_clocks_of_others_run_on(state: str) -> None:
    case = signed_case(state)
    before = list(Deadline.objects.unsettled().of_case(case).order_by("pk").values_list("pk", "due_on"))
    latest = fresh(case).latest_overall_on
    leave(case)
    sweep_on(LEAVES, 8)
    after = Deadline.objects.unsettled().of_case(case).exclude(kind=Kind.TAKEOVER).order_by("pk")
    assert list(after.values_list("pk", "due_on")) == before
    assert fresh(case).latest_overall_on == latest


def test_everybody_concerned_is_told_at_the_start() -> None:
    case = orphan("referred")
    rep, convener = cases.proposer_of(case), cases.convener_of(case)
    assert letters("lead_left_heir") == {"heir@cosign.example", "heir@guild.example"}
    assert letters("lead_left") == {rep.email, convener.email, cases.liaison_of(cases.ministry()).email}
    to_heir = Letter.objects.filter(kind="lead_left_heir").first()
    assert to_heir is not None
    assert "BEGIN:VEVENT" in to_heir.calendar


def test_reminder_comes_before_the_last_day_and_none_after_it() -> None:
    orphan()
    told = lambda: Letter.objects.filter(kind="reminder", recipient__email="heir@guild.example").count()  # noqa: E731
    assert told() == 0
    sweep_on(date(2026, 4, 10))
    assert told() == 1
    body = Letter.objects.filter(kind="reminder", recipient__email="heir@guild.example").latest("pk").body
    assert "/take-over/" in body
    sweep_on(LAST)
    assert told() == 2
    sweep_on(LAST + timedelta(days=1))
    assert told() == 2


# --- who may take it over, and who may not act -------------------------------------------------------


def test_lead_that_has_left_takes_no_step() -> None:
    case = orphan()
    with on(EARLY), pytest.raises(NotAllowed):
        proposer.withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    assert fresh(case).state == ProposalState.DISCUSSION


def test_nobody_asks_one_who_has_left() -> None:
    case = orphan("referred")
    row = cases.lead_of(case)
    with on(EARLY), pytest.raises(Refused, match="nobody could reply"):
        answering.ask_proposer(user=cases.liaison_of(row.ministry), referral=row, text="請說明")
    other = orphan("discussion")
    with on(EARLY), pytest.raises(Refused, match="nobody could reply"):
        triage.ask_for_information(user=cases.convener_of(other), proposal=other, text="請補正")


@pytest.mark.parametrize("who", ["cosign", "guild"])
def test_co_sponsor_or_association_leads_from_then_on(who: str) -> None:
    case = orphan("referred")
    organisation = Organisation.objects.get(slug=who)
    row = taken(case, organisation)
    case = fresh(case)
    assert (case.lead, case.organisation.slug) == (organisation, "acme")
    assert row.by == heirs.representative(organisation)
    assert period_of(case).settled_at is not None
    assert list(representatives_of(case)) == [row.by]
    assert heirs.representative(organisation) in interested_in(case)
    entry = case.timeline.get(kind="taken_over")
    assert (entry.body, entry.visibility) == (organisation, "public")
    with on(EARLY):
        proposer.withdraw_proposal(user=row.by, proposal=case)


def test_stranger_cannot_take_a_case_over() -> None:
    case = orphan()
    stranger = cases.member_org("stranger")
    with on(EARLY), pytest.raises(NotAllowed):
        take_over(user=heirs.representative(stranger), proposal=case, organisation=stranger)
    with on(EARLY), pytest.raises(NotAllowed):
        take_over(user=heirs.representative(stranger), proposal=case, organisation=heirs.association())


def test_association_takes_over_public_cases_only() -> None:
    case = orphan("screening")
    with on(EARLY):
        assert heirs_among(heirs.representative(heirs.association()), case) == []
        assert heirs_among(heirs.representative(heirs.co_sponsor()), case) == [heirs.co_sponsor()]
        triage.accept_proposal(user=cases.convener_of(case), proposal=case)
        assert heirs_among(heirs.representative(heirs.association()), fresh(case)) == [heirs.association()]


def test_competitor_that_was_declared_cannot_take_it_over() -> None:
    case = signed_case()
    Competitor.objects.create(proposal=case, organisation=heirs.association())
    leave(case)
    sweep_on(LEAVES)
    with on(EARLY):
        assert heirs_among(heirs.representative(heirs.association()), fresh(case)) == []
    assert "heir@guild.example" not in letters("lead_left_heir")


def test_second_one_reads_who_was_first() -> None:
    case = orphan()
    taken(case)
    with on(EARLY), pytest.raises(Refused, match="guild Ltd took the case over on"):
        take_over(
            user=heirs.representative(heirs.co_sponsor()), proposal=case, organisation=heirs.co_sponsor()
        )
    assert Takeover.objects.filter(proposal=case).count() == 1


def test_officer_who_represents_the_new_lead_stands_aside() -> None:
    case = orphan()
    convener = cases.convener_of(case)
    cases.person(convener.email, represents=heirs.association())
    taken(case)
    assert case.timeline.filter(kind="recused").count() == 1
    with on(EARLY):
        assert not can_triage(type(convener).objects.get(pk=convener.pk), fresh(case))


def test_new_lead_is_an_open_case_nearer_to_its_limit_and_the_old_one_is_not() -> None:
    case = orphan()
    taken(case)
    assert list(Proposal.objects.of([heirs.association()])) == [case]
    assert list(Proposal.objects.of([case.organisation])) == []
    assert drafting.has_room(heirs.association())


def test_everybody_concerned_is_told_who_took_it_over() -> None:
    case = orphan("referred")
    taken(case)
    assert letters("taken_over_own") == {"heir@guild.example"}
    assert letters("taken_over") == {
        "heir@cosign.example",
        cases.proposer_of(case).email,
        cases.convener_of(case).email,
        cases.liaison_of(cases.ministry()).email,
    }


def test_new_lead_that_leaves_too_is_followed_by_another() -> None:
    case = orphan()
    taken(case)
    leave(case, date(2026, 4, 1))
    sweep_on(date(2026, 4, 1))
    taken(case, heirs.co_sponsor(), date(2026, 4, 2))
    assert fresh(case).lead == heirs.co_sponsor()
    assert [row.organisation.slug for row in case.takeovers.all()] == ["guild", "cosign"]


# --- what had been asked of the lead -------------------------------------------------------------------


def test_information_asked_of_the_lead_waits_for_the_new_one() -> None:
    case = orphan("needs_information")
    asked = Deadline.objects.filter(proposal=case, kind=Kind.INFORMATION)
    assert not asked.unsettled().exists()
    assert sweep_on(date(2026, 4, 8))["lapsed"] == 0
    taken(case, on=date(2026, 4, 9))
    assert asked.unsettled().get().counted_from == date(2026, 4, 9)
    with on(date(2026, 4, 10)):
        user = heirs.representative(heirs.association())
        assert proposer.send_information(user=user, proposal=case, text="補正").state == "discussion"


def test_group_may_go_on_without_the_information_meanwhile() -> None:
    case = orphan("needs_information")
    with on(EARLY):
        triage.resume_proposal(user=cases.convener_of(case), proposal=case)
    assert period_of(case).settled_at is None


# --- nobody does -------------------------------------------------------------------------------------


def test_case_that_nobody_takes_over_ends_the_day_after_the_period() -> None:
    case = orphan("referred")
    assert sweep_on(LAST, 23)["left"] == 0
    assert sweep_on(LAST + timedelta(days=1), 1)["left"] == 1
    case = fresh(case)
    assert (case.state, case.decline_reason) == (ProposalState.WITHDRAWN, "lead_left")
    assert cases.lead_of(case).state == ReferralState.CANCELLED
    assert not Deadline.objects.unsettled().of_case(case).exists()
    assert case.timeline.get(kind="unclaimed").visibility == "public"
    assert sweep_on(LAST + timedelta(days=1), 2)["left"] == 0
    told = {"heir@cosign.example", "heir@guild.example", cases.proposer_of(case).email}
    office = {cases.convener_of(case).email, cases.liaison_of(cases.ministry()).email}
    assert letters("unclaimed") == told | office


def test_case_does_not_end_before_its_period() -> None:
    case = orphan()
    with on(LAST), pytest.raises(Refused):
        end_unclaimed(proposal=case)
    assert fresh(case).is_open


def test_case_that_is_answered_meanwhile_is_nobodys_to_take() -> None:
    case = orphan("referred")
    with on(EARLY):
        cases.answered(case)
        assert period_of(case).settled_at is not None
        assert heirs_among(heirs.representative(heirs.association()), fresh(case)) == []
    sweep_on(LAST + timedelta(days=60))
    assert fresh(case).state == ProposalState.CLOSED


def test_answered_case_starts_no_period_and_closes_by_itself() -> None:
    case = signed_case("answered")
    leave(case)
    assert sweep_on(LEAVES)["left"] == 0
    with on(EARLY), pytest.raises(NotAllowed):
        proposer.close_proposal(user=cases.proposer_of(case), proposal=case)
    sweep_on(date(2026, 6, 1))
    assert fresh(case).state == ProposalState.CLOSED


def test_case_in_reconsideration_goes_on_without_a_lead_and_is_not_taken_over() -> None:
    from proposals.actions.aftermath import ask_reconsideration

    case = signed_case("answered")
    with clock.at(heirs.BEGIN):
        asks = list(case.asks.values_list("pk", flat=True))
        ask_reconsideration(user=cases.proposer_of(case), proposal=case, asks=asks, reason="理由")
    leave(case)
    assert sweep_on(LEAVES)["left"] == 0
    with on(EARLY), pytest.raises(Refused, match="answered once"):
        take_over(
            user=heirs.representative(heirs.association()), proposal=case, organisation=heirs.association()
        )


# --- it comes back -----------------------------------------------------------------------------------


def test_lead_that_comes_back_in_time_has_its_case_again() -> None:
    case = orphan("needs_information")
    Organisation.objects.filter(pk=case.organisation_id).update(left_on=None)
    assert sweep_on(EARLY)["left"] == 1
    assert period_of(case).settled_at is not None
    assert case.timeline.filter(kind="lead_back").count() == 1
    assert sweep_on(EARLY, 11)["left"] == 0
    with on(EARLY):
        assert heirs_among(heirs.representative(heirs.association()), fresh(case)) == []
        proposer.send_information(user=cases.proposer_of(case), proposal=case, text="補正")


def test_lead_that_comes_back_after_another_took_over_stays_the_proposer_only() -> None:
    case = orphan()
    taken(case)
    Organisation.objects.filter(pk=case.organisation_id).update(left_on=None)
    assert sweep_on(date(2026, 3, 25))["left"] == 0
    assert fresh(case).lead == heirs.association()
    with pytest.raises(NotAllowed):
        proposer.withdraw_proposal(user=cases.proposer_of(case), proposal=case)


def test_clock_steps_refuse_a_case_with_a_lead() -> None:
    case = signed_case()
    for step in (lose_lead, regain_lead, end_unclaimed):
        with pytest.raises(Refused):
            step(proposal=case)


# --- mergers -----------------------------------------------------------------------------------------


def test_case_that_is_merged_meanwhile_ends_there_and_undone_gets_a_new_period() -> None:
    case = orphan()
    with on(EARLY):
        other = cases.accepted(organisation=cases.member_org("twin"))
        officer = cases.convener_of(case)
        merging.merge_proposal(user=officer, proposal=case, into=other, reason="同一訴求")
        assert period_of(case).settled_at is not None
    assert sweep_on(LAST + timedelta(days=1))["left"] == 0
    with on(LAST + timedelta(days=1)):
        merging.unmerge_proposal(user=officer, proposal=case, text="各自辦理")
    assert sweep_on(LAST + timedelta(days=1), 12)["left"] == 1
    assert period_of(case).counted_from == LAST + timedelta(days=1)


def test_member_that_joined_by_a_merger_may_take_the_case_over() -> None:
    case = signed_case()
    twin = cases.member_org("twin")
    with clock.at(heirs.BEGIN):
        merged = cases.accepted(organisation=twin)
        merging.merge_proposal(user=cases.convener_of(case), proposal=merged, into=case, reason="同一訴求")
    leave(case)
    sweep_on(LEAVES)
    with on(EARLY):
        take_over(user=cases.proposer_of(merged), proposal=case, organisation=twin)
    assert fresh(case).lead == twin
