"""併案: what becomes of two cases that are one, and of their people, dates and secrets; and back again."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused, Stale
from proposals.actions import aftermath, answering, follows, merging, proposer, triage
from proposals.actions.drafting import submit_proposal
from proposals.actions.files import attach_file
from proposals.actions.recusal import declare_interest
from proposals.actions.sponsors import invite_sponsor, sign_off
from proposals.actions.versions import digest_of
from proposals.models import Attachment, Deadline, Follow, Proposal, RestrictedText, Sponsor, TimelineEntry
from proposals.models.deadlines import Kind
from proposals.permissions import can_triage
from proposals.states import ProposalState
from tests import cases
from tests.proposals.intake import upload

pytestmark = pytest.mark.django_db
BEGIN = cases.at(2026, 11, 2)
WHY = "兩案訴求相同"
GUARDED = "merged|merger|no_step_is_skipped|Invalid transition|joined"
"""What the database says in its refusals."""


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def twin(state: str = "discussion", **options: object) -> Proposal:
    """Another firm's case of the same group."""
    make = cases.accepted if state == "discussion" else cases.submitted
    return make(organisation=cases.member_org("globex"), **options)


def merge(case: Proposal, into: Proposal, **options: object) -> Proposal:
    return merging.merge_proposal(
        user=cases.convener_of(case), proposal=case, into=into, reason=WHY, **options
    )


def unmerge(case: Proposal) -> Proposal:
    return merging.unmerge_proposal(user=cases.convener_of(case), proposal=case, text=WHY)


def told(kind: str) -> set[str]:
    return set(Letter.objects.filter(kind=kind).values_list("recipient__email", flat=True))


def signed_by(organisation_slug: str) -> Proposal:
    """A public case of acme with a co-sponsor that signed it."""
    draft = cases.draft()
    partner = cases.member_org(organisation_slug)
    signer = cases.person(f"rep@{organisation_slug}.example", represents=partner)
    row = invite_sponsor(user=cases.proposer_of(draft), proposal=draft, organisation=partner)
    sign_off(user=signer, sponsor=row, digest=digest_of(draft))
    case = submit_proposal(user=cases.proposer_of(draft), proposal=draft)
    return triage.accept_proposal(user=cases.convener_of(case), proposal=case)


# --- merging ---------------------------------------------------------------------------------------


def test_merged_case_ends_in_the_other_and_both_histories_say_so() -> None:
    case, into = cases.accepted(), twin()
    merged = merge(case, into)
    assert (merged.state, merged.merged_into, merged.return_state) == ("merged", into, "discussion")
    assert not Deadline.objects.unsettled().of_case(case).exists()
    assert merged.latest_overall_on is None
    own = TimelineEntry.objects.get(proposal=case, kind="merged")
    there = TimelineEntry.objects.get(proposal=into, kind="merged_here")
    assert (own.data["case"], there.data["case"]) == (into.number, case.number)
    assert own.visibility == there.visibility == "public"
    assert Deadline.objects.unsettled().filter(proposal=into, kind=Kind.DISCUSSION).exists()


def test_proposer_and_co_sponsors_join_and_sign_nothing() -> None:
    case, into = signed_by("partner"), twin()
    merge(case, into)
    joined = into.sponsors.all()
    assert {row.organisation.slug for row in joined} == {"acme", "partner"}
    assert all(row.merged_from_id == case.pk and row.signed_at is None for row in joined)
    assert told("merged") == {"rep@acme.example", "rep@partner.example"}
    assert told("merged_here") == {"rep@globex.example"}


def test_who_stands_behind_the_other_case_already_joins_no_second_time() -> None:
    case, into = twin(), signed_by("globex")
    merge(case, into)
    assert list(into.sponsors.values_list("organisation__slug", "merged_from")) == [("globex", None)]


def test_case_before_acceptance_stays_with_its_parties_and_names_no_one_in_public() -> None:
    case, into = cases.submitted(), twin()
    merge(case, into)
    for entry in TimelineEntry.objects.filter(kind__in=["merged", "merged_here"]):
        assert entry.visibility == "parties"
    public = Proposal.objects.public()
    assert into in public
    assert case not in public
    assert case in Proposal.objects.visible_to(cases.proposer_of(case))
    assert case not in Proposal.objects.visible_to(cases.proposer_of(into))


