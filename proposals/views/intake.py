"""From “new proposal” to a case number."""

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members import clock
from members.markup import typed as typed_text
from members.models import Law
from members.permissions import represented
from members.refusals import Gone, Incomplete, NotAllowed, Refused, Stale
from members.templatetags.face import day
from proposals import uploads
from proposals.actions.drafting import (
    delete_draft,
    has_room,
    missing_from,
    start_draft,
    submit_proposal,
)
from proposals.actions.scanning import PersonalData, Scan, scan_case
from proposals.actions.sponsors import unsigned
from proposals.facts import MAX_OPEN_CASES
from proposals.forms.drafting import MAX_ASKS, Typed
from proposals.forms.fields import LONG
from proposals.forms.files import FilesForm
from proposals.forms.sponsoring import SponsorForm
from proposals.models import Attachment, Deadline, Proposal
from proposals.models.deadlines import Kind
from proposals.permissions import can_edit_draft
from proposals.precedents import earlier_answers, earlier_clarifications, similar_cases
from workinggroups.models import WorkingGroup

from .limits import TEXT_LIMIT, limited, too_fast

ROWS = 50
PARTS = ("about", "asks", "business", "conflict", "benefit", "texts", "files", "sponsors", "submit")
"""The parts of the draft page, as their anchors are called."""


# --- beginning -------------------------------------------------------------------------------------


