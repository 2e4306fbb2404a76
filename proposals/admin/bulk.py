"""One decision about many cases: a page says of each what will happen or why not; then each goes alone."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from members.models import User
from members.refusals import NotAllowed, Refused, Stale
from proposals.actions import triage
from proposals.actions.record import ANSWERED_STAYS, DECLINED_BEFORE, check_state
from proposals.forms.saved_texts import Offer, Offers, put_in
from proposals.models import Proposal
from proposals.models.circles import of_interest_to
from proposals.permissions import can_triage, has_declined
from proposals.routing import Proposed, proposed_for
from proposals.states import DECIDES, ENDS_UNANSWERED, PROPOSAL_STEPS, ProposalState
from workinggroups.permissions import triages

from .steps import BULK, Data, Step
from .words import version_in

LAST_CHOICE = "last referral"
OTHER_BODIES = _(
    "The routing rules name other bodies by now. Nothing was changed: look at the row once more."
)


def _route(user: User, case: Proposal, version: int | None, data: Data) -> object:
    """Refers a case to the bodies that the rules name for it, if they are those that were shown."""
    proposed: Proposed = data["proposed"][case.pk]
    if proposed.lead is None:
        raise Refused(why_not_routed(proposed))
    if data["seen"].get(case.pk) != proposed.as_sent:
        raise Stale(OTHER_BODIES)
    bodies = [row.body for row in proposed.supporting]
    return triage.refer_proposal(
        user=user, proposal=case, lead=proposed.lead.body, supporting=bodies, expected_version=version
    )


ROUTE = Step(
    "route",
    _("Refer by routing rules"),
    _("Each case goes to the bodies that the rules name for its laws and domains. Accepts it as well."),
    pgettext_lazy("decision", "referred to ministries"),
    _route,
)
BULK_STEPS = {**BULK, ROUTE.name: ROUTE}


@dataclass(frozen=True)
class Row:
    """One selected case: what will happen to it, or why nothing can; after a refusal what was seen before."""

    case: Proposal
    refusal: Refused | None
    becomes: str = ""
    proposed: Proposed | None = None
    failed: Refused | None = None
    seen_version: int | None = None
    seen_state: str = ""

    @property
    def is_stale(self) -> bool:
        return isinstance(self.failed, Stale)


def why_not_routed(proposed: Proposed) -> str:
    """Why the rules name no lead."""
    if proposed.rivals:
        names = gettext(", ").join(row.body.short_name for row in proposed.rivals)
        return gettext(
            "The routing rules name several bodies as lead: %(names)s. Decide on its own page."
        ) % {"names": names}
    return gettext("No routing rule names a lead for it. Refer it on its own page.")


def rows_of(user: User, step: Step, cases: list[Proposal]) -> list[Row]:
    """What the step would do with each case. As many queries for many as for one."""
    interests = set(
        of_interest_to(user).filter(pk__in=[case.pk for case in cases]).values_list("pk", flat=True)
    )
    proposed = proposed_for(cases) if step is ROUTE else {}
    found = []
    for case in cases:
        try:
            check_row(user, case, step, case.pk in interests)
            if step is ROUTE and proposed[case.pk].lead is None:
                raise Refused(why_not_routed(proposed[case.pk]))
        except Refused as refusal:
            found.append(Row(case, refusal))
        else:
            target = PROPOSAL_STEPS[step_of(step, case)].target
            becomes = str(ProposalState(target).label) if target and target != case.state else ""
            found.append(Row(case, None, becomes, proposed.get(case.pk)))
    return found


def step_of(step: Step, case: Proposal) -> str:
    """The name of the step in the table of states: a returned case is referred again."""
    if step.name == "refer" and case.state == ProposalState.REFERRED:
        return "refer_again"
    return "refer" if step is ROUTE else step.name


def check_row(user: User, case: Proposal, step: Step, has_interest: bool) -> None:
    """As the action itself will, with what is at hand: raises Refused, or NotAllowed."""
    name = step_of(step, case)
    check_state(case, name)
    if name == "refer_again" and case.has_lead:
        raise Refused(_("The case already has a lead body."))
    if has_interest or not (triages(user, case.group) or can_triage(user, case)):
        raise NotAllowed
    if case.answered_at is not None and name in ENDS_UNANSWERED:
        raise Refused(ANSWERED_STAYS)
    if name in DECIDES and has_declined(user, case):
        raise NotAllowed(DECLINED_BEFORE)
    if name == "ask":
        triage.check_questions(case)


def bulk_action(step: Step) -> Any:
    """The step as an action of the list.

    It takes the rows that were selected, not those that the filter still shows: a case that has left the
    queue meanwhile is refused with its reason instead of being passed over in silence.
    """

    def act(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        cases = selected(model_admin, request)
        offer = Offers(request.user, cases).of(step.form)
        if "confirmed" not in request.POST:
            form = step.form(initial=remembered(request, step)) if step.form else None
            return page(model_admin, request, step, rows_of(request.user, step, cases), form, offer)
        form = step.form(request.POST) if step.form else None
        if form is not None and "insert" in request.POST:
            words = offer.words(request.POST.get("saved", "")) if offer else ""
            form = step.form(initial=put_in(form, form.saved_texts[0], words))
            return page(model_admin, request, step, rows_of(request.user, step, cases), form, offer)
        if form is not None and not form.is_valid():
            rows = rows_of(request.user, step, cases)
            return page(model_admin, request, step, rows, form, offer, status=422)
        refused = run_each(request, step, cases, form.cleaned_data if form else {})
        if not refused:
            return None
        rows = refused_rows(model_admin, request, step, refused)
        return page(model_admin, request, step, rows, form, offer, status=409)

    act.__name__ = step.name
    return act


def selected(model_admin: Any, request: HttpRequest) -> list[Proposal]:
    """The cases that were ticked, late ones first; how many of them are no longer the reader's is said."""
    keys = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
    rows = model_admin.get_queryset(request).filter(pk__in=keys)
    cases = list(rows.select_related("group", "organisation", "taken_over_by", "secondlook"))
    if lost := len(keys) - len(cases):
        said = ngettext(
            "%(n)d case is no longer in your queue and was left alone.",
            "%(n)d cases are no longer in your queue and were left alone.",
            lost,
        )
        messages.warning(request, said % {"n": lost})
    return cases


