"""One case beside the decisions that may be taken about it: all that a triage officer needs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from members.models import User
from members.permissions import is_secretariat
from members.refusals import Refused, Stale
from members.templatetags.face import badge
from proposals.forms.triage import named_after_return
from proposals.models import Attachment, Proposal, Question, Recusal, TimelineEntry, TriageNote
from proposals.permissions import can_read_restricted, can_triage, has_interest
from proposals.states import ProposalState
from workinggroups.permissions import triages

from .queue import cases_for
from .scores import score_table
from .steps import Step, steps_open_to

Kept = tuple[Step, Any]


def case_page(
    model_admin: Any,
    request: HttpRequest,
    case: Proposal,
    *,
    kept: Kept | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page. `kept` is the step that failed with its form as sent, so that nothing typed is lost."""
    user = request.user
    recused = triages(user, case.group) and has_interest(user, case)
    open_steps = steps_open_to(user, case, has_lead=case.has_lead)
    still_open = kept is not None and kept[0] in open_steps
    context = {
        **model_admin.admin_site.each_context(request),
        "title": case.local_title,
        "opts": model_admin.opts,
        "case": case,
        "state_sign": state_sign(case),
        "into": cases_for(user).filter(pk=case.merged_into_id).first() if case.is_merged else None,
        "merged": list(cases_for(user).merged_with(case)),
        "asks": case.asks.select_related("law"),
        "domains": case.domains.all(),
        "referrals": list(case.referrals.select_related("ministry", "returned_to")),
        "attachments": Attachment.objects.visible_to(user).filter(proposal=case),
        "may_prepare_letter": is_secretariat(user) or can_triage(user, case),
        "may_open_restricted": case_has_restricted(case) and can_read_restricted(user, case),
        "timeline": timeline(user, case),
        "questions": Question.objects.asked()
        .filter(referral__proposal=case)
        .select_related("referral__ministry"),
        "notes": [] if recused else notes(user, case),
        "panels": [panel(step, case, user, kept) for step in open_steps],
        "scores": score_table(user, case),
        "recused": recused,
        "recusals": Recusal.objects.visible_to(user).filter(proposal=case).select_related("user"),
        "refusal": refusal,
        "is_stale": isinstance(refusal, Stale),
        "lost_form": kept[1] if kept and not still_open else None,
        "original": case,
    }
    return TemplateResponse(request, "admin/proposals/proposal/case.html", context, status=status)


def panel(step: Step, case: Proposal, user: User, kept: Kept | None) -> dict[str, Any]:
    if kept and kept[0] is step:
        return {"step": step, "form": kept[1], "open": True}
    return {"step": step, "form": new_form(step, case, user), "open": step.name == "refer_again"}


def new_form(step: Step, case: Proposal, user: User) -> Any:
    if step.form is None:
        return None
    if step.takes_user:
        return step.form(prefix=step.name, case=case, user=user)
    if step.takes_case:
        return step.form(prefix=step.name, case=case, initial={"lead": named_body(case)})
    return step.form(prefix=step.name)


def named_body(case: Proposal) -> int | None:
    """Of a returned case: the body that the last lead named as competent."""
    body = named_after_return(case)
    return body.pk if body else None


def state_sign(case: Proposal) -> SafeString:
    """The state as a badge; a referred case that no body leads says so."""
    if case.state == ProposalState.REFERRED and case.is_disputed:
        return badge("paused", "scale", gettext("Competence being coordinated"))
    if case.state == ProposalState.REFERRED and not case.has_lead:
        return badge("late", "reply", gettext("Returned: name another lead"))
    return badge(*case.tone, case.get_state_display())


def case_has_restricted(case: Proposal) -> bool:
    return hasattr(case, "restricted") and bool(case.restricted.text)


def notes(user: User, case: Proposal) -> Any:
    return TriageNote.objects.visible_to(user).filter(proposal=case).select_related("author")


def timeline(user: User, case: Proposal) -> Any:
    """What happened, the latest first, as far as this reader may know it."""
    rows = TimelineEntry.objects.visible_to(user).filter(proposal=case)
    return rows.select_related("body", "note").order_by("-happened_at", "-pk")
