"""From “new proposal” to a case number, and the list of one's own cases."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from members import clock
from members.models import Law
from members.permissions import represented
from members.refusals import Incomplete, NotAllowed, Refused, Stale
from members.templatetags.face import day
from proposals import uploads
from proposals.actions.drafting import delete_draft, missing_from, start_draft, submit_proposal
from proposals.actions.files import attach_file, remove_file
from proposals.casefile import Row, for_rows
from proposals.forms.drafting import MAX_ASKS, FilesForm, Typed
from proposals.models import Attachment, Deadline, Proposal, Question
from proposals.models.deadlines import Kind
from proposals.permissions import can_edit_draft
from proposals.states import OPEN_PROPOSAL, ProposalState
from workinggroups.models import WorkingGroup

from .limits import FILES_LIMIT, TEXT_LIMIT, limited

ROWS = 50


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
    }
    return render(request, "proposals/intake/new.html", context, status=409 if refused else 200)


def own_case(request: HttpRequest, draft_id: UUID) -> Proposal:
    """The draft, or the case that it became; 404 for everybody but its own organisation."""
    cases = Proposal.objects.visible_to(request.user).of(represented(request.user))
    return get_object_or_404(
        cases.select_related("organisation", "group", "restricted").prefetch_related("domains"),
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
    status: int = 200,
) -> HttpResponse:
    """The draft page; with `typed` it holds what was typed, with `stale` what is stored as well."""
    asks = list(draft.asks.select_related("law"))
    missing = missing_from(draft)
    context = {
        "draft": draft,
        "parts": [
            {"id": anchor, "name": name, "done": needed and not needed & missing.keys()}
            for anchor, name, needed in (
                ("about", _("About"), {"title", "group"}),
                ("asks", _("Asks"), {"asks"}),
                ("conflict", _("Business and law"), {"conflict"}),
                ("benefit", _("Benefit and risk"), {"benefit_firms", "benefit_public"}),
                ("texts", _("Public and restricted"), {"summary"}),
                ("files", _("Attachments"), set()),
                ("submit", _("Check and submit"), set()),
            )
        ],
        "typed": typed or Typed(draft),
        "files": files or FilesForm(),
        "attachments": Attachment.objects.visible_to(request.user).filter(proposal=draft),
        "laws": Law.objects.filter(is_checked=True),
        "preview_asks": [ask for ask in asks if ask.text.strip()],
        "max_asks": MAX_ASKS,
        "max_bytes": uploads.MAX_FILE,
        "stale": stale,
        "differences": typed.differences() if typed and stale else [],
    }
    return render(request, "proposals/intake/draft.html", context, status=status)


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
    if "add" in request.POST:
        anchor = f"#ask-{saved.asks.count()}"
    elif any(name.startswith("remove-") for name in request.POST):
        anchor = "#asks"
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
    except (Stale, NotAllowed) as refused:
        return JsonResponse({"message": str(refused)}, status=409 if isinstance(refused, Stale) else 403)
    except ValueError:
        return JsonResponse({"message": _("The request is malformed.")}, status=422)
    said = _("Saved at %s") % f"{saved.saved_at.astimezone(clock.TAIPEI):%H:%M}"
    return JsonResponse({"version": saved.version, "saved_at": said})


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
    try:
        done = submit_proposal(user=request.user, proposal=saved)
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
            "Submitted. Your proposal is case %(number)s. Next, %(group)s screens it, by %(due)s at the "
            "latest. A receipt is on its way to your mailbox."
        )
        % {"number": done.number, "group": done.group, "due": day(due.due_on if due else None)},
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


# --- attachments -----------------------------------------------------------------------------------


@limited(FILES_LIMIT)
@login_required
def attach(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Takes the chosen files one by one, and saves the text that came with them."""
    case = own_case(request, draft_id)
    if request.method != "POST":
        return redirect(case)
    if not case.is_draft:
        return already_submitted(request, case)
    form = FilesForm(request.POST, request.FILES)
    taken, status = 0, 422
    if form.is_valid():
        is_restricted = form.cleaned_data["is_restricted"]
        for upload in form.cleaned_data["files"]:
            try:
                attach_file(
                    user=request.user,
                    proposal=case,
                    upload=upload,
                    is_restricted=is_restricted,
                )
                taken += 1
            except Refused as refused:
                name = uploads.clean_name(upload.name)
                form.add_error("files", _("%(name)s: %(reason)s") % {"name": name, "reason": refused})
            except OSError:
                status = 507
                form.add_error("files", _("The file could not be stored just now. Please try again later."))
    *_kept, problem = keep(request, case)
    if problem:
        return problem
    if form.errors:
        return show(request, own_case(request, draft_id), files=form, status=status)
    messages.success(request, ngettext("%d file attached.", "%d files attached.", taken) % taken)
    return redirect(reverse("proposals:draft", args=[draft_id]) + "#files")


