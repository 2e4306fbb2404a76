"""Each step of the state tables as a call, and a case brought to each state: for `test_steps.py`."""

from collections.abc import Callable
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from members import clock
from members.models import Organisation, User
from members.refusals import Refused
from proposals.actions import (
    aftermath,
    agendas,
    answering,
    consultations,
    coordination,
    delays,
    drafting,
    merging,
    moving,
    paper,
    pauses,
    proposer,
    recusal,
    restricted,
    supporting,
    takeover,
    triage,
)
from proposals.actions.answering.receipt import forget_receipt, record_receipt_by_mail
from proposals.models import (
    Pause,
    Proposal,
    PublicOpening,
    Recusal,
    Referral,
    SecrecyCheck,
    Sponsor,
)
from proposals.models.deadlines import Kind
from proposals.states import ProposalState as P
from proposals.states import ReferralState as R
from tests import cases
from tests.proposals.corpus.files import pdf
from workinggroups.models import Meeting

EVIDENCE = "https://example.org/notice"
TEXT = {"outcome": "not_adopted", "reason": "理由", "legal_basis": "證券交易法第22條"}
WHY = "理由"
SECRET = "營業秘密"

ProposalCall = Callable[[User | None, Proposal], object]
ReferralCall = Callable[[User | None, Referral], object]


# --- proposals -----------------------------------------------------------------------------------


def proposal_in(state: str) -> Proposal:
    """A case that real actions brought to a state; beside it another one, into which it may be merged."""
    cases.accepted(organisation=cases.member_org("twin"))
    match state:
        case P.DRAFT:
            return cases.draft(restricted=SECRET)
        case P.SCREENING:
            return cases.submitted(restricted=SECRET)
        case P.DISCUSSION:
            return cases.accepted(restricted=SECRET)
        case P.REFERRED:
            return cases.referred(restricted=SECRET)
        case P.ANSWERED:
            return cases.answered(restricted=SECRET)
    return END[state]()


def _informing() -> Proposal:
    case = cases.accepted(restricted=SECRET)
    return triage.ask_for_information(user=cases.convener_of(case), proposal=case, text=WHY)


def _declined() -> Proposal:
    case = cases.submitted(restricted=SECRET)
    return triage.decline_proposal(user=cases.convener_of(case), proposal=case, reason="unclear", text=WHY)


def _withdrawn() -> Proposal:
    case = cases.referred(restricted=SECRET)
    return proposer.withdraw_proposal(user=cases.proposer_of(case), proposal=case)


def _closed() -> Proposal:
    case = cases.answered(restricted=SECRET)
    return proposer.close_proposal(user=cases.proposer_of(case), proposal=case)


def _in_follow_up() -> Proposal:
    case = cases.referred(restricted=SECRET)
    referral = cases.lead_of(case)
    user = cases.liaison_of(referral.ministry)
    asks = list(case.asks.values_list("pk", flat=True))
    text = TEXT | {
        "outcome": "rule_change",
        "next_step": "預告修正草案",
        "next_on": clock.today() + timedelta(days=90),
    }
    answering.save_answer_drafts(user=user, referral=referral, drafts={pk: dict(text) for pk in asks})
    answering.publish_answers(user=user, referral=referral, asks=asks)
    return proposer.close_proposal(user=cases.proposer_of(case), proposal=case)


def twin() -> Proposal:
    """The other case of `proposal_in`."""
    return Proposal.objects.get(organisation__slug="twin")


def _merged() -> Proposal:
    case = cases.accepted(restricted=SECRET)
    return merging.merge_proposal(user=cases.convener_of(case), proposal=case, into=twin(), reason=WHY)


END: dict[str, Callable[[], Proposal]] = {
    P.MERGED: _merged,
    P.NEEDS_INFORMATION: _informing,
    P.DECLINED: _declined,
    P.WITHDRAWN: _withdrawn,
    P.CLOSED: _closed,
    P.FOLLOW_UP: _in_follow_up,
}


def _pause(case: Proposal, user: User | None, referral: Referral | None = None) -> Pause:
    """In the second week, when every period has begun."""
    if referral is None and case.state == P.REFERRED:
        referral = cases.lead_of(case)
    with clock.at(clock.now() + timedelta(days=8)):
        return pauses.pause_for_cause(
            user=user,  # type: ignore[arg-type]
            starts_on=clock.today(),
            reason=WHY,
            evidence_url=EVIDENCE,
            proposal=None if referral else case,
            referral=referral,
        )


def _run_on(case: Proposal, user: User | None, referral: Referral | None = None) -> object:
    """Ends a pause that the secretariat has begun just before."""
    stopped = _pause(case, cases.person("office@example.org", secretariat=True), referral)
    with clock.at(clock.now() + timedelta(days=9)):
        return pauses.end_pause_for_cause(user=user, pause=stopped, ends_on=clock.today())  # type: ignore[arg-type]


