"""The words of a case through time: every version readable, and the proposer's page to amend them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from members.models import Law
from members.pages import public_page
from members.refusals import Incomplete, Refused, Stale
from proposals.actions.drafting import amend_proposal
from proposals.actions.scanning import PersonalData, Scan
from proposals.differences import Change, Piece, difference
from proposals.forms.amending import Amended
from proposals.forms.drafting import MAX_ASKS
from proposals.models import Proposal, TextVersion
from proposals.models.case_rules import TEXT_FIELDS
from proposals.permissions import can_take_step

from .limits import TEXT_LIMIT, limited
from .party import own_case

Content = dict[str, Any]


@public_page
def versions(request: HttpRequest, number: str) -> HttpResponse:
    """Every version, the newest first, each with what it changed; as public as the case."""
    case = get_object_or_404(
        Proposal.objects.visible_to(request.user).select_related("organisation", "group"), number=number
    )
    rows = list(TextVersion.objects.visible_to(request.user).filter(proposal=case).order_by("number"))
    if not rows:
        raise Http404
    before: list[Content | None] = [None, *(row.content for row in rows[:-1])]
    shown = [
        {"version": row, "changes": changes(old, row.content)} for old, row in zip(before, rows, strict=True)
    ]
    return render(request, "proposals/public/versions.html", {"case": case, "versions": shown[::-1]})


def changes(old: Content | None, new: Content) -> list[dict[str, Any]]:
    """Label and pieces of each text that differs; of the first version every text as it was."""
    before, after = texts_of(old) if old is not None else {}, texts_of(new)
    if old is None:
        return [
            {"label": label, "pieces": [Piece(Change.SAME, text)]} for label, text in after.items() if text
        ]
    labels = dict.fromkeys([*before, *after])
    both = ((label, before.get(label, ""), after.get(label, "")) for label in labels)
    return [{"label": label, "pieces": difference(was, now)} for label, was, now in both if was != now]


def texts_of(content: Content) -> dict[str, str]:
    """The texts of a version by the names under which people know them."""
    texts = {
        str(Proposal._meta.get_field(name).verbose_name): content.get(name, "")
        for name in TEXT_FIELDS
        if name != "language"
    }
    for ask in content.get("asks", ()):
        cited = " ".join(part for part in (ask["law"], ask["article"]) if part)
        parts = (cited, ask["text"], ask["text_other"])
        texts[_("Ask %d") % ask["number"]] = "\n".join(part for part in parts if part)
    return texts


@limited(TEXT_LIMIT)
@login_required
def amend(request: HttpRequest, number: str) -> HttpResponse:
    """The public text once more, while information is asked for; nothing else of the case can be changed."""
    case = own_case(request, number)
    if request.method != "POST":
        return _page(request, case, Amended(case))
    typed = Amended(case, request.POST)
    if not typed.is_valid():
        return _page(request, case, typed, status=422)
    cleaned = typed.form.cleaned_data
    try:
        amend_proposal(
            user=request.user,
            proposal=case,
            fields={name: cleaned[name] for name in TEXT_FIELDS if name in cleaned},
            asks=typed.ask_texts(),
            reason=cleaned["reason"],
            expected_version=_number(request.POST.get("version", "")),
            confirmed=request.POST.get("confirmed", "") if "is_meant" in request.POST else "",
        )
    except PersonalData as found:
        return _page(request, case, typed, scan=found.scan, status=422)
    except Incomplete as incomplete:
        typed.show_missing(incomplete)
        return _page(request, case, typed, status=422)
    except Refused as refused:
        return _page(request, case, typed, refused=refused, status=409)
    messages.success(request, _("Amended. The earlier version stays readable beside the new one."))
    return redirect("proposals:information", number)


def _page(
    request: HttpRequest,
    case: Proposal,
    typed: Amended,
    *,
    refused: Refused | None = None,
    scan: Scan | None = None,
    status: int = 200,
) -> HttpResponse:
    is_stale = isinstance(refused, Stale)
    seen = _number(request.POST.get("version", ""))
    now = Proposal.objects.values_list("version", flat=True).get(pk=case.pk)
    context = {
        "case": case,
        "typed": typed,
        "refused": refused,
        "scan": scan,
        "to_confirm": scan is not None,
        "laws": Law.objects.filter(is_checked=True),
        "max_asks": MAX_ASKS,
        "possible": can_take_step(request.user, case, "amend"),
        "is_stale": is_stale,
        "seen": seen,
        "version": now if is_stale or request.method != "POST" else seen,
    }
    return render(request, "proposals/party/amend.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
