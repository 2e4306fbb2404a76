"""Drafts and answers: each is published once, and what it lacks is said."""

from datetime import date

import pytest

from members.models import Letter, User
from members.refusals import Refused, Stale
from proposals.actions import answering
from proposals.models import Answer, AnswerDraft, Proposal, Referral
from proposals.models.deadlines import Kind
from proposals.states import ProposalState, ReferralState
from tests import cases

from .calls import TEXT, after, asks_of, draft_all, kinds

pytestmark = pytest.mark.django_db


def test_saving_the_same_draft_again_changes_nothing(referral: Referral, liaison: User) -> None:
    draft_all(liaison, referral)
    before = list(AnswerDraft.objects.values_list("pk", "updated_at"))
    with after(1):
        answering.save_answer_drafts(
            user=liaison, referral=referral, drafts=dict.fromkeys(asks_of(referral), TEXT), seen={}
        )
    assert list(AnswerDraft.objects.values_list("pk", "updated_at")) == before


def test_stale_draft_writes_nothing_at_all(referral: Referral, liaison: User) -> None:
    first, second = asks_of(referral)
    answering.save_answer_drafts(user=liaison, referral=referral, drafts={second: TEXT})
    with pytest.raises(Stale):
        answering.save_answer_drafts(
            user=liaison,
            referral=referral,
            drafts={first: TEXT, second: TEXT | {"reason": "另一個"}},
            seen={first: None, second: None},
        )
    assert AnswerDraft.objects.get().reason == TEXT["reason"]


def test_asks_of_another_case_are_not_drafted(referral: Referral, liaison: User) -> None:
    other = cases.accepted()
    answering.save_answer_drafts(
        user=liaison, referral=referral, drafts=dict.fromkeys(other.asks.values_list("pk", flat=True), TEXT)
    )
    assert not AnswerDraft.objects.exists()


def test_last_answer_of_the_lead_answers_the_case(referral: Referral, liaison: User) -> None:
    first, second = asks_of(referral)
    draft_all(liaison, referral)
    answering.publish_answers(user=liaison, referral=referral, asks=[first])
    referral.refresh_from_db()
    assert referral.state == ReferralState.IN_PROGRESS
    answering.publish_answers(user=liaison, referral=referral, asks=[second])
    referral.refresh_from_db()
    case = Proposal.objects.get(pk=referral.proposal_id)
    assert (referral.state, case.state) == (ReferralState.ANSWERED, ProposalState.ANSWERED)
    assert not referral.deadlines.unsettled().exists()
    assert case.deadlines.unsettled().get().kind == Kind.CLOSING
    assert not AnswerDraft.objects.exists()
    assert kinds(referral).count("case_answered") == 1


def test_last_answer_of_a_supporting_body_leaves_the_case_with_the_lead() -> None:
    case = cases.referred(supporting=[cases.ministry("cbc")])
    part = case.referrals.get(part=Referral.Part.SUPPORT)
    user = cases.liaison_of(part.ministry)
    draft_all(user, part, outcome="no_comment", reason="", legal_basis="")
    answering.publish_answers(user=user, referral=part, asks=asks_of(part))
    part.refresh_from_db()
    assert part.state == ReferralState.ANSWERED
    assert Proposal.objects.get(pk=case.pk).state == ProposalState.REFERRED


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": ""},
        {"outcome": "no_comment"},
        {"outcome": "cannot_judge"},
        {"outcome": "unclassified"},
        {"reason": " "},
        {"legal_basis": ""},
        {"next_on": date(2026, 3, 1)},
    ],
)
def test_draft_that_lacks_something_is_not_published(
    referral: Referral, liaison: User, changes: dict[str, object]
) -> None:
    first, second = asks_of(referral)
    answering.save_answer_drafts(
        user=liaison, referral=referral, drafts={first: TEXT, second: TEXT | changes}
    )
    with pytest.raises(Refused):
        answering.publish_answers(user=liaison, referral=referral, asks=[first, second])
    assert not Answer.objects.exists()
    referral.refresh_from_db()
    assert referral.state == ReferralState.SENT


def test_answer_is_published_once(referral: Referral, liaison: User) -> None:
    first = asks_of(referral)[0]
    draft_all(liaison, referral)
    answering.publish_answers(user=liaison, referral=referral, asks=[first])
    with pytest.raises(Refused):
        answering.publish_answers(user=liaison, referral=referral, asks=asks_of(referral))
    assert Answer.objects.count() == 1


def test_publishing_nothing_or_the_undrafted_is_refused(referral: Referral, liaison: User) -> None:
    for asks in ([], asks_of(referral), [10**9]):
        with pytest.raises(Refused):
            answering.publish_answers(user=liaison, referral=referral, asks=asks)
    assert not Answer.objects.exists()


def test_proposer_and_convener_hear_of_an_answer(referral: Referral, liaison: User) -> None:
    draft_all(liaison, referral)
    answering.publish_answers(user=liaison, referral=referral, asks=asks_of(referral))
    case = referral.proposal
    readers = {cases.proposer_of(case), cases.convener_of(case)}
    assert set(Letter.objects.filter(kind="answered").values_list("recipient", flat=True)) == {
        user.pk for user in readers
    }