def test_neither_side_reads_what_the_other_keeps_restricted_or_between_parties() -> None:
    case, into = (
        cases.draft(restricted="甲之秘密"),
        cases.draft(organisation=cases.member_org("globex"), restricted="乙之秘密"),
    )
    for row in (case, into):
        attach_file(user=cases.proposer_of(row), proposal=row, upload=upload(), is_restricted=False)
        submit_proposal(user=cases.proposer_of(row), proposal=row)
    merge(case, into)
    first, second = cases.proposer_of(case), cases.proposer_of(into)
    for user, foreign in ((first, into), (second, case)):
        assert not RestrictedText.objects.visible_to(user).filter(proposal=foreign).exists()
        assert not Attachment.objects.visible_to(user).filter(proposal=foreign).exists()
        assert not TimelineEntry.objects.visible_to(user).filter(proposal=foreign, visibility="parties")
    assert into in Proposal.objects.visible_to(first)
    assert TimelineEntry.objects.visible_to(first).filter(proposal=into, kind="submitted").exists()


def test_officer_of_a_firm_that_joins_stands_aside_from_the_other_case() -> None:
    case, into = cases.submitted(), twin()
    officer = cases.person(secretary_of=into.group)
    Sponsor.objects.filter(proposal=case).delete()
    assert can_triage(officer, into)
    cases.person(officer.email, represents=case.organisation)
    merge(case, into)
    assert not can_triage(officer, into)
    assert into.timeline.filter(kind="recused").exists()


def test_followers_hear_of_it_and_follow_the_other_case_too() -> None:
    case, into = cases.accepted(), twin()
    reader = cases.person("reader@example.org")
    follows.follow_with_account(user=reader, proposal=case)
    follows.ask_to_follow(email="unconfirmed@example.net", language="en", proposal=case)
    merge(case, into)
    assert list(Follow.objects.filter(proposal=into).values_list("follower__user__email", flat=True)) == [
        "reader@example.org"
    ]
    with clock.at(clock.now() + timedelta(days=1, hours=3)):
        letter = follows.tell_follower(Follow.objects.filter(proposal=into).get().follower_id)
    assert letter is not None
    assert str(into.number) in letter.body


# --- what is refused -------------------------------------------------------------------------------


def test_other_groups_case_is_refused_unless_the_officer_triages_both() -> None:
    case, into = cases.accepted(), twin(group=cases.group("academia"))
    with pytest.raises(Refused, match="Move this case"):
        merge(case, into)
    both = cases.person(convenes=case.group, secretary_of=into.group)
    merging.merge_proposal(user=both, proposal=case, into=into, reason=WHY)
    assert Proposal.objects.get(pk=case.pk).is_merged


@pytest.mark.parametrize("side", ["case", "into"])
def test_officer_with_an_interest_in_either_merges_nothing(side: str) -> None:
    pair = {"case": cases.accepted(), "into": twin()}
    officer = cases.convener_of(pair["case"])
    declare_interest(user=officer, proposal=pair[side], reason=WHY)
    with pytest.raises(NotAllowed):
        merge(pair["case"], pair["into"])


@pytest.mark.parametrize("end", ["itself", "referred", "declined", "merged", "not public"])
def test_case_is_merged_only_into_one_that_is_open_public_and_not_referred(end: str) -> None:
    case, into = cases.accepted(), twin("screening" if end == "not public" else "discussion")
    officer = cases.convener_of(case)
    if end == "itself":
        into = case
    if end == "referred":
        triage.refer_proposal(user=officer, proposal=into, lead=cases.ministry())
    if end == "declined":
        triage.decline_proposal(user=officer, proposal=into, reason="unclear", text=WHY)
    if end == "merged":
        merge(into, cases.accepted(organisation=cases.member_org("third")))
    with pytest.raises(Refused):
        merge(case, Proposal.objects.get(pk=into.pk))
    assert not Proposal.objects.get(pk=case.pk).is_merged


