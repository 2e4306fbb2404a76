"""A ministry's steps as calls, and what the tests ask of a referral afterwards."""

from collections.abc import Callable
from datetime import date, timedelta

from members import clock
from members.models import User
from proposals.actions import answering
from proposals.actions.proposer import withdraw_proposal
from proposals.models import Deadline, Referral
from proposals.states import ReferralState
from tests import cases

MONDAY = cases.at(2026, 3, 2)
TEXT = {"outcome": "clarified", "reason": "理由", "legal_basis": "證券交易法第22條"}


def after(days: int):
    return clock.at(MONDAY + timedelta(days=days))


def asks_of(referral: Referral) -> list[int]:
    return list(referral.proposal.asks.values_list("pk", flat=True))


def draft_all(user: User, referral: Referral, **changes: object) -> None:
    answering.save_answer_drafts(
        user=user, referral=referral, drafts=dict.fromkeys(asks_of(referral), TEXT | changes)
    )


def kinds(referral: Referral) -> list[str]:
    return list(referral.proposal.timeline.values_list("kind", flat=True))


def answer_due(referral: Referral) -> date:
    return Deadline.objects.get(referral=referral, kind__in=answering.ANSWERS).due_on


Step = Callable[[User, Referral], object]
TAKE: dict[str, Step] = {
    "accept": lambda u, r: answering.accept_referral(user=u, referral=r),
    "return": lambda u, r: answering.return_referral(
        user=u, referral=r, body=cases.ministry("moea"), reason="非本會權責"
    ),
    "ask": lambda u, r: answering.ask_proposer(user=u, referral=r, text="請補充"),
    "extend": lambda u, r: answering.extend_referral(
        user=u, referral=r, amount=30, unit="day", reason="會商中"
    ),
    "sign_off": lambda u, r: answering.note_sign_off(user=u, referral=r, since=clock.today()),
    "record": lambda u, r: answering.record_letters(user=u, referral=r, reply_number="1150000001"),
    "interim": lambda u, r: answering.publish_interim_reply(user=u, referral=r, text="研議中"),
    "draft": lambda u, r: answering.save_answer_drafts(user=u, referral=r, drafts={asks_of(r)[0]: TEXT}),
    "publish": lambda u, r: answering.publish_answers(user=u, referral=r, asks=asks_of(r)[:1]),
}


def bring_to(state: str, referral: Referral, liaison: User) -> None:
    if state in (ReferralState.SENT, ReferralState.IN_PROGRESS, ReferralState.ANSWERED):
        draft_all(liaison, referral)
    if state == ReferralState.IN_PROGRESS:
        answering.accept_referral(user=liaison, referral=referral)
    elif state == ReferralState.WAITING:
        answering.ask_proposer(user=liaison, referral=referral, text="?")
    elif state == ReferralState.RETURNED:
        TAKE["return"](liaison, referral)
    elif state == ReferralState.CANCELLED:
        case = referral.proposal
        withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    elif state == ReferralState.ANSWERED:
        answering.publish_answers(user=liaison, referral=referral, asks=asks_of(referral))
