"""The list of one's own cases: what waits for the proposer, what others ask one to sign."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from members import clock
from members.models import Organisation
from members.permissions import represented
from proposals.actions.versions import digest_of
from proposals.casefile import Row, for_rows
from proposals.models import Deadline, Proposal, Question, Sponsor
from proposals.models.circles import to_inherit
from proposals.models.deadlines import Kind
from proposals.models.leading import led_by
from proposals.states import OPEN_PROPOSAL, ProposalState

ROWS = 50


def _standing(*states: str) -> Q:
    """A merged case stands where the one stands in which it is dealt with."""
    return Q(state__in=states) | Q(merged_into__state__in=states)


WAITING = Q(state=ProposalState.NEEDS_INFORMATION) | Q(is_asked=True)
TABS = {
    "waiting": WAITING,
    "drafts": Q(state=ProposalState.DRAFT),
    "open": _standing(*OPEN_PROPOSAL),
    "answered": _standing(ProposalState.ANSWERED, ProposalState.FOLLOW_UP),
    "ended": _standing(ProposalState.CLOSED, ProposalState.DECLINED, ProposalState.WITHDRAWN),
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
    own = led_by(organisations)
    backed = Proposal.objects.visible_to(request.user).backed_by(organisations)
    cases = backed.filter(own | ~Q(state=ProposalState.DRAFT)).annotate(is_asked=Exists(unanswered))
    tabs = TABS | {"waiting": TABS["waiting"] & own}
    counts = cases.aggregate(**{name: Count("pk", filter=condition) for name, condition in tabs.items()})
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        tab = next((name for name in TABS if counts[name]), "drafts")
    order = ["-saved_at"] if tab == "drafts" else ["-submitted_at", "-pk"]
    page = Paginator(for_rows(cases.filter(tabs[tab]).order_by(*order)), ROWS).get_page(
        request.GET.get("page")
    )
    rows = [Row.of(case, clock.today(), is_party=True) for case in page]
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
        "joined": _joined(organisations),
        "todo": things_to_do(cases.filter(own)) if counts["waiting"] else [],
        "invitations": invitations(organisations),
        "to_inherit": for_rows(to_inherit(organisations)).order_by("pk")[:ROWS] if organisations else [],
    }
    return render(request, "proposals/intake/my.html", context)


def _joined(organisations: list[Organisation]) -> set[int]:
    """Cases beside which one stands since one's own was merged into them."""
    rows = Sponsor.objects.joined().filter(organisation__in=organisations)
    return set(rows.values_list("proposal", flat=True))


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


def invitations(organisations: list[Organisation]) -> list[dict[str, Any]]:
    """Drafts of others that one is asked to sign; `is_open` where the text as it stands has no signature."""
    rows = (
        Sponsor.objects.active()
        .filter(organisation__in=organisations, proposal__state=ProposalState.DRAFT)
        .select_related("organisation", "proposal__organisation")
        .prefetch_related("proposal__asks__law")
        .order_by("-invited_at")[:ROWS]
    )
    return [{"sponsor": row, "is_open": row.signed_digest != digest_of(row.proposal)} for row in rows]
