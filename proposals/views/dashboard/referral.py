from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members import clock
from members.models import User
from proposals.actions.answering import first_opening
from proposals.casefile import ANSWERS, Task, Turn, clock_parts
from proposals.explanations import explain
from proposals.forms.answering import StepForm
from proposals.ledger import Owner
from proposals.models import (
    Attachment,
    Deadline,
    Referral,
    RestrictedText,
    TimelineEntry,
)
from proposals.models.deadlines import Kind
from proposals.permissions import can_answer, can_take_referral_step
from proposals.states import MAX_QUESTIONS, ReferralState

from .access import for_bodies_only, own_referral
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
    answers = {a.ask_id: a for a in row.answers.all()}
    proposal = row.proposal
    questions = list(row.questions.all())
    context = {
        "referral": row,
        "proposal": proposal,
        "may_answer": can_answer(request.user, row),
        "can": {step: can_take_referral_step(request.user, row, step) for step in ("draft", "publish")},
        "next_step": next_step(row, request.user, len(drafts)),
        "sections": sections(request.user, row, deadline, len(questions)),
        "deadline": deadline,
        "explanation": explain(deadline) if deadline else [],
        "acceptance": unsettled(deadlines.get(Kind.ACCEPTANCE)),
        "preliminary": unsettled(deadlines.get(Kind.PRELIMINARY)),
        "open_question": next((q for q in questions if q.is_open), None),
        "questions": questions,
        "asks": [
            (ask, answers.get(ask.pk), drafts.get(ask.pk)) for ask in proposal.asks.select_related("law")
        ],
        "has_restricted": RestrictedText.objects.visible_to(request.user)
        .filter(proposal=proposal)
        .exclude(text="")
        .exists(),
        "attachments": Attachment.objects.visible_to(request.user).filter(proposal=proposal),
        "others": proposal.referrals.exclude(pk=row.pk).select_related("ministry", "returned_to"),
        "interims": row.interim_replies.all(),
        "parts": parts_of(row, next((q.due_on for q in questions if q.is_open), None)),
        "stopped_days": stopped_days(row),
    }
    return render(request, "proposals/dashboard/referral.html", context)


def next_step(row: Referral, user: User, drafts: int) -> str:
    """The one step that the panel offers as a button: accept, draft, continue, or none."""
    if row.state == ReferralState.SENT and can_take_referral_step(user, row, "accept"):
        return "accept"
    if row.state == ReferralState.IN_PROGRESS and can_take_referral_step(user, row, "draft"):
        return "continue" if drafts else "draft"
    return ""


def sections(
    user: User, row: Referral, deadline: Deadline | None, questions: int
) -> list[tuple[str, StepWords, StepForm]]:
    """The further steps open now, each with its form, in the order of the words."""
    shut = {"accept"}
    if questions >= MAX_QUESTIONS or row.is_overdue:
        shut.add("ask")
    if deadline is None or hasattr(row, "extension") or deadline.due_on < clock.today():
        shut.add("extend")
    before = row.proposal.referrals.filter(ministry=row.ministry, state=ReferralState.RETURNED)
    if row.answerdrafts.exclude(reason="").exists() or before.exists():
        shut.add("return")
    return [
        (step, words, step_form(step, row))
        for step, words in STEP_WORDS.items()
        if step not in shut and can_answer(user, row) and can_take_referral_step(user, row, step)
    ]


def unsettled(deadline: Deadline | None) -> Deadline | None:
    return deadline if deadline and deadline.settled_at is None else None


def parts_of(row: Referral, reply_due_on: Any) -> list[tuple[str, int]]:
    """The days of the case so far, by whom they belong to, and what remains for this body."""
    rows = TimelineEntry.objects.turns().filter(proposal=row.proposal)
    turns = [(clock.local_date(e.happened_at), Owner(e.turn)) for e in rows]
    turn = Turn(Task.ANSWER, reply_due_on or row.due_on, row.ministry)
    ended_on = clock.local_date(row.answered_at) if row.answered_at else None
    return clock_parts(turns, turn, today=clock.today(), ended_on=ended_on)


def stopped_days(row: Referral) -> int:
    """The days on which this body's clock has stood still so far."""
    total = timedelta()
    for pause in row.pauses.all():
        total += (pause.ends_on or clock.today()) - pause.starts_on
    return total.days