def remembered(request: HttpRequest, step: Step) -> Data:
    """To whom the reader referred the last time."""
    return request.session.get(LAST_CHOICE, {}) if step.name == "refer" else {}


def run_each(
    request: HttpRequest, step: Step, cases: list[Proposal], data: Data
) -> list[tuple[Proposal, Refused]]:
    """Each case by itself: what is refused for one does not stop the others. Gives those, with the reason."""
    if step.name == "refer":
        supporting = [body.pk for body in data["supporting"]]
        request.session[LAST_CHOICE] = {"lead": data["lead"].pk, "supporting": supporting}
    if step is ROUTE:
        seen = {case.pk: request.POST.get(f"bodies_{case.pk}", "") for case in cases}
        data = {"proposed": proposed_for(cases), "seen": seen}
    done, refused = [], []
    for case in cases:
        try:
            step.run(request.user, case, version_in(request, f"version_{case.pk}"), data)
        except Refused as refusal:
            refused.append((case, refusal))
        else:
            done.append(case)
    report(request, step, done)
    return refused


def report(request: HttpRequest, step: Step, done: list[Proposal]) -> None:
    """Which cases went through. Those that were refused stand on the page, each with its reason."""
    if done:
        said = ngettext(
            "%(n)d case: %(done)s (%(numbers)s)", "%(n)d cases: %(done)s (%(numbers)s)", len(done)
        )
        numbers = gettext(", ").join(str(case.number) for case in done)
        messages.success(request, said % {"n": len(done), "done": step.done, "numbers": numbers})


def refused_rows(
    model_admin: Any, request: HttpRequest, step: Step, refused: list[tuple[Proposal, Refused]]
) -> list[Row]:
    """The refused cases as they stand now, each with its reason and with what the reader had seen of it."""
    reasons = {case.pk: refusal for case, refusal in refused}
    rows = model_admin.get_queryset(request).filter(pk__in=reasons)
    cases = list(rows.select_related("group", "organisation", "taken_over_by", "secondlook"))
    return [
        Row(
            row.case,
            row.refusal,
            row.becomes,
            row.proposed,
            reasons[row.case.pk],
            version_in(request, f"version_{row.case.pk}"),
            request.POST.get(f"state_{row.case.pk}", ""),
        )
        for row in rows_of(request.user, step, cases)
    ]


def page(
    model_admin: Any,
    request: HttpRequest,
    step: Step,
    rows: list[Row],
    form: Any,
    offer: Offer | None,
    status: int = 200,
) -> HttpResponse:
    """What will happen, row by row, and what cannot, with the words that the decision needs."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": step.label,
        "opts": model_admin.opts,
        "step": step,
        "failed": [row for row in rows if row.failed],
        "able": [row for row in rows if row.refusal is None],
        "unable": [row for row in rows if row.refusal is not None],
        "form": form,
        "offer": offer,
        "checkbox": ACTION_CHECKBOX_NAME,
        "back": reverse("admin:proposals_proposal_changelist"),
    }
    return TemplateResponse(request, "admin/proposals/proposal/bulk.html", context, status=status)