def _prolong(case: Proposal, user: User | None) -> object:
    own = case.deadlines.filter(kind=Kind.INFORMATION).first()
    if own is None:
        raise Refused("nothing that could be prolonged")
    return proposer.prolong_own_period(user=user, deadline=own)  # type: ignore[arg-type]


def _lapse(case: Proposal) -> object:
    """The clock comes when the period is over, to a case that waits and to any other."""
    with clock.at(clock.now() + timedelta(days=60)):
        return proposer.lapse_information(proposal=case)


def _request_recusal(case: Proposal, user: User | None) -> Recusal:
    if case.group is None:
        raise Refused("no group yet")
    seat = recusal.seats_that_triage(case)[0]
    return recusal.request_recusal(user=user, proposal=case, seat=seat, reason=WHY)  # type: ignore[arg-type]


def _decide_recusal(case: Proposal, user: User | None) -> object:
    row = _request_recusal(case, cases.proposer_of(case))
    return recusal.decide_recusal(user=user, recusal=row, is_granted=True, reason=WHY)  # type: ignore[arg-type]


def _end_recusal(case: Proposal, user: User | None) -> object:
    row = recusal.declare_interest(user=cases.convener_of(case), proposal=case, reason=WHY)
    return recusal.end_recusal(user=user, recusal=row)  # type: ignore[arg-type]


def _announced(case: Proposal) -> PublicOpening:
    """Announced by the proposer just before."""
    return restricted.announce_opening(user=cases.proposer_of(case), proposal=case)


def _open_to_public(case: Proposal) -> object:
    opening = _announced(case)
    with clock.at(clock.now() + timedelta(days=8)):
        return restricted.open_to_public(opening=opening)


def _close(case: Proposal, user: User | None) -> object:
    if user is not None:
        return proposer.close_proposal(user=user, proposal=case)
    with clock.at(clock.now() + timedelta(days=90)):
        return proposer.close_proposal(user=None, proposal=case)


def _lose_lead(case: Proposal) -> object:
    """The lead leaves today."""
    _leave(case, clock.today())
    return takeover.lose_lead(proposal=case)


def _leave(case: Proposal, on: date | None) -> None:
    Organisation.objects.filter(pk=case.organisation_id).update(left_on=on)


def _take_over(case: Proposal, user: User | None) -> object:
    """By the organisation that has signed it, once the lead has left."""
    heir = cases.member_org("heir")
    signature = {"signed_at": clock.now(), "signed_by": cases.proposer_of(case), "signed_digest": "0"}
    Sponsor.objects.create(proposal=case, organisation=heir, **signature)
    _leave(case, clock.today())
    return takeover.take_over(user=user, proposal=case, organisation=heir)  # type: ignore[arg-type]


def _regain_lead(case: Proposal) -> object:
    _lose_lead(case)
    _leave(case, None)
    return takeover.regain_lead(proposal=Proposal.objects.get(pk=case.pk))


def _end_unclaimed(case: Proposal) -> object:
    _lose_lead(case)
    with clock.at(clock.now() + timedelta(days=60)):
        return takeover.end_unclaimed(proposal=case)


def _next_body(case: Proposal, user: User | None) -> object:
    """Another lead, once the first has given the matter back; before that it would be the first referral."""
    first = case.referrals.filter(part="lead").first()
    if first is None:
        raise Refused("nobody leads yet")
    if first is not None and first.state == R.SENT:
        answering.return_referral(
            user=cases.liaison_of(first.ministry), referral=first, body=cases.ministry("moj"), reason=WHY
        )
    return triage.refer_proposal(user=user, proposal=case, lead=cases.ministry("moj"))  # type: ignore[arg-type]


def _put_on_agenda(case: Proposal, user: User | None) -> object:
    starts = clock.now() + timedelta(days=5)
    meeting = Meeting.objects.create(group=case.group, title_zh="會議", starts_at=starts)
    return agendas.put_on_agenda(user=user, proposal=case, meeting=meeting)  # type: ignore[arg-type]


def _disputed(case: Proposal) -> Proposal:
    """Brings a case whose first lead has not answered yet to where no body wants to be the lead."""
    if case.state != P.REFERRED:
        return case
    for body in ("moj", "moea"):
        lead = cases.lead_of(case)
        user = cases.liaison_of(lead.ministry)
        answering.return_referral(user=user, referral=lead, body=cases.ministry(body), reason=WHY)
        if not case.coordinations.open().exists():
            triage.refer_proposal(user=cases.convener_of(case), proposal=case, lead=cases.ministry(body))
    return case


def _decide(case: Proposal, user: User | None, body: str = "") -> object:
    return coordination.decide_competence(
        user=user,  # type: ignore[arg-type]
        proposal=_disputed(case),
        body=cases.ministry(body) if body else None,
        decision_number="院臺字第1150000001號",
        decided_on=clock.today(),
    )