def test_case_with_others_in_it_is_merged_nowhere() -> None:
    case, into = cases.accepted(), twin()
    merge(case, into)
    with pytest.raises(Refused, match="undo those mergers"):
        merge(into, cases.accepted(organisation=cases.member_org("third")))


def test_case_that_was_answered_once_is_merged_nowhere() -> None:
    case = cases.answered()
    proposer.close_proposal(user=cases.proposer_of(case), proposal=case)
    case = aftermath.reopen_proposal(user=cases.convener_of(case), proposal=case, text=WHY)
    with pytest.raises(Refused, match="answered once"):
        merge(case, twin())


def test_merger_needs_its_reason_and_the_case_as_it_was_seen() -> None:
    case, into = cases.accepted(), twin()
    with pytest.raises(Refused):
        merging.merge_proposal(user=cases.convener_of(case), proposal=case, into=into, reason=" ")
    with pytest.raises(Stale):
        merge(case, into, expected_version=case.version + 9)


# --- undoing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [cases.submitted, cases.accepted])
def test_undone_merger_brings_the_case_back_with_the_days_it_had(make: Callable[[], Proposal]) -> None:
    with clock.at(BEGIN):
        case, into = make(), twin()
        kind = Kind.SCREENING if case.accepted_at is None else Kind.DISCUSSION
        due_on = case.deadlines.get(kind=kind).due_on
    with clock.at(BEGIN + timedelta(days=3)):
        merge(case, into)
    with clock.at(BEGIN + timedelta(days=10)):
        back = unmerge(case)
    assert (back.state, back.merged_into, back.ended_at) == (
        "screening" if kind == Kind.SCREENING else "discussion",
        None,
        None,
    )
    row = case.deadlines.get(kind=kind)
    assert row.settled_at is None
    assert timedelta(days=4) < row.due_on - due_on < timedelta(days=14)
    assert row.counted_from == clock.local_date(BEGIN)
    assert case.pauses.get().cause == "merged"
    assert back.latest_overall_on is not None
    assert not case.timeline.filter(kind__in=["merged", "unmerged"]).exclude(turn="").exists()


def test_undone_on_the_same_day_moves_no_date() -> None:
    case, into = cases.accepted(), twin()
    due_on = case.deadlines.get(kind=Kind.DISCUSSION).due_on
    merge(case, into)
    unmerge(case)
    assert case.deadlines.get(kind=Kind.DISCUSSION).due_on == due_on
    assert not case.pauses.exists()


def test_undoing_takes_the_joined_away_and_tells_everybody() -> None:
    case, into = signed_by("partner"), twin()
    merge(case, into)
    unmerge(case)
    assert not into.sponsors.exists()
    assert told("unmerged") == {"rep@acme.example", "rep@partner.example"}
    assert told("unmerged_here") == {"rep@globex.example"}
    assert into not in Proposal.objects.backed_by([case.organisation])


def test_firm_with_two_cases_merged_stays_joined_while_one_of_them_is() -> None:
    first, second, into = cases.accepted(), cases.accepted(), twin()
    merge(first, into)
    merge(second, into)
    unmerge(first)
    assert list(into.sponsors.values_list("merged_from", flat=True)) == [second.pk]


def test_merger_stands_once_the_ministries_have_the_case() -> None:
    case, into = cases.accepted(), twin()
    merge(case, into)
    triage.refer_proposal(user=cases.convener_of(into), proposal=into, lead=cases.ministry())
    assert told("merged_on") == {"rep@acme.example"}
    with pytest.raises(Refused, match="the merger stands"):
        unmerge(case)


@pytest.mark.parametrize("end", ["declined", "withdrawn"])
def test_case_gets_out_of_one_that_ended_unanswered(end: str) -> None:
    case, into = cases.accepted(), twin()
    merge(case, into)
    if end == "declined":
        triage.decline_proposal(user=cases.convener_of(into), proposal=into, reason="unclear", text=WHY)
    else:
        proposer.withdraw_proposal(user=cases.proposer_of(into), proposal=into)
    assert told("merged_on") == {"rep@acme.example"}
    assert unmerge(case).state == ProposalState.DISCUSSION


