"""Each step of the table of referrals as a call, and a part brought to each state: for `test_steps.py`."""

from collections.abc import Callable
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from members import clock
from members.models import User
from members.refusals import Refused
from proposals.actions import (
    answering,
    delays,
    paper,
    proposer,
)
from proposals.actions.answering.receipt import forget_receipt, record_receipt_by_mail
from proposals.models import (
    Referral,
    SecrecyCheck,
)
from proposals.states import ReferralState as R
from tests import cases
from tests.proposals.corpus.files import pdf

from .case_steps import SECRET, TEXT, WHY, pause, run_on

ReferralCall = Callable[[User | None, Referral], object]


def referral_in(state: str) -> Referral:
    """A lead's part that real actions brought to a state."""
    referral = cases.lead_of(cases.referred(restricted=SECRET))
    user = cases.liaison_of(referral.ministry)
    match state:
        case R.IN_PROGRESS:
            answering.accept_referral(user=user, referral=referral)
        case R.WAITING:
            publish_first(referral)
            answering.ask_proposer(user=user, referral=referral, text=WHY)
        case R.RETURNED:
            REFERRAL_CALLS["return"](user, referral)
        case R.CANCELLED:
            publish_first(referral)
            case = referral.proposal
            proposer.withdraw_proposal(user=cases.proposer_of(case), proposal=case)
        case R.ANSWERED:
            cases.answered(referral.proposal)
    return Referral.objects.select_related("proposal", "ministry").get(pk=referral.pk)


def publish_first(referral: Referral) -> None:
    """The answer to the first ask alone."""
    asks = list(referral.proposal.asks.values_list("pk", flat=True))[:1]
    liaison = cases.liaison_of(referral.ministry)
    answering.save_answer_drafts(user=liaison, referral=referral, drafts={asks[0]: dict(TEXT)})
    answering.publish_answers(user=liaison, referral=referral, asks=asks)


def _correct(user: User | None, referral: Referral) -> object:
    if referral.state == R.IN_PROGRESS:
        publish_first(referral)
    answer = referral.answers.first()
    if answer is None:
        raise Refused("nothing was published")
    return answering.correct_answer(user=user, answer=answer, change="withdrawn", reason=WHY)  # type: ignore[arg-type]


def _publish(user: User | None, referral: Referral) -> object:
    asks = list(referral.proposal.asks.values_list("pk", flat=True))[:1]
    liaison = cases.liaison_of(referral.ministry)
    if referral.state in (R.SENT, R.IN_PROGRESS):
        answering.save_answer_drafts(user=liaison, referral=referral, drafts={asks[0]: dict(TEXT)})
    return answering.publish_answers(user=user, referral=referral, asks=asks)  # type: ignore[arg-type]


def _explain_delay(user: User | None, referral: Referral) -> object:
    answering.first_opening(user=cases.liaison_of(referral.ministry), referral=referral)
    with clock.at(clock.now() + timedelta(days=120)):
        return delays.explain_delay(
            user=user,  # type: ignore[arg-type]
            referral=referral,
            reason=WHY,
            expected_on=clock.today() + timedelta(days=10),
        )


def _forget(user: User | None, referral: Referral) -> object:
    """Does nothing, and says nothing, where there is nothing to forget: the clock comes again."""
    record_receipt_by_mail(referral=referral, received_on=clock.today())
    known = Referral.objects.get(pk=referral.pk).received_on
    forget_receipt(referral=referral)
    if known == Referral.objects.get(pk=referral.pk).received_on:
        raise Refused("nothing to forget")
    return None


def _reply(user: User | None, referral: Referral) -> object:
    question = referral.questions.first()
    if question is None:
        raise Refused("nothing was asked")
    if user is not None:
        return proposer.reply_to_question(user=user, question=question, text=WHY)
    with clock.at(clock.now() + timedelta(days=60)):
        return proposer.lapse_question(question=question)


