"""擬復 and 發布: writing the answers ask by ask, and publishing those that are ready."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.refusals import Attempt, Refused, Stale
from proposals.actions import answering
from proposals.forms.answer_texts import offered, with_text
from proposals.forms.answering import DraftForm, PublishForm
from proposals.models import AnswerDraft, Referral
from proposals.permissions import can_take_referral_step

from .beside import answered_before, side_by_side
from .secrecy import repeats_what_is_sealed, touching_drafts, why_shut
from .words import refusal_status


def draft_forms(referral: Referral, data: Any = None) -> list[DraftForm]:
    """One form per ask; an ask that was published while somebody typed keeps what was typed."""
    drafts = {d.ask_id: d for d in referral.answerdrafts.select_related("updated_by")}
    answers = {a.ask_id: a for a in referral.answers.current()}
    outcomes = answering.possible_outcomes(referral)
    return [
        DraftForm(
            data,
            ask=ask,
            draft=drafts.get(ask.pk),
            answer=answers.get(ask.pk),
            outcomes=outcomes,
        )
        for ask in referral.asked.select_related("law")
        if ask.pk not in answers or (data and f"ask-{ask.pk}-seen" in data)
    ]


def draft(request: HttpRequest, referral: Referral) -> HttpResponse:
    """All open asks in one form. Saving keeps everything, complete or not; inserting a text saves nothing."""
    is_post = request.method == "POST"
    choices = offered(request.user, referral)
    is_inserting = is_post and "insert" in request.POST
    data = with_text(request.POST, choices) if is_inserting else request.POST
    forms = draft_forms(referral, data if is_post else None)
    status, refused, is_stale = 200, "", False
    if is_post and not is_inserting:
        status = 422
        with Attempt() as attempt:
            if request.POST.get("share") == "off":
                answering.unshare_drafts(user=request.user, referral=referral)
            if not any(form.errors for form in forms):
                save(request, referral, forms)
                return _saved(request, referral)
        if attempt.refusal:
            refused, is_stale = str(attempt.refusal), isinstance(attempt.refusal, Stale)
            forms = draft_forms(referral, request.POST)
            referral.refresh_from_db(fields=["state"])
            status = refusal_status(request.user, referral, "draft", attempt.refusal)
        referral.refresh_from_db(fields=["drafts_shared_at"])
    answers = list(referral.answers.current().select_related("ask__law"))
    own = {a.ask_id: a.outcome for a in answers} | {f.ask.pk: f["outcome"].value() or "" for f in forms}
    others, columns = side_by_side(request.user, referral, own)
    before = answered_before(referral)
    paired = with_others(forms) if is_stale else [(form, None) for form in forms]
    context = {
        "referral": referral,
        "proposal": referral.proposal,
        "forms": [(form, newer, columns.get(form.ask.pk), before.get(form.ask.pk)) for form, newer in paired],
        "refused": refused,
        "can_publish": can_take_referral_step(request.user, referral, "publish"),
        "answers": [(answer, columns.get(answer.ask_id)) for answer in answers],
        "others": others,
        "choices": choices,
        "names": [other.ministry.short_name for other in others],
    }
    return render(request, "proposals/dashboard/draft.html", context, status=status)


@transaction.atomic
def save(request: HttpRequest, referral: Referral, forms: list[DraftForm]) -> None:
    """Saves what was typed and, by the button for it, shares it: both or neither."""
    answering.save_answer_drafts(
        user=request.user,
        referral=referral,
        drafts={form.ask.pk: form.typed for form in forms},
        seen={form.ask.pk: form.seen_at for form in forms},
    )
    if request.POST.get("share") == "on":
        answering.share_drafts(user=request.user, referral=referral)


def _saved(request: HttpRequest, referral: Referral) -> HttpResponse:
    referral.refresh_from_db(fields=["drafts_shared_at"])
    if "publish" in request.POST:
        return redirect("proposals:referral_step", pk=referral.pk, step="publish")
    if referral.drafts_shared_at:
        said = _("The drafts are saved. Your own body and the other bodies of this case can read them.")
    else:
        said = _("The draft is saved. Only your own body can read it.")
    messages.success(request, said)
    return redirect("proposals:referral_step", pk=referral.pk, step="draft")


def with_others(forms: list[DraftForm]) -> list[tuple[DraftForm, Any]]:
    """Each form with the text that a colleague has written since; the next save counts that as seen."""
    paired: list[tuple[DraftForm, Any]] = []
    for form in forms:
        other = form.answer or form.draft
        moved = other is not None and form.is_valid() and form.differs_from(other)
        if moved and form.draft is not None:
            moved = form.seen_at != form.draft.updated_at
        paired.append((form, other if moved else None))
        form.data = form.data.copy()
        form.data[form.add_prefix("seen")] = form.initial["seen"]
    return paired


def publish(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Shows word for word what will be public; publishes the answers that are ticked, once and for good."""
    drafts = list(referral.answerdrafts.select_related("ask__law", "updated_by"))
    lacks = lacking(referral, drafts)
    ready = [d for d in drafts if d.pk not in lacks]
    is_post = request.method == "POST"
    initial = {"asks": [d.ask_id for d in ready]}
    form = PublishForm(request.POST if is_post else None, referral=referral, drafts=drafts, initial=initial)
    status = 200
    if is_post:
        status = 422
        if form.is_valid():
            with Attempt() as attempt:
                answers = answering.publish_answers(
                    user=request.user,
                    referral=referral,
                    asks=form.cleaned_data["asks"],
                    seen=form.seen,
                )
                return _published(request, referral, len(answers))
            form.add_error(None, str(attempt.refusal))
            referral.refresh_from_db(fields=["state"])
            status = refusal_status(request.user, referral, "publish", attempt.refusal)
            form.data = form.data.copy()
            for d in drafts:
                form.data[f"seen-{d.ask_id}"] = form.fields[f"seen-{d.ask_id}"].initial
    others, columns = side_by_side(request.user, referral, {d.ask_id: d.outcome for d in drafts})
    ticked = {str(pk) for pk in form["asks"].value() or []}
    context = {
        "referral": referral,
        "proposal": referral.proposal,
        "form": form,
        "drafts": [(d, lacks.get(d.pk, ""), str(d.ask_id) in ticked, columns.get(d.ask_id)) for d in drafts],
        "others": others,
        "ready": ready,
        "undrafted": undrafted(referral, drafts),
        "may_check": bool(ready) and not why_shut(referral),
        "touching": touching_drafts(request.user, referral, ready),
        "repeats_what_is_sealed": repeats_what_is_sealed(request.user, referral, drafts),
    }
    return render(request, "proposals/dashboard/publish.html", context, status=status)


