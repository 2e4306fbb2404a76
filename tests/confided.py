"""What the small world holds besides: every kind of text that is meant for few, by the real actions."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from members import clock
from members.actions.absences import enter_absence
from members.models import Letter, Organisation
from proposals.actions import answering, triage
from proposals.actions.aftermath import ask_second_look
from proposals.actions.consultations import comment_as_invited, invite_ministries
from proposals.actions.drafting import submit_proposal
from proposals.actions.proposer import reply_to_question
from proposals.actions.recusal import decide_recusal, request_recusal, seats_that_triage
from proposals.actions.restricted import announce_opening
from proposals.actions.scoring import score_proposal
from proposals.models import Competitor, Criterion, Proposal, Referral, SavedText
from tests import cases
from tests.brought import full_draft
from tests.canaries import SECRETS
from workinggroups.models import WorkingGroup

if TYPE_CHECKING:
    from tests.world import World


def confide(made: "World", acme: Organisation, group: WorkingGroup, fsc: Organisation) -> None:
    """Further cases of acme in the group, and what its people wrote for themselves."""
    rep, convener, liaison = (made.people[name] for name in ("representative", "convener", "liaison"))

    def submitted(*, competitor: Organisation | None = None) -> Proposal:
        case = full_draft(acme, group, "")
        if competitor:
            Competitor.objects.create(proposal=case, organisation=competitor)
        return submit_proposal(user=rep, proposal=case)

    def referred() -> Referral:
        case = triage.accept_proposal(user=convener, proposal=submitted())
        return cases.lead_of(triage.refer_proposal(user=convener, proposal=case, lead=fsc))

    rival = cases.member_org("rival", name_zh=SECRETS["competitor"], left_on=date(2026, 1, 1))
    weighed = submitted(competitor=rival)
    criterion = Criterion.objects.create(slug="public_good", name_zh="公益", name_en="Public good")
    score_proposal(user=convener, proposal=weighed, scores={criterion: (3, SECRETS["score"])})
    invited = invite_ministries(
        user=convener, proposal=weighed, bodies=[cases.ministry("moda")], note=SECRETS["consultation"]
    )[0]
    commenting = made.people["other_liaison"]
    comment_as_invited(user=commenting, consultation=invited, text=SECRETS["comment"])
    seat = next(seat for seat in seats_that_triage(weighed) if seat.user == convener)
    asked = request_recusal(user=rep, proposal=weighed, seat=seat, reason=SECRETS["recusal"])
    office = made.people["secretariat"]
    decide_recusal(user=office, recusal=asked, is_granted=False, reason=SECRETS["decision"])
    made.add_case("weighed", weighed)
    made.add("commented", invited)

    _ask_for_a_second_look(made, submitted())
    _object_to_a_draft(made, referred())
    approved = referred()
    answering.accept_referral(user=liaison, referral=approved)
    question = answering.ask_proposer(
        user=liaison, referral=approved, text="請說明", restricted=SECRETS["asked"]
    )
    reply_to_question(user=rep, question=question, text="如附", restricted=SECRETS["replied"])
    answering.note_sign_off(
        user=liaison,
        referral=approved,
        since=clock.today(),
        approved_on=clock.today(),
        document_number=SECRETS["sign_off"],
    )
    made.add_case("approved", approved.proposal)
    _open_to_everybody(made, acme, group)
    for owner, word in (({"group": group}, "saved"), ({"body": fsc}, "own_saved")):
        kind = "answer" if "body" in owner else "note"
        text = SavedText.objects.create(kind=kind, title=SECRETS[word], text_zh=SECRETS[word], **owner)
        made.add(word, text)
    day = clock.today() + timedelta(days=30)
    enter_absence(user=liaison, starts_on=day, ends_on=day + timedelta(days=7), note=SECRETS["absence"])


def _ask_for_a_second_look(made: "World", case: Proposal) -> None:
    convener, rep = made.people["convener"], made.people["representative"]
    declined = triage.decline_proposal(user=convener, proposal=case, reason="unclear", text="理由")
    ask_second_look(user=rep, proposal=declined, reason=SECRETS["second_look"])
    made.add_case("looked_at_again", case)


def _object_to_a_draft(made: "World", referral: Referral) -> None:
    liaison, rep = made.people["liaison"], made.people["representative"]
    ask = referral.proposal.asks.order_by("number")[0].pk
    said = {"outcome": "clarified", "reason": SECRETS["checked"], "legal_basis": "證券交易法第22條"}
    answering.save_answer_drafts(user=liaison, referral=referral, drafts={ask: said})
    check = answering.ask_secrecy_check(user=liaison, referral=referral, asks=[ask])
    answering.answer_secrecy_check(user=rep, check=check, is_fine=False, objection=SECRETS["objection"])
    made.add_case("objected", referral.proposal)


def _open_to_everybody(made: "World", acme: Organisation, group: WorkingGroup) -> None:
    """One case whose restricted text is announced for next week, one whose text and file are open."""
    rep, convener = made.people["representative"], made.people["convener"]
    for name, days, words in (("announced", 0, SECRETS), ("opened", 20, SECRETS | OPEN)):
        with clock.at(clock.now() - timedelta(days=days)):
            case = submit_proposal(user=rep, proposal=full_draft(acme, group, "", words))
            case = triage.accept_proposal(user=convener, proposal=case)
            announce_opening(user=rep, proposal=case)
            if name == "opened":
                file = case.attachments.get(is_restricted=True)
                announce_opening(user=rep, proposal=case, attachment=file)
        made.add_case(name, case)


OPEN = {"restricted": "已公開之內容", "secret_file": "opened"}
"""The words of the case whose proposer has opened them: no secrets any more."""


def write_letter_of_a_stranger() -> Letter:
    """The first letter of the outbox: its words are for its recipient, and for those who keep the outbox."""
    letter = Letter.objects.order_by("pk")[0]
    Letter.objects.filter(pk=letter.pk).update(subject=SECRETS["letter"], body=SECRETS["letter"])
    return letter
