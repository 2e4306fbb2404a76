from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members import clock
from members.models import User
from members.refusals import Refused
from proposals.actions.answering import check_open, first_opening
from proposals.actions.restricted import has_restricted_words
from proposals.casefile import clock_parts, turn_of_body, turns_beside, turns_of, with_turn
from proposals.explanations import explain
from proposals.forms.answering import StepForm
from proposals.models import (
    Attachment,
    Deadline,
    InterimReply,
    Pause,
    Question,
    Reconsideration,
    Referral,
    RestrictedPart,
    SecrecyCheck,
)
from proposals.models.deadlines import ANSWERS, Kind
from proposals.models.takeovers import lead_at
from proposals.permissions import can_answer, can_read_restricted, can_take_referral_step
from proposals.states import ReferralState
from proposals.statistics import stopped_days

from .access import for_bodies_only, own_referral
from .beside import answered_before
from .steps import step_form
from .words import STEP_WORDS, StepWords


@require_safe
@for_bodies_only
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """A ministry's part: what is due and why, what is asked, and what can be done now.

    The first opening by a liaison or deputy is noted; it is the day of receipt where no letter's is known.
    """
    row = own_referral(request, pk)
    first_opening(user=request.user, referral=row)
    row = own_referral(request, pk)
    deadlines = {d.kind: d for d in row.deadlines.all()}
    deadline = next((deadlines[k] for k in ANSWERS if k in deadlines), None)
    drafts = {d.ask_id: d for d in row.answerdrafts.visible_to(request.user)}
    answers = {a.ask_id: a for a in row.answers.current()}
    before = answered_before(row)
    proposal = row.proposal
    asked = Question.objects.visible_to(request.user).filter(referral=row)
    questions = list(asked)
    checks = SecrecyCheck.objects.visible_to(request.user).filter(question__in=questions)
    checked = {check.question_id: check for check in checks}
    prefetch_related_objects([proposal], "takeovers__organisation")
    parts = list(RestrictedPart.objects.confided_to(request.user).filter(proposal=proposal).described())
    for question in questions:
        question.restricted_sides = [part.side for part in parts if part.question_id == question.pk]
        question.check = checked.get(question.pk)
        question.replier = lead_at(proposal, question.replied_at) if question.replied_at else None
    interims = list(InterimReply.objects.visible_to(request.user).filter(referral=row))
    for said in (*questions, *interims):
        said.referral = row
    pauses = list(Pause.objects.visible_to(request.user).filter(referral=row))
    since = deadline.counted_from if deadline else None
    open_now = sections(request.user, row, deadline)
    context = {
        "referral": row,
        "proposal": proposal,
        "may_answer": can_answer(request.user, row),
        "can": {
            step: can_take_referral_step(request.user, row, step) for step in ("draft", "publish", "correct")
        },
        "next_step": next_step(row, request.user, len(drafts)),
        "sections": open_now,
        "may_return": any(step == "return" for step, _words, _form in open_now),
        "deadline": deadline,
        "explanation": explain(deadline) if deadline else [],
        "acceptance": unsettled(deadlines.get(Kind.ACCEPTANCE)),
        "preliminary": unsettled(deadlines.get(Kind.PRELIMINARY)),
        "open_question": next((q for q in questions if q.is_open), None),
        "questions": questions,
        "asks": [
            (ask, answers.get(ask.pk), drafts.get(ask.pk), before.get(ask.pk))
            for ask in row.asked.select_related("law")
        ],
        "again": again_of(row),
        "has_restricted": can_read_restricted(request.user, proposal) and has_restricted_words(proposal),
        "restricted_parts": [part for part in parts if part.question.referral_id != row.pk],
        "attachments": Attachment.objects.visible_to(request.user).filter(proposal=proposal),
        "others": proposal.referrals.filter(round=row.round)
        .exclude(ministry=row.ministry)
        .select_related("ministry", "returned_to"),
        "interims": interims,
        "delay": latest_delay(row, interims),
        "cause": next((p for p in pauses if p.cause == "force_majeure" and p.ends_on is None), None),
        "parts": parts_of(row),
        "stopped_days": stopped_days(pauses, since, clock.today()) if since else 0,
    }
    return render(request, "proposals/dashboard/referral.html", context)


def next_step(row: Referral, user: User, drafts: int) -> str:
    """The one step that the panel offers as a button: accept, draft, continue, or none."""
    if row.state == ReferralState.SENT and can_take_referral_step(user, row, "accept"):
        return "accept"
    if row.state == ReferralState.IN_PROGRESS and can_take_referral_step(user, row, "draft"):
        return "continue" if drafts else "draft"
    return ""


def sections(user: User, row: Referral, deadline: Deadline | None) -> list[tuple[str, StepWords, StepForm]]:
    """The further steps open now, each with its form, in the order of the words."""
    if deadline is None or not can_answer(user, row):
        return []
    return [
        (step, words, step_form(step, row))
        for step, words in STEP_WORDS.items()
        if step != "accept" and can_take_referral_step(user, row, step) and is_possible(row, step)
    ]


def is_possible(row: Referral, step: str) -> bool:
    try:
        check_open(row, step)
    except Refused:
        return False
    return True


def again_of(row: Referral) -> Reconsideration | None:
    """The wish with which the proposer began this round."""
    if row.round == 1:
        return None
    return Reconsideration.objects.filter(proposal=row.proposal, round=row.round).first()


def latest_delay(row: Referral, interims: list[InterimReply]) -> InterimReply | None:
    """What a late body said last of its delay."""
    said = [reply for reply in interims if reply.kind == InterimReply.Kind.DELAY]
    return said[-1] if said and row.is_overdue else None


def unsettled(deadline: Deadline | None) -> Deadline | None:
    return deadline if deadline and deadline.settled_at is None else None


def parts_of(row: Referral) -> list[tuple[str, int]]:
    """The days of the case so far, by whom they belong to, and what remains for this body."""
    own = with_turn(Referral.objects.filter(pk=row.pk).select_related("ministry"))
    told = own.annotate(turns=turns_beside("proposal")).get()
    ended_on = clock.local_date(row.answered_at) if row.answered_at else None
    return clock_parts(turns_of(told.turns), turn_of_body(told), today=clock.today(), ended_on=ended_on)
