"""Rooms: everybody sees when they are free, members and groups book them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from events.actions.rooms import FURTHEST, book_room, cancel_booking
from events.forms import BookingForm
from events.models import Booking, Room
from events.permissions import can_book, can_book_for, can_cancel
from events.weeks import RoomDayShown, monday_of, shown_day, week_of
from members import clock
from members.pages import public_page
from members.permissions import reads_all
from members.refusals import Attempt

PAGE_SIZE = 25
FIRST_DAY = date(2020, 1, 6)


@public_page
def room_list(request: HttpRequest) -> HttpResponse:
    rooms = Room.objects.filter(is_active=True).prefetch_related("hours")
    return render(request, "events/rooms.html", {"rooms": rooms, "may_book": can_book(request.user)})


@public_page
def room_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One week of a room. That it is taken is public; by whom is seen by those who may book too."""
    room = get_object_or_404(Room.objects.prefetch_related("hours"), slug=slug)
    today = clock.today()
    last = monday_of(today + FURTHEST)
    monday = min(max(monday_of(_day(request.GET.get("week", "")) or today), FIRST_DAY), last)
    context = {
        "room": room,
        "days": week(room, monday),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=7) if monday > FIRST_DAY else None,
        "after": monday + timedelta(days=7) if monday < last else None,
        "is_this_week": monday == monday_of(today),
        "may_book": can_book(request.user),
        "sees_holder": can_book(request.user) or reads_all(request.user),
        "today": today,
    }
    return render(request, "events/room.html", context)


def week(room: Room, monday: date) -> list[RoomDayShown]:
    days = week_of(monday)
    openings = room.openings(days)
    rows = list(
        Booking.objects.holding()
        .filter(room=room)
        .touching(_midnight(days[0]), _midnight(days[-1] + timedelta(days=1)))
        .select_related("organisation", "group")
    )
    now = clock.now()
    return [
        shown_day(day, openings[day], [row for row in rows if row.starts_at.date() == day], now)
        for day in days
    ]


@login_required
@never_cache
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, pre-filled from the free time that was chosen; what is refused comes back as typed."""
    room = get_object_or_404(Room, slug=slug, is_active=True)
    if not can_book(request.user):
        raise PermissionDenied
    start = {name: request.GET.get(name, "") for name in ("day", "starts", "ends")}
    form = BookingForm(request.POST or None, user=request.user, room=room, initial=start)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with Attempt() as attempt:
                booking = book_room(user=request.user, **form.booking())
                messages.success(request, _said(booking))
                return redirect("events:bookings")
            status = attempt.told_in(form)
    return render(request, "events/book.html", {"room": room, "form": form}, status=status)


def _said(booking: Booking) -> str:
    if booking.state == Booking.State.APPROVED:
        return _("Booked: the room is yours. A letter with the calendar entry is on its way.")
    return _("Asked for. The time is kept for you until the secretariat decides; you get a letter.")


@login_required
@never_cache
def bookings(request: HttpRequest) -> HttpResponse:
    """The bookings of one's own organisations and groups: those to come first, then those of the past."""
    rows = Booking.objects.visible_to(request.user).select_related("room", "organisation", "group")
    is_past = request.GET.get("when") == "past"
    now = clock.now()
    chosen = (
        rows.filter(period__endswith__lte=now).order_by("-period", "-pk")
        if is_past
        else rows.to_come().order_by("period", "pk")
    )
    page = Paginator(chosen, PAGE_SIZE).get_page(request.GET.get("page"))
    shown: list[dict[str, Any]] = [
        {"booking": row, "may_cancel": _may_cancel(request, row)} for row in page.object_list
    ]
    context = {"page_obj": page, "shown": shown, "is_past": is_past, "may_book": can_book(request.user)}
    return render(request, "events/bookings.html", context)


def _may_cancel(request: HttpRequest, row: Booking) -> bool:
    return row.is_holding and not row.has_begun and can_cancel(request.user, row)


@login_required
@never_cache
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more, then calls the booking off."""
    rows = Booking.objects.visible_to(request.user).select_related("room", "organisation", "group")
    booking = get_object_or_404(rows, pk=pk)
    if not can_cancel(request.user, booking):
        raise PermissionDenied
    refusal, reason = None, request.POST.get("reason", "")
    if request.method == "POST":
        with Attempt() as attempt:
            cancel_booking(user=request.user, booking=booking, reason=reason)
            messages.success(request, _("Called off. The room is free again."))
            return redirect("events:bookings")
        refusal = str(attempt.refusal)
    context = {
        "booking": booking,
        "refusal": refusal,
        "reason": reason,
        "says_why": not can_book_for(request.user, booking.holder),
    }
    return render(request, "events/cancel.html", context, status=409 if refusal else 200)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.TAIPEI)
