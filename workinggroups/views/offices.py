"""Offices: who holds which today, and who held it before; persons by name only where they agreed."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members import clock
from members.models import SecretariatTerm
from members.pages import public_page
from workinggroups.actions.offices import agree_to_be_named
from workinggroups.models import Seat, WorkingGroup

ORDER = [*Seat.OFFICES, Seat.Role.MEMBER]


@dataclass(frozen=True)
class Held:
    """The offices of one group, committee or the alliance: today's, and the former ones, the last first."""

    group: WorkingGroup | None
    now: list[Seat]
    before: list[Seat]


@require_safe
@public_page
def offices(request: HttpRequest) -> HttpResponse:
    """Alliance convener, officers of the groups, committees, and the organisation that is the secretariat."""
    today = clock.today()
    shown = Seat.objects.filter(role__in=ORDER, starts_on__lte=today).exclude(starts_on=F("ends_on"))
    related = ("user", "group", "organisation", "period")
    seats = list(shown.select_related(*related).order_by("-starts_on", "pk"))
    terms = SecretariatTerm.objects.filter(starts_on__lte=today).exclude(starts_on=F("ends_on"))
    secretariat = list(terms.select_related("organisation"))
    groups = list(WorkingGroup.objects.order_by("position", "slug"))
    lasting = [group for group in groups if not group.is_over]
    context = {
        "chair": _held(None, seats),
        "groups": [_held(group, seats) for group in lasting if not group.is_committee],
        "committees": [_held(group, seats) for group in lasting if group.is_committee],
        "over": [_held(group, seats) for group in groups if group.is_over],
        "secretariat": next((term for term in secretariat if _holds(term)), None),
        "secretariat_before": [term for term in secretariat if not _holds(term)],
        "own": [seat for seat in seats if _holds(seat) and seat.user == request.user],
    }
    return render(request, "workinggroups/offices.html", context)


def _holds(row: Seat | SecretariatTerm) -> bool:
    return row.ends_on is None or row.ends_on > clock.today()


def _held(group: WorkingGroup | None, seats: list[Seat]) -> Held:
    """Members are told of committees only; those of a working group stand on its page as organisations."""
    roles = ORDER if group and group.is_committee else Seat.OFFICES
    own = [seat for seat in seats if seat.group == group and seat.role in roles]
    now = sorted((seat for seat in own if _holds(seat)), key=lambda seat: ORDER.index(Seat.Role(seat.role)))
    return Held(group, now, [seat for seat in own if not _holds(seat)])


@login_required
@require_POST
def be_named(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own word on being named beside one's own office, or no longer."""
    seat = get_object_or_404(Seat, pk=pk, user=request.user)
    agrees = request.POST.get("agrees") == "yes"
    agree_to_be_named(user=request.user, seat=seat, agrees=agrees)
    said = _("The public reads your name beside this office.") if agrees else _("Your name is not shown.")
    messages.success(request, said)
    return redirect("workinggroups:offices")
