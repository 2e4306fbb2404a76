"""Twenty people at once: one wins, the others are told and keep what they typed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from members.refusals import Refused
from proposals.actions import drafting
from proposals.actions.answering import save_answer_drafts
from proposals.models import Answer, AnswerDraft, Proposal, Referral
from proposals.states import ProposalState, ReferralState
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 20


def all_at_once(acts: list[Callable[[], HttpResponse]]) -> list[HttpResponse]:
    """Each act in a thread with a connection of its own, let go at the same moment."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], HttpResponse]) -> HttpResponse:
        barrier.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as crowd:
        return list(crowd.map(run, acts))


@pytest.fixture
def referral() -> Referral:
    return cases.lead_of(cases.referred(asks=1))


@pytest.fixture
def colleagues(referral: Referral) -> list[Client]:
    return [signed_in(cases.person(liaison_of=referral.ministry)) for _ in range(MANY)]


def step(referral: Referral, name: str) -> str:
    return reverse("proposals:referral_step", args=[referral.pk, name])


def test_of_twenty_drafts_one_is_saved_and_nineteen_keep_their_text(
    referral: Referral, colleagues: list[Client]
) -> None:
    ask = referral.proposal.asks.get()
    texts = [f"第{number}人的理由" for number in range(MANY)]

    def save(client: Client, text: str) -> Callable[[], HttpResponse]:
        sent = {f"ask-{ask.pk}-outcome": "clarified", f"ask-{ask.pk}-reason": text, f"ask-{ask.pk}-seen": ""}
        return lambda: client.post(step(referral, "draft"), sent)

    responses = all_at_once([save(*pair) for pair in zip(colleagues, texts, strict=True)])
    statuses = [response.status_code for response in responses]
    assert (statuses.count(302), statuses.count(409)) == (1, MANY - 1)
    winner = texts[statuses.index(302)]
    assert AnswerDraft.objects.get(referral=referral).reason == winner
    for text, response in zip(texts, responses, strict=True):
        if response.status_code == 409:
            page = response.content.decode()
            assert text in page
            assert winner in page


def test_of_twenty_answers_one_is_published_and_nineteen_are_told(
    referral: Referral, colleagues: list[Client]
) -> None:
    ask = referral.proposal.asks.get()
    text = {"outcome": "not_adopted", "reason": "理由", "legal_basis": "證券交易法第22條"}
    save_answer_drafts(user=cases.liaison_of(referral.ministry), referral=referral, drafts={ask.pk: text})
    draft = AnswerDraft.objects.get(referral=referral)
    sent = {"asks": [ask.pk], "sure": "on", f"seen-{ask.pk}": draft.updated_at.isoformat()}
    responses = all_at_once(
        [lambda client=client: client.post(step(referral, "publish"), sent) for client in colleagues]
    )
    statuses = [response.status_code for response in responses]
    assert (statuses.count(302), statuses.count(409)) == (1, MANY - 1)
    assert Answer.objects.filter(referral=referral).count() == 1
    referral.refresh_from_db()
    assert referral.state == ReferralState.ANSWERED
    assert referral.timeline.filter(kind="answer_published").count() == 1


def test_of_two_drafts_submitted_at_once_the_last_place_is_one_drafts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drafting, "MAX_OPEN_CASES", 1)
    drafts = [cases.draft(), cases.draft()]

    def submit(draft: Proposal) -> HttpResponse:
        try:
            drafting.submit_proposal(user=cases.proposer_of(draft), proposal=draft)
        except Refused:
            return HttpResponse(status=409)
        return HttpResponse(status=302)

    statuses = [r.status_code for r in all_at_once([lambda draft=draft: submit(draft) for draft in drafts])]
    assert sorted(statuses) == [302, 409]
    assert Proposal.objects.open().count() == 1


def test_of_two_conveners_one_decides_and_the_other_keeps_the_reason() -> None:
    case = cases.submitted()
    seated = [cases.person(convenes=case.group), cases.person(secretary_of=case.group)]
    version = Proposal.objects.get(pk=case.pk).version
    first, second = (signed_in(user) for user in seated)
    sent = {
        "version": version,
        "decline-reason": "unclear",
        "decline-text": "所請不明，請再送",
    }

    def address(step: str) -> str:
        return reverse("admin:proposals_proposal_step", args=[case.pk, step])

    responses = all_at_once(
        [
            lambda: first.post(address("accept"), {"version": version}),
            lambda: second.post(address("decline"), sent),
        ]
    )
    case.refresh_from_db()
    assert case.state in (ProposalState.DISCUSSION, ProposalState.DECLINED)
    assert case.timeline.filter(kind__in=["accepted", "declined"]).count() == 1
    if case.state == ProposalState.DISCUSSION:
        assert responses[1].status_code == 409
        assert sent["decline-text"] in responses[1].content.decode()
