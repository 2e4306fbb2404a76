"""Each step of the table of cases as a call, and a case brought to each state: for `test_steps.py`."""

from collections.abc import Callable
from datetime import date, timedelta

from members import clock
from members.models import Organisation, User
from members.refusals import Refused
from proposals.actions import (
    aftermath,
    agendas,
    answering,
    consultations,
    coordination,
    drafting,
    merging,
    moving,
    pauses,
    proposer,
    recusal,
    restricted,
    supporting,
    takeover,
    triage,
)
from proposals.models import (
    Pause,
    Proposal,
    PublicOpening,
    Recusal,
    Referral,
    Sponsor,
)
from proposals.models.deadlines import Kind
from proposals.states import ProposalState as P
from proposals.states import ReferralState as R
from tests import cases
from workinggroups.models import Meeting

EVIDENCE = "https://example.org/notice"
TEXT = {"outcome": "not_adopted", "reason": "理由", "legal_basis": "證券交易法第22條"}
WHY = "理由"
SECRET = "營業秘密"

ProposalCall = Callable[[User | None, Proposal], object]


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


def pause(case: Proposal, user: User | None, referral: Referral | None = None) -> Pause:
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


def run_on(case: Proposal, user: User | None, referral: Referral | None = None) -> object:
    """Ends a pause that the secretariat has begun just before."""
    stopped = pause(case, cases.person("office@example.org", secretariat=True), referral)
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
    "pause": lambda user, case: pause(case, user),
    "run_on": lambda user, case: run_on(case, user),
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