def lacking(referral: Referral, drafts: list[AnswerDraft]) -> dict[int, str]:
    """What keeps a draft from being published, by primary key of the draft."""
    outcomes = answering.possible_outcomes(referral)
    found = {}
    for row in drafts:
        try:
            answering.check_draft(row, outcomes)
        except Refused as refusal:
            found[row.pk] = str(refusal)
    return found


def undrafted(referral: Referral, drafts: list[AnswerDraft]) -> list[int]:
    """The numbers of the asks that have neither an answer nor a draft."""
    done = {d.ask_id for d in drafts} | set(referral.answers.values_list("ask_id", flat=True))
    return [a.number for a in referral.asked if a.pk not in done]


def _published(request: HttpRequest, referral: Referral, count: int) -> HttpResponse:
    referral.refresh_from_db(fields=["state"])
    if referral.is_open:
        said = ngettext(
            "%(count)d answer is published. The other asks are still open.",
            "%(count)d answers are published. The other asks are still open.",
            count,
        )
    else:
        said = ngettext(
            "%(count)d answer is published: every ask is answered. Thank you.",
            "%(count)d answers are published: every ask is answered. Thank you.",
            count,
        )
    messages.success(request, said % {"count": count})
    return redirect("proposals:referral", pk=referral.pk)