@limited(TEXT_LIMIT)
@login_required
def detach(request: HttpRequest, draft_id: UUID, file_id: UUID) -> HttpResponse:
    case = own_case(request, draft_id)
    if request.method != "POST":
        return redirect(case)
    file = get_object_or_404(Attachment.objects.visible_to(request.user), proposal=case, pk=file_id)
    *_kept, problem = keep(request, case) if case.is_draft else (None,)
    try:
        remove_file(user=request.user, attachment=file)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(case)
    if problem:
        return problem
    messages.success(request, _("%s has been removed.") % file.name)
    return redirect(reverse("proposals:draft", args=[draft_id]) + "#files")


# --- my cases --------------------------------------------------------------------------------------

WAITING = Q(state=ProposalState.NEEDS_INFORMATION) | Q(is_asked=True)
TABS = {
    "waiting": WAITING,
    "drafts": Q(state=ProposalState.DRAFT),
    "open": Q(state__in=OPEN_PROPOSAL),
    "answered": Q(state=ProposalState.ANSWERED),
    "ended": Q(state__in=[ProposalState.CLOSED, ProposalState.DECLINED, ProposalState.WITHDRAWN]),
}
HEADINGS = {
    "waiting": gettext_lazy("Waiting for you"),
    "drafts": gettext_lazy("Drafts"),
    "open": gettext_lazy("Open cases"),
    "answered": gettext_lazy("Answered cases"),
    "ended": gettext_lazy("Ended cases"),
}
ICONS = {"waiting": "question", "drafts": "edit", "open": "clock", "answered": "check", "ended": "folder"}
EMPTY = {
    "waiting": gettext_lazy(
        "Nothing waits for you. Questions of a ministry or of the group stand here with their date."
    ),
    "drafts": gettext_lazy("No drafts. Begin a proposal; it is saved while you write."),
    "open": gettext_lazy("No open cases. What you submit stands here until it is answered."),
    "answered": gettext_lazy("No answered cases that are still open to you."),
    "ended": gettext_lazy("No closed, declined or withdrawn cases."),
}


@login_required
@never_cache
def my_cases(request: HttpRequest) -> HttpResponse:
    """The organisation's cases; what waits for the proposer comes first."""
    organisations = represented(request.user)
    unanswered = Question.objects.filter(
        referral__proposal=OuterRef("pk"), replied_at__isnull=True, lapsed_at__isnull=True
    )
    cases = Proposal.objects.visible_to(request.user).of(organisations).annotate(is_asked=Exists(unanswered))
    counts = cases.aggregate(**{name: Count("pk", filter=condition) for name, condition in TABS.items()})
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        tab = next((name for name in TABS if counts[name]), "drafts")
    order = ["-saved_at"] if tab == "drafts" else ["-submitted_at", "-pk"]
    page = Paginator(for_rows(cases.filter(TABS[tab]).order_by(*order)), ROWS).get_page(
        request.GET.get("page")
    )
    rows = [Row.of(case, clock.today()) for case in page]
    context = {
        "organisations": organisations,
        "counts": counts,
        "tab": tab,
        "tabs": [
            {
                "url": f"?tab={name}",
                "name": HEADINGS[name],
                "count": counts[name],
                "icon": icon,
                "current": name == tab,
            }
            for name, icon in ICONS.items()
        ],
        "heading": HEADINGS[tab],
        "empty": EMPTY[tab],
        "page": page,
        "rows": rows,
        "todo": things_to_do(cases) if counts["waiting"] else [],
    }
    return render(request, "proposals/intake/my.html", context)


def things_to_do(cases: QuerySet[Proposal]) -> list[dict[str, Any]]:
    """What is asked of the proposer, nearest date first: questions of ministries, requests of the group."""
    questions = Question.objects.filter(
        referral__proposal__in=cases.values("pk"), replied_at__isnull=True, lapsed_at__isnull=True
    ).select_related("referral__ministry", "referral__proposal")
    requests = Deadline.objects.unsettled().filter(
        kind=Kind.INFORMATION, proposal__in=cases.values("pk")
    ).select_related("proposal__group")  # fmt: skip
    found = [
        {"case": q.referral.proposal, "due_on": q.due_on, "question": q, "asks": q.referral.ministry}
        for q in questions
    ] + [
        {"case": d.proposal, "due_on": d.due_on, "question": None, "asks": d.proposal.group} for d in requests
    ]
    return sorted(found, key=lambda thing: thing["due_on"])