@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Explains what comes and who reads what; the button begins a draft."""
    organisations = represented(request.user)
    if not organisations:
        return render(request, "proposals/intake/not_member.html", status=403)
    refused = None
    if request.method == "POST":
        chosen = request.POST.get("organisation") or str(organisations[0].pk)
        organisation = next((o for o in organisations if str(o.pk) == chosen), None)
        if organisation is None:
            raise Http404
        try:
            draft = start_draft(user=request.user, organisation=organisation, language=get_language())
        except Refused as reason:
            refused = str(reason)
        else:
            return redirect("proposals:draft", draft.draft_id)
    context = {
        "organisations": organisations,
        "groups": WorkingGroup.objects.filter(takes_proposals=True),
        "refused": refused,
        "full": [organisation for organisation in organisations if not has_room(organisation)],
        "most": MAX_OPEN_CASES,
    }
    return render(request, "proposals/intake/new.html", context, status=409 if refused else 200)


def own_case(request: HttpRequest, draft_id: UUID) -> Proposal:
    """The draft, or the case that it became; 404 for everybody but its own organisation."""
    cases = Proposal.objects.visible_to(request.user).of(represented(request.user))
    return get_object_or_404(
        cases.select_related("organisation", "taken_over_by", "group", "restricted").prefetch_related(
            "domains", "competitors"
        ),
        draft_id=draft_id,
    )


# --- the draft page --------------------------------------------------------------------------------


def show(
    request: HttpRequest,
    draft: Proposal,
    typed: Typed | None = None,
    *,
    files: FilesForm | None = None,
    stale: Stale | None = None,
    scan: Scan | None = None,
    status: int = 200,
) -> HttpResponse:
    """The draft page; with `typed` it holds what was typed, with `stale` what is stored as well."""
    context = beside_of(request, draft, scan) | {
        "typed": typed or Typed(draft),
        "files": files or FilesForm(),
        "attachments": Attachment.objects.visible_to(request.user).filter(proposal=draft),
        "sponsor_form": SponsorForm(draft),
        "laws": Law.objects.filter(is_checked=True),
        "max_asks": MAX_ASKS,
        "max_bytes": uploads.MAX_FILE,
        "stale": stale,
        "differences": typed.differences() if typed and stale else [],
        "previewed": request.GET.get("preview", ""),
    }
    return render(request, "proposals/intake/draft.html", context, status=status)


def beside_of(request: HttpRequest, draft: Proposal, scan: Scan | None = None) -> dict[str, Any]:
    """What stands beside the form and follows the stored text: progress, older cases, warnings, preview."""
    asks = list(draft.asks.select_related("law"))
    missing = missing_from(draft)
    sponsors = list(draft.sponsors.select_related("organisation"))
    open_ones = {sponsor.pk for sponsor in unsigned(draft)} if sponsors else set()

    def written(*names: str) -> bool:
        return not missing.keys() & set(names)

    steps = (
        (_("About"), written("title", "group")),
        (_("Asks"), written("asks")),
        (_("Business model"), bool(draft.business_model.strip())),
        (_("Business and law"), written("conflict")),
        (_("Benefit and risk"), written("benefit_firms", "benefit_public")),
        (_("Public and restricted"), written("summary")),
        (_("Attachments"), draft.attachments.exists()),
        (_("With whom"), bool(sponsors) and not open_ones),
        (_("Check and submit"), False),
    )
    return {
        "draft": draft,
        "steps": [
            {"id": anchor, "name": name, "done": done}
            for anchor, (name, done) in zip(PARTS, steps, strict=True)
        ],
        "missing": len(missing),
        "preview_asks": [ask for ask in asks if ask.text.strip()],
        "sponsors": [{"row": row, "is_open": row.pk in open_ones} for row in sponsors],
        "similar": similar_cases(request.user, draft, asks),
        "clarifications": earlier_clarifications(asks),
        "answers": earlier_answers(request.user, asks),
        "scan": scan or scan_case(draft, with_files=False),
        "to_confirm": scan is not None,
    }


def keep(
    request: HttpRequest, draft: Proposal, *, dropping_blank: bool = False
) -> tuple[Proposal, Typed | None, HttpResponse | None]:
    """Saves the text that came along with any button of the page.

    Gives the stored draft, what was typed, and, where it could not be stored, the page that says so.
    """
    try:
        version = int(request.POST["version"])
    except (KeyError, ValueError):
        return draft, None, None
    typed = Typed(draft, request.POST)
    if not typed.is_valid():
        return draft, typed, show(request, draft, typed, status=422)
    removed = [int(name[7:]) for name in request.POST if name.startswith("remove-") and name[7:].isdecimal()]
    without = removed + (typed.blank_asks() if dropping_blank else [])
    try:
        saved = typed.save(user=request.user, version=version, without=without, add="add" in request.POST)
    except Stale as stale:
        fresh = own_case(request, draft.draft_id)
        if not fresh.is_draft:
            return fresh, typed, already_submitted(request, fresh)
        again = Typed(fresh, request.POST)
        again.is_valid()
        return fresh, again, show(request, fresh, again, stale=stale, status=409)
    except NotAllowed:
        fresh = own_case(request, draft.draft_id)
        return fresh, typed, already_submitted(request, fresh)
    except Gone as gone:
        raise Http404 from gone
    return saved, typed, None


def already_submitted(request: HttpRequest, case: Proposal) -> HttpResponse:
    messages.info(request, _("This proposal has been submitted already; it is case %s.") % case.number)
    return redirect(case)


@limited(TEXT_LIMIT)
@login_required
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """One page for the whole proposal; every button saves what was typed, complete or not."""
    case = own_case(request, draft_id)
    if not case.is_draft:
        return redirect(case)
    if request.method != "POST":
        return show(request, case)
    saved, typed, problem = keep(request, case)
    if problem:
        return problem
    anchor = ""
    if "preview" in request.POST:
        name = request.POST["preview"]
        anchor = f"?{urlencode({'preview': name})}#text-{quote(name)}"
    elif "similar" in request.POST:
        anchor = "#similar"
    elif "add" in request.POST:
        anchor = f"#ask-{saved.asks.count()}"
    elif any(name.startswith("remove-") for name in request.POST):
        anchor = "#asks"
    elif request.POST.get("onward") in PARTS:
        anchor = f"#{request.POST['onward']}"
    elif typed:
        messages.success(request, _("Saved. You can go on now or later; nobody else reads a draft."))
    return redirect(reverse("proposals:draft", args=[case.draft_id]) + anchor)


@limited(TEXT_LIMIT)
def autosave(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Saves in the background. JSON with the new version, or with the reason why nothing was written."""
    if not request.user.is_authenticated:
        return JsonResponse({"message": _("You have been signed out.")}, status=401)
    case = own_case(request, draft_id)
    if request.method != "POST":
        return redirect(case)
    if not case.is_draft:
        return JsonResponse({"message": _("This proposal has been submitted already.")}, status=409)
    typed = Typed(case, request.POST)
    if not typed.is_valid():
        errors = typed.errors()
        return JsonResponse({"message": " ".join(errors.values()), "errors": errors}, status=422)
    try:
        saved = typed.save(user=request.user, version=int(request.POST.get("version", "")))
    except Stale as stale:
        saved = own_case(request, draft_id)
        again = Typed(saved, request.POST)
        if not again.is_valid() or again.differences():
            return JsonResponse({"message": str(stale)}, status=409)
    except NotAllowed as refused:
        return JsonResponse({"message": str(refused)}, status=403)
    except Gone as gone:
        raise Http404 from gone
    except ValueError:
        return JsonResponse({"message": _("The request is malformed.")}, status=422)
    said = _("Saved at %s") % f"{saved.saved_at.astimezone(clock.TAIPEI):%H:%M}"
    return JsonResponse({"version": saved.version, "saved_at": said})


