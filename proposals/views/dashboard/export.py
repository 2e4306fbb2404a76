"""The list as a table for a spreadsheet, sent row by row: a body may have ten thousand of them."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import get_language, override

from members import clock
from members.permissions import predecessors_of
from proposals.exports import csv_of
from proposals.filters import ReferralFilter
from proposals.models import Referral

from .access import chosen_bodies, for_bodies_only
from .overview import TABS, in_tab, order_of, rows_of, sort_of, with_steps

COLUMNS = (
    "number", "title", "proposer", "group", "body", "part", "round", "state", "received_on", "due_on",
    "days_left", "clock_stands", "in_sign_off_since", "approved_on", "document_number", "asks",
    "asks_answered", "answered_at", "address",
)  # fmt: skip
AT_ONCE = 500


@for_bodies_only
def export(request: HttpRequest) -> StreamingHttpResponse:
    """What the tab and the filters find, in the order of the page, for the body's own use."""
    bodies, _body = chosen_bodies(request)
    tab = TABS.get(request.GET.get("tab", ""), TABS["todo"])
    whose = in_tab(tab, bodies, predecessors_of(bodies))
    found = ReferralFilter(request.GET, queryset=whose.filter(rows_of(tab)))
    rows = with_steps(found.qs).order_by(*order_of(tab, sort_of(request)))
    sent = table(rows, request, get_language() or "")
    response = StreamingHttpResponse(sent, content_type="text/csv; charset=utf-8")
    name = f"{tab.slug}-{clock.today().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def table(rows: QuerySet[Referral], request: HttpRequest, language: str) -> Iterator[bytes]:
    """The table in pieces, made after the view has returned: in the language in which it was asked for."""
    with override(language):
        yield csv_of(COLUMNS, ())
        found = rows.iterator(AT_ONCE)
        while some := list(islice(found, AT_ONCE)):
            yield csv_of(COLUMNS, (as_row(row, request) for row in some)).partition(b"\r\n")[2]


def address_of(row: Referral) -> str:
    """The page of the part; of what a body has answered that ended since, the page of the case."""
    if row.ministry.is_gone:
        return row.proposal.get_absolute_url()
    return reverse("proposals:referral", args=[row.pk])


def as_row(row: Referral, request: HttpRequest) -> list[object]:
    case = row.proposal
    return [
        case.number,
        case.local_title,
        case.organisation.name if case.organisation else "",
        case.group.name if case.group else "",
        row.ministry.name,
        row.get_part_display(),
        row.round,
        row.get_state_display(),
        row.received_on,
        row.due_on,
        row.days_left if row.is_open else None,
        "yes" if row.is_paused else "",
        row.sign_off_since,
        row.approved_on,
        row.document_number,
        row.asks_total,
        row.asks_answered,
        row.answered_at,
        request.build_absolute_uri(address_of(row)),
    ]
