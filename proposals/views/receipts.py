"""期限計算書: why each due date of a case is the day it is; as page, as printable sheet, as JSON, as PDF."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string

from members import clock
from members.pages import public_page
from proposals.actions.timing import ALLIANCE_AREA, SUPPORT_EARLIER
from proposals.areas import COUNTIES, EVERYWHERE
from proposals.forms.calculator import EXAMPLES, CalculatorForm
from proposals.models import Deadline, DeadlinePolicy, Proposal
from proposals.receipts import Receipt, receipts_of

from .pdf import HAS_PDF, pdf_of


@public_page
def receipts(request: HttpRequest, number: str) -> HttpResponse:
    """All due dates of a case that its reader may see, the running ones first."""
    case = _case(request, number)
    rows = list(receipts_of(case, request.user))
    context = {
        "case": case,
        "running": [row for row in rows if row.settled_at is None],
        "settled": [row for row in rows if row.settled_at is not None],
    }
    return render(request, "proposals/receipts/list.html", context)


@public_page
def receipt(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The sheet of one due date."""
    return render(request, "proposals/receipts/sheet.html", _sheet(request, _row(request, number, pk)))


@public_page
def receipt_json(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    told = Receipt.of(_row(request, number, pk)).as_json()
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@public_page
def receipt_pdf(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The sheet as a PDF with real text."""
    row = _row(request, number, pk)
    if not HAS_PDF:
        raise Http404
    page = render_to_string("proposals/receipts/pdf.html", _sheet(request, row), request)
    return pdf_of(page, f"{row.case.number}-{row.kind}-{row.due_on.isoformat()}.pdf")


@public_page
def calculator(request: HttpRequest) -> HttpResponse:
    """期限試算: any period over the portal's calendar, with the periods of the alliance to try."""
    wants_json = request.GET.get("format") == "json"
    is_asked = wants_json or bool({"day", "amount", "unit"} & set(request.GET))
    form = CalculatorForm(request.GET) if is_asked else CalculatorForm()
    is_counted = is_asked and form.is_valid()
    status = 200 if is_counted or not is_asked else 422
    if wants_json:
        told = form.receipt.as_json() if is_counted else {"errors": form.errors}
        return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
    today = clock.today()
    context = {
        "form": form,
        "receipt": form.receipt if is_counted else None,
        "policies": _policies(),
        "support_earlier": SUPPORT_EARLIER,
        "examples": EXAMPLES,
        "areas": [(EVERYWHERE, ""), *COUNTIES.items()],
        "alliance_area": ALLIANCE_AREA,
        "today": today,
    }
    return render(request, "proposals/receipts/calculator.html", context, status=status)


def _case(request: HttpRequest, number: str) -> Proposal:
    return get_object_or_404(Proposal.objects.visible_to(request.user).defer("search"), number=number)


def _row(request: HttpRequest, number: str, pk: int) -> Deadline:
    return get_object_or_404(receipts_of(_case(request, number), request.user), pk=pk)


def _sheet(request: HttpRequest, row: Deadline) -> dict[str, Any]:
    told = Receipt.of(row)
    return {
        "case": row.case,
        "deadline": row,
        "receipt": told,
        "sources": told.sources(),
        "history": list(told.history(request.user)),
        "referrals": [row.referral] if row.referral else [],
        "has_pdf": HAS_PDF,
    }


def _policies() -> list[DeadlinePolicy]:
    """The periods valid today: of each step the general one, then those of groups that have their own."""
    today = clock.today()
    rows = DeadlinePolicy.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=today), valid_from__lte=today
    )
    newest: dict[tuple[str, int | None], DeadlinePolicy] = {}
    for row in rows.select_related("group").order_by("valid_from", "pk"):
        newest[row.kind, row.group_id] = row
    order = list(DeadlinePolicy._meta.get_field("kind").choices or ())
    places = {kind: n for n, (kind, _) in enumerate(order)}
    return sorted(newest.values(), key=lambda row: (places[row.kind], row.group_id or 0))