def _decline_unowned(case: Proposal, user: User | None) -> object:
    if case.state == P.REFERRED:
        _decide(case, cases.person("office@example.org", secretariat=True))
    return coordination.decline_unowned(user=user, proposal=case, text=WHY)  # type: ignore[arg-type]


PROPOSAL_CALLS: dict[str, ProposalCall] = {
    "submit": lambda user, case: drafting.submit_proposal(user=user, proposal=case),
    "accept": lambda user, case: triage.accept_proposal(user=user, proposal=case),
    "ask": lambda user, case: triage.ask_for_information(user=user, proposal=case, text=WHY),
    "resubmit": lambda user, case: proposer.send_information(user=user, proposal=case, text=WHY),
    "prolong": lambda user, case: _prolong(case, user),
    "amend": lambda user, case: drafting.amend_proposal(
        user=user,
        proposal=case,
        fields={"summary": "補正後的摘要"},
        asks=[drafting.AskText(text="補正後的訴求", law="證券交易法", article="第1條")],
    ),
    "resume": lambda user, case: triage.resume_proposal(user=user, proposal=case),
    "lapse": lambda user, case: _lapse(case),
    "decline": lambda user, case: triage.decline_proposal(
        user=user, proposal=case, reason="unclear", text=WHY
    ),
    "merge": lambda user, case: merging.merge_proposal(user=user, proposal=case, into=twin(), reason=WHY),
    "unmerge": lambda user, case: merging.unmerge_proposal(user=user, proposal=case, text=WHY),
    "refer": lambda user, case: triage.refer_proposal(user=user, proposal=case, lead=cases.ministry()),
    "refer_again": lambda user, case: _next_body(case, user),
    "invite": lambda user, case: consultations.invite_ministries(
        user=user, proposal=case, bodies=[cases.ministry("moj")]
    ),
    "put_on_agenda": lambda user, case: _put_on_agenda(case, user),
    "add_supporting": lambda user, case: supporting.add_supporting(
        user=user, proposal=case, bodies=[cases.ministry("moj")]
    ),
    "coordinate": lambda user, case: coordination.record_coordination(
        user=user, proposal=_disputed(case), contact="行政院某處"
    ),
    "decide_competence": lambda user, case: _decide(case, user, "moj"),
    "decline_unowned": lambda user, case: _decline_unowned(case, user),
    "pause": lambda user, case: _pause(case, user),
    "run_on": lambda user, case: _run_on(case, user),
    "move": lambda user, case: moving.move_proposal(
        user=user, proposal=case, group=cases.group("academia"), text=WHY
    ),
    "recuse": lambda user, case: recusal.declare_interest(user=user, proposal=case, reason=WHY),
    "request_recusal": lambda user, case: _request_recusal(case, user),
    "decide_recusal": lambda user, case: _decide_recusal(case, user),
    "end_recusal": lambda user, case: _end_recusal(case, user),
    "announce_opening": lambda user, case: restricted.announce_opening(user=user, proposal=case),
    "stop_opening": lambda user, case: restricted.stop_opening(user=user, opening=_announced(case)),
    "open_to_public": lambda user, case: _open_to_public(case),
    "lose_lead": lambda user, case: _lose_lead(case),
    "take_over": lambda user, case: _take_over(case, user),
    "regain_lead": lambda user, case: _regain_lead(case),
    "end_unclaimed": lambda user, case: _end_unclaimed(case),
    "withdraw": lambda user, case: proposer.withdraw_proposal(user=user, proposal=case),
    "close": lambda user, case: _close(case, user),
    "rate": lambda user, case: aftermath.rate_answer(
        user=user, proposal=case, usefulness=4, answered="yes", text=WHY
    ),
    "reconsider": lambda user, case: aftermath.ask_reconsideration(
        user=user, proposal=case, asks=list(case.asks.values_list("pk", flat=True)), reason=WHY
    ),
    "second_look": lambda user, case: aftermath.ask_second_look(user=user, proposal=case, reason=WHY),
    "reopen": lambda user, case: aftermath.reopen_proposal(user=user, proposal=case, text=WHY),
}

COMES_OF_ANOTHER = {
    "answer": "publishing the last answer",
    "fulfil": "the last follow-up item",
    "close_again": "a reopening",
}
"""Steps that follow from another one, or undo it, and are tested with it."""


# --- referrals -----------------------------------------------------------------------------------


def referral_in(state: str) -> Referral:
    """A lead's part that real actions brought to a state."""
    referral = cases.lead_of(cases.referred(restricted="營業秘密"))
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
    "pause": lambda user, row: _pause(row.proposal, user, row),
    "run_on": lambda user, row: _run_on(row.proposal, user, row),
    "publish": _publish,
    "enter_paper": _enter_paper,
    "correct": _correct,
}

REFERRAL_COMES_OF_ANOTHER = {
    "answer": "publishing the last answer",
    "cancel": "withdrawing the case, or the lead's last answer",
}