@require_safe
@login_required
@never_cache
def beside(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The parts of the draft page that follow the stored text, for the script to put in their places."""
    case = own_case(request, draft_id)
    if not case.is_draft:
        raise Http404
    return render(request, "proposals/intake/beside.html", beside_of(request, case))


@limited(TEXT_LIMIT)
@login_required
def preview(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A text as it will be shown; nothing is stored."""
    case = own_case(request, draft_id)
    if request.method != "POST":
        return redirect(case)
    return HttpResponse(typed_text(request.POST.get("text", "")[:LONG]))


@limited(TEXT_LIMIT)
@login_required
@transaction.atomic
def submit(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Saves what was typed and submits it; what is missing is shown at its field, and the text is kept.

    One transaction, so that a second press waits for the first and then finds the case.
    """
    case = own_case(request, draft_id)
    if request.method != "POST":
        return redirect(case)
    if not case.is_draft:
        return already_submitted(request, case)
    saved, typed, problem = keep(request, case, dropping_blank=True)
    if problem:
        return problem
    if slower := too_fast(request, "submit"):
        messages.error(request, slower)
        return show(request, own_case(request, draft_id), status=429)
    try:
        confirmed = request.POST.get("confirmed", "") if "is_meant" in request.POST else ""
        done = submit_proposal(user=request.user, proposal=saved, confirmed=confirmed)
    except PersonalData as found:
        return show(request, own_case(request, draft_id), scan=found.scan, status=422)
    except Incomplete as incomplete:
        fresh = own_case(request, draft_id)
        if typed is None:
            messages.error(request, str(incomplete))
            return redirect(fresh)
        typed.show_missing(incomplete)
        return show(request, fresh, typed, status=422)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(own_case(request, draft_id))
    due = Deadline.objects.unsettled().filter(proposal=done, kind=Kind.SCREENING).first()
    messages.success(
        request,
        _(
            "Submitted. Your proposal is case %(number)s. Next, %(team)s screens it, by %(due)s at the "
            "latest. A receipt is on its way to your mailbox."
        )
        % {"number": done.number, "team": done.group.titled, "due": day(due.due_on if due else None)},
    )
    return redirect(done)


@limited(TEXT_LIMIT)
@login_required
def delete(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    case = own_case(request, draft_id)
    if request.method != "POST":
        return redirect(case)
    if not can_edit_draft(request.user, case):
        return already_submitted(request, case)
    delete_draft(user=request.user, proposal=case)
    messages.success(request, _("The draft and its files have been deleted."))
    return redirect("proposals:my")
