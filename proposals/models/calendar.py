from datetime import date, timedelta
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from proposals.areas import EVERYWHERE, county_of
from proposals.workdays import TableCalendar


class CalendarVersion(models.Model):
    """One import of office days; the latest one that names a day decides it."""

    label = models.CharField(_("version"), max_length=80, unique=True)
    source = models.CharField(_("source"), max_length=300)
    year = models.PositiveSmallIntegerField(_("year"), null=True, editable=False)
    imported_at = models.DateTimeField(_("imported"), default=clock.now, editable=False)
    imported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    changes = models.JSONField(
        _("days that changed"),
        default=list,
        editable=False,
        help_text="One [day, offices worked before, offices work now] for each; `null` before: a new day.",
    )

    class Meta:
        verbose_name = _("version of the office calendar")
        verbose_name_plural = _("versions of the office calendar")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label


ENDS_SOON = timedelta(days=90)


class CalendarDayQuerySet(models.QuerySet):
    def last_day(self) -> date | None:
        """Until when the office days are known; None for an empty calendar."""
        return self.aggregate(last=models.Max("day"))["last"]

    def ends_soon(self) -> bool:
        """Whether the next year's calendar should be imported: fewer than ninety days are left."""
        last = self.last_day()
        return last is None or last < clock.today() + ENDS_SOON

    def table(self, since: date, until: date) -> TableCalendar:
        """The office days of a span as the pure engine wants them."""
        rows = self.filter(day__range=(since, until)).values_list("day", "is_workday", "name")
        newest = CalendarVersion.objects.last()
        last_day = self.last_day()
        if newest is None or last_day is None:
            raise CalendarVersion.DoesNotExist("the office calendar is empty: run the seed")
        days = {day: (is_workday, name) for day, is_workday, name in rows}
        return TableCalendar(days=days, version=newest.label, last_day=last_day)


class CalendarDay(models.Model):
    """Whether the offices of the state work on a day (政府行政機關辦公日曆表); the present version."""

    day = models.DateField(_("day"), primary_key=True)
    is_workday = models.BooleanField(_("offices work"))
    name = models.CharField(_("name"), max_length=60, blank=True)
    version = models.ForeignKey(
        CalendarVersion, models.PROTECT, related_name="days", verbose_name=_("version")
    )

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("office calendar")
        ordering = ["day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class WorkSuspensionQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Without those that were entered by mistake."""
        return self.filter(withdrawn_at__isnull=True)

    def over(self, area: str) -> Self:
        """Standing closures of an area: its own, its county's, and the whole country's.

        A township's closure never closes its county.
        """
        areas = {area, county_of(area) or area, WorkSuspension.EVERYWHERE}
        return self.standing().filter(area__in=areas)

    def closing(self, area: str, since: date) -> dict[date, str]:
        """Closures that move last days in an area, with their notes.

        Of a part-day closure the secretariat's one decision counts, for all cases alike. A day that was
        closed twice, by a county and by all or first for an afternoon, names both reasons.
        """
        rows = self.over(area).filter(on__gte=since, moves_last_day=True).order_by("on", "pk")
        notes: dict[date, dict[str, None]] = {}
        for on, note in rows.values_list("on", "note"):
            notes.setdefault(on, {})[note] = None
        return {on: "、".join(filter(None, said)) for on, said in notes.items()}


class WorkSuspension(models.Model):
    """停止上班: the offices of an area are closed for a day, or, with times, for a part of it.

    Never deleted: a closure entered by mistake is withdrawn, so that a date that moved can be explained.
    """

    EVERYWHERE = EVERYWHERE

    on = models.DateField(_("day"))
    area = models.CharField(_("area"), max_length=40)
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    source_url = models.URLField(_("source"), blank=True)
    moves_last_day = models.BooleanField(
        _("moves a last day"),
        default=True,
        help_text=_(
            "For a part of a day this is one decision for all cases; unless told otherwise it is in favour "
            "of whoever is bound."
        ),
    )
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    entered_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    objects = WorkSuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["-on", "area"]
        constraints = [
            models.UniqueConstraint(
                fields=["on", "area", "starts_at"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="proposals_suspension_once",
            )
        ]
        triggers = [pgtrigger.Protect(name="closure_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.area}"