def _prolong_reply(user: User | None, referral: Referral) -> object:
    question = referral.questions.first()
    if question is None:
        raise Refused("nothing was asked")
    return proposer.prolong_own_period(user=user, deadline=question.deadlines.get())  # type: ignore[arg-type]


def _check_secrecy(referral: Referral, user: User | None) -> SecrecyCheck:
    if referral.state in (R.SENT, R.IN_PROGRESS):
        REFERRAL_CALLS["draft"](cases.liaison_of(referral.ministry), referral)
    asks = list(referral.answerdrafts.values_list("ask", flat=True))
    return answering.ask_secrecy_check(user=user, referral=referral, asks=asks)  # type: ignore[arg-type]


def _clear_secrecy(referral: Referral, user: User | None) -> object:
    """In the place of the question that is open, where one is."""
    if referral.state != R.WAITING:
        raise Refused("nothing to check")
    _reply(cases.proposer_of(referral.proposal), referral)
    referral.refresh_from_db()
    check = _check_secrecy(referral, cases.liaison_of(referral.ministry))
    if user is not None:
        return answering.answer_secrecy_check(user=user, check=check, is_fine=True)
    with clock.at(clock.now() + timedelta(days=60)):
        return proposer.lapse_question(question=check.question)


def _unshare(user: User | None, referral: Referral) -> object:
    """Takes back what the liaison has shared just before."""
    answering.share_drafts(user=cases.liaison_of(referral.ministry), referral=referral)
    return answering.unshare_drafts(user=user, referral=referral)  # type: ignore[arg-type]


def _enter_paper(user: User | None, referral: Referral) -> object:
    """The first ask that is still open; of a part that is over, any."""
    asks = referral.asked.exclude(pk__in=referral.answers.values("ask"))
    return paper.enter_paper_answer(
        user=user,  # type: ignore[arg-type]
        referral=referral,
        letter_number="1150000003",
        letter_on=clock.today(),
        scan=SimpleUploadedFile("letter.pdf", pdf()),
        is_blacked_out=True,
        answers={ask.pk: dict(TEXT) for ask in asks[:1]},
    )


REFERRAL_CALLS: dict[str, ReferralCall] = {
    "accept": lambda user, row: answering.accept_referral(user=user, referral=row),
    "return": lambda user, row: answering.return_referral(
        user=user, referral=row, body=cases.ministry("moea"), reason=WHY
    ),
    "ask": lambda user, row: answering.ask_proposer(user=user, referral=row, text=WHY),
    "reply": _reply,
    "prolong": _prolong_reply,
    "check_secrecy": lambda user, row: _check_secrecy(row, user),
    "clear_secrecy": lambda user, row: _clear_secrecy(row, user),
    "interim": lambda user, row: answering.publish_interim_reply(user=user, referral=row, text=WHY),
    "extend": lambda user, row: answering.extend_referral(
        user=user, referral=row, amount=30, unit="day", reason=WHY
    ),
    "delay": _explain_delay,
    "draft": lambda user, row: answering.save_answer_drafts(
        user=user, referral=row, drafts={row.proposal.asks.last().pk: dict(TEXT)}
    ),
    "sign_off": lambda user, row: answering.note_sign_off(user=user, referral=row, since=clock.today()),
    "share_draft": lambda user, row: answering.share_drafts(user=user, referral=row),
    "unshare_draft": _unshare,
    "record": lambda user, row: answering.record_letters(user=user, referral=row, reply_number="1150000001"),
    "forget": _forget,
    "prove": lambda user, row: delays.prove_reply(
        user=user, referral=row, reply_on=clock.today(), reply_number="1150000002", text=WHY
    ),
    "pause": lambda user, row: pause(row.proposal, user, row),
    "run_on": lambda user, row: run_on(row.proposal, user, row),
    "publish": _publish,
    "enter_paper": _enter_paper,
    "correct": _correct,
}

REFERRAL_COMES_OF_ANOTHER = {
    "answer": "publishing the last answer",
    "cancel": "withdrawing the case, or the lead's last answer",
}
