"""One case beside the decisions that may be taken about it: all that a triage officer needs."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from members.models import User
from members.permissions import is_secretariat, reads_all
from members.refusals import Refused, Stale
from members.templatetags.face import badge
from proposals.actions.restricted import has_restricted_words
from proposals.forms.saved_texts import Offers
from proposals.models import (
    Attachment,
    Proposal,
    Question,
    Recusal,
    RestrictedPart,
    TimelineEntry,
    TriageNote,
)
from proposals.permissions import can_read_restricted, can_redact, can_triage, has_interest
from proposals.precedents import similar_cases
from proposals.states import MERGED_INTO, ProposalState
from workinggroups.permissions import triaged_groups, triages

from .queue import cases_for
from .redaction import title_hits
from .scores import score_table
from .steps import Step, steps_open_to


@dataclass(frozen=True)
class Kept:
    """A step that was not taken: its form with what was typed, and what its reader had seen of the case."""

    step: Step
    form: Any
    version: int | None
    state: str


def case_page(
    model_admin: Any,
    request: HttpRequest,
    case: Proposal,
    *,
    kept: Kept | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page. `kept` is a step that was not taken, so that nothing typed is lost.

    A form that came too late goes on from the case as it stands now, beside what has happened since; any
    other one still says which version its reader had seen.
    """
    user = request.user
    is_stale = isinstance(refusal, Stale)
    recused = triages(user, case.group) and has_interest(user, case)
    open_steps = steps_open_to(user, case, has_lead=case.has_lead)
    still_open = kept is not None and kept.step in open_steps
    asks = list(case.asks.select_related("law"))
    offers = Offers(user, [case])
    context = {
        **model_admin.admin_site.each_context(request),
        "title": case.local_title,
        "opts": model_admin.opts,
        "case": case,
        "state_sign": state_sign(case),
        "into": cases_for(user).filter(pk=case.merged_into_id).first() if case.is_merged else None,
        "merged": list(cases_for(user).merged_with(case)),
        "asks": asks,
        "mergeable": MERGED_INTO if any(step.name == "merge" for step in open_steps) else (),
        "similar": [(hit, page_of(user, hit.case)) for hit in similar_cases(user, case, asks)],
        "domains": case.domains.all(),
        "referrals": list(case.referrals.select_related("ministry", "returned_to")),
        "attachments": Attachment.objects.visible_to(user).filter(proposal=case),
        "may_prepare_letter": is_secretariat(user) or can_triage(user, case),
        "may_redact": can_redact(user, case),
        "title_hits": title_hits(case),
        "may_open_restricted": has_restricted_words(case) and can_read_restricted(user, case),
        "restricted_parts": RestrictedPart.objects.confided_to(user).filter(proposal=case).described(),
        "timeline": timeline(user, case),
        "questions": Question.objects.asked()
        .filter(referral__proposal=case)
        .select_related("referral__ministry"),
        "notes": [] if recused else notes(user, case),
        "panels": [panel(step, case, user, offers, kept, is_stale) for step in open_steps],
        "scores": score_table(user, case),
        "recused": recused,
        "recusals": Recusal.objects.visible_to(user).filter(proposal=case).select_related("user"),
        "refusal": refusal,
        "is_stale": is_stale,
        "kept": kept,
        "still_open": still_open,
        "carried": [] if kept is None or still_open else carried(kept, open_steps),
        "original": case,
    }
    return TemplateResponse(request, "admin/proposals/proposal/case.html", context, status=status)


def panel(
    step: Step, case: Proposal, user: User, offers: Offers, kept: Kept | None, is_stale: bool
) -> dict[str, Any]:
    is_kept = kept is not None and kept.step is step
    seen = kept if is_kept and not is_stale else None
    return {
        "step": step,
        "form": kept.form if is_kept else new_form(step, case, user),
        "open": is_kept or step.name == "refer_again",
        "offer": offers.of(step.form),
        "version": seen.version if seen else case.version,
        "state": seen.state if seen else case.state,
        "is_stale": is_kept and is_stale,
    }


def new_form(step: Step, case: Proposal, user: User, initial: dict[str, Any] | None = None) -> Any:
    if step.form is None:
        return None
    extra = {"case": case} if step.takes_case else {}
    if step.takes_user:
        extra["user"] = user
    return step.form(prefix=step.name, initial=initial or {}, **extra)


def carried(kept: Kept, open_steps: list[Step]) -> list[tuple[Step, str, str]]:
    """Of a step that is no longer possible: which open ones can take its text, and in which field."""
    field, _kind = getattr(kept.step.form, "saved_texts", ("", ""))
    text = kept.form[field].value() if field else ""
    takers = [(step, getattr(step.form, "saved_texts", ("", ""))[0]) for step in open_steps]
    return [(step, f"{step.name}-{name}", text) for step, name in takers if name and text]


def page_of(user: User, case: Proposal) -> str:
    """Where the reader finds a case: in the admin where it lies in their queue, else its public page."""
    if reads_all(user) or case.group_id in triaged_groups(user):
        return reverse("admin:proposals_proposal_change", args=[case.pk])
    return case.get_absolute_url()


def state_sign(case: Proposal) -> SafeString:
    """The state as a badge; a referred case that no body leads says so."""
    if case.state == ProposalState.REFERRED and case.is_disputed:
        return badge("paused", "scale", gettext("Competence being coordinated"))
    if case.state == ProposalState.REFERRED and not case.has_lead:
        return badge("late", "reply", gettext("Returned: name another lead"))
    return badge(*case.tone, case.get_state_display())


def notes(user: User, case: Proposal) -> Any:
    return TriageNote.objects.visible_to(user).filter(proposal=case).select_related("author")


def timeline(user: User, case: Proposal) -> Any:
    """What happened, the latest first, as far as this reader may know it."""
    rows = TimelineEntry.objects.visible_to(user).filter(proposal=case)
    return rows.select_related("body", "note").order_by("-happened_at", "-pk")
