"""What each of those who run the alliance should look at first, as the front page of the admin shows it."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events.models import Booking
from members import clock
from members.models import Application, ErasureRequest, Law, Letter
from members.permissions import AnyUser, reads_all
from members.said import day, days_left
from proposals.admin.coordination import OPEN
from proposals.admin.queue import QUEUES, WITHOUT_LEAD, cases_for, urgency, with_due
from proposals.models import CalendarDay, Coordination, Referral
from proposals.models.leftovers import (
    bodies_without_anybody,
    groups_without_anybody,
    members_without_anybody,
)
from workinggroups.models import Seat
from workinggroups.permissions import triaged_groups

WAITS_FOR_RECEIPT = 5


@dataclass(frozen=True)
class ToDo:
    count: int
    label: str | Promise
    url: str
    tone: str
    icon: str


def not_received() -> QuerySet[Referral]:
    """Sent more than five working days ago, and neither opened nor, as far as is known, delivered."""
    workdays = CalendarDay.objects.filter(is_workday=True, day__lt=clock.today()).order_by("-day")
    waited = list(workdays.values_list("day", flat=True)[:WAITS_FOR_RECEIPT])
    if not waited:
        return Referral.objects.none()
    return Referral.objects.not_received().filter(
        sent_at__lt=datetime.combine(waited[-1], time(), clock.TAIPEI)
    )


def todo(user: AnyUser) -> list[ToDo]:
    """A triage officer: the own queue. Secretariat and auditors: what has got stuck."""
    items: list[ToDo] = []
    queue = reverse("admin:proposals_proposal_changelist")
    groups = triaged_groups(user)
    cases = with_due(cases_for(user))
    if groups:
        count = urgency(cases.filter(group__in=groups))
        items += [
            ToDo(count["late"], _("cases past their date"), queue, "late", "alert"),
            ToDo(count["soon"], _("to decide within seven days"), queue, "soon", "hourglass"),
            ToDo(count["all"], _("to decide in all"), queue, "brand", "list"),
        ]
    if reads_all(user):
        letters = reverse("admin:members_letter_changelist")
        laws = reverse("admin:members_law_changelist")
        items += [
            ToDo(
                Letter.objects.undelivered().for_the_desk().count(),
                _("letters that could not be delivered"),
                f"{letters}?delivery=undelivered",
                "late",
                "mail",
            ),
            ToDo(
                Letter.objects.with_lost_copy().count(),
                _("letters of which only the copy came back"),
                f"{letters}?delivery=copy",
                "soon",
                "mail",
            ),
            ToDo(
                cases.filter(QUEUES[WITHOUT_LEAD]).count(),
                _("cases that no ministry leads"),
                f"{queue}?queue={WITHOUT_LEAD}",
                "late",
                "reply",
            ),
            *_without_anybody(),
            *_disputed(),
            *_applications(),
            ToDo(
                Booking.objects.waiting().count(),
                _("rooms asked for"),
                reverse("admin:events_booking_changelist"),
                "soon",
                "room",
            ),
            ToDo(
                ErasureRequest.objects.open().count(),
                _("accounts to delete"),
                reverse("admin:members_erasurerequest_changelist"),
                "soon",
                "trash",
            ),
            ToDo(
                not_received().count(),
                _("referrals that nobody has received"),
                f"{reverse('admin:proposals_referral_changelist')}?which=missing",
                "soon",
                "mail",
            ),
            ToDo(
                Seat.objects.all().ending().count(),
                _("offices whose term ends within 60 days, without a successor"),
                f"{reverse('admin:workinggroups_seat_changelist')}?which=ending",
                "soon",
                "users",
            ),
            ToDo(
                Law.objects.filter(is_checked=False).count(),
                _("names of laws to check"),
                f"{laws}?is_checked__exact=0",
                "soon",
                "book",
            ),
        ]
        items += _calendar_to_import()
    return items


def _without_anybody() -> list[ToDo]:
    """Organisations, bodies and groups with open work and nobody to do it; said where there are any."""
    count = sum(
        rows().count() for rows in (members_without_anybody, bodies_without_anybody, groups_without_anybody)
    )
    if not count:
        return []
    listed = reverse("admin:members_affiliation_nobody")
    return [ToDo(count, _("with open work and without anybody"), listed, "late", "users")]


def _disputed() -> list[ToDo]:
    """Cases without an owner, and for how long the oldest has been one."""
    rows = list(Coordination.objects.open().order_by("opened_on", "pk"))
    if not rows:
        return []
    days = rows[0].days
    label = ngettext(
        "cases whose competence is disputed, the oldest for %(days)d day",
        "cases whose competence is disputed, the oldest for %(days)d days",
        days,
    )
    listed = f"{reverse('admin:proposals_coordination_changelist')}?standing={OPEN}"
    return [ToDo(len(rows), label % {"days": days}, listed, "late", "scale")]


def _applications() -> list[ToDo]:
    """Who wants to join and waits for the secretariat, and since how long the first of them does."""
    rows = Application.objects.waiting()
    oldest = rows.order_by("waiting_since").first()
    days = -int(days_left(oldest.waiting_since)) if oldest and oldest.waiting_since else 0
    label = ngettext(
        "applications to join, the oldest waiting for %(days)d day",
        "applications to join, the oldest waiting for %(days)d days",
        days,
    )
    listed = reverse("admin:members_application_changelist")
    return [
        ToDo(
            rows.count(),
            label % {"days": days} if oldest else _("applications to join"),
            listed,
            "soon",
            "users",
        )
    ]


def _calendar_to_import() -> list[ToDo]:
    """Said from ninety days before the known office days end: due dates past them are provisional."""
    if not CalendarDay.objects.ends_soon():
        return []
    last = CalendarDay.objects.last_day()
    label = _("official calendar to import: office days are known until %(day)s") % {
        "day": day(last, "year") if last else "–"
    }
    return [ToDo(1, label, reverse("admin:proposals_calendarversion_changelist"), "soon", "calendar")]