def test_answers_of_the_other_case_reach_those_who_joined_and_who_signed() -> None:
    case, into = twin(), signed_by("partner")
    merge(case, into)
    referral = triage.refer_proposal(user=cases.convener_of(into), proposal=into, lead=cases.ministry())
    cases.answered(referral)
    assert {"rep@acme.example", "rep@partner.example", "rep@globex.example"} <= told("answered")


def test_interim_replies_and_corrections_reach_co_sponsors_as_they_reach_the_proposer() -> None:
    case = signed_by("partner")
    case = triage.refer_proposal(user=cases.convener_of(case), proposal=case, lead=cases.ministry())
    referral, liaison = cases.lead_of(case), cases.liaison_of(cases.ministry())
    answering.publish_interim_reply(user=liaison, referral=referral, text="研議中")
    cases.answered(case)
    answer = referral.answers.first()
    answering.correct_answer(user=liaison, answer=answer, change="withdrawn", reason=WHY)
    for kind in ("interim_reply", "answer_changed"):
        assert {"rep@acme.example", "rep@partner.example"} <= told(kind)
        assert Letter.objects.filter(kind=kind, recipient__email="rep@partner.example").count() == 1


# --- what the database refuses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "state = 'merged'",
        "merged_into_id = {into}",
        "state = 'merged', return_state = 'discussion', merged_into_id = {case}, ended_at = now()",
        "state = 'merged', return_state = 'screening', merged_into_id = {into}, ended_at = now()",
        "state = 'merged', return_state = 'discussion', merged_into_id = {referred}, ended_at = now()",
        "state = 'merged', return_state = 'discussion', merged_into_id = {screening}, ended_at = now()",
    ],
)
def test_raw_sql_merges_nothing_that_an_action_would_not(change: str) -> None:
    case, into = cases.accepted(), twin()
    others = {"referred": cases.referred().pk, "screening": cases.submitted().pk}
    sql = "UPDATE proposals_proposal SET " + change.format(case=case.pk, into=into.pk, **others)
    with pytest.raises(DatabaseError, match=GUARDED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE id = %s", [case.pk])


@pytest.mark.parametrize(
    "change",
    [
        "merged_into_id = {third}",
        "return_state = 'screening'",
        "state = 'screening', merged_into_id = NULL, return_state = ''",
        "state = 'discussion', return_state = ''",
        "state = 'answered', merged_into_id = NULL",
    ],
)
def test_raw_sql_leads_out_of_a_merger_by_no_other_way(change: str) -> None:
    case, into = cases.accepted(), twin()
    third = cases.accepted(organisation=cases.member_org("third"))
    merge(case, into)
    sql = "UPDATE proposals_proposal SET " + change.format(third=third.pk)
    with pytest.raises(DatabaseError, match=GUARDED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE id = %s", [case.pk])


def test_raw_sql_does_not_undo_a_merger_after_the_referral() -> None:
    case, into = cases.accepted(), twin()
    merge(case, into)
    triage.refer_proposal(user=cases.convener_of(into), proposal=into, lead=cases.ministry())
    with pytest.raises(DatabaseError, match=GUARDED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE proposals_proposal SET state = 'discussion', merged_into_id = NULL, return_state = '' "
            "WHERE id = %s",
            [case.pk],
        )


def test_nobody_joins_without_a_merger_nor_signs_by_it() -> None:
    case, into = cases.accepted(), twin()
    with pytest.raises(DatabaseError, match=GUARDED), transaction.atomic():
        Sponsor.objects.create(proposal=into, organisation=case.organisation, merged_from=case)
    merge(case, into)
    joined = Sponsor.objects.filter(proposal=into)
    with pytest.raises(DatabaseError, match=GUARDED), transaction.atomic():
        joined.update(signed_at=clock.now(), signed_by=cases.proposer_of(case), signed_digest="x")
