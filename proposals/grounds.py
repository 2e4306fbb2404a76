"""What a date rests on besides its period: how the event is known, stops, the extension, days not counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from .deadlines import Period, Step, Unit
from .models import CalendarDay, CalendarVersion, Deadline, Extension, Pause, WorkSuspension
from .models.deadlines import ANSWERS, PROPOSERS, Kind

CLOSING_CODES = ("closed_day", "closure", "makeup_day")


@dataclass(frozen=True)
class Source:
    """A day that was not counted as days usually are, and the row that says so."""

    code: str
    on: date
    name: str = ""
    version: str = ""
    source_url: str = ""


@dataclass(frozen=True)
class Standstill:
    """Days [starts_on, ends_on) on which the clock stood; open while it does."""

    starts_on: date
    ends_on: date | None
    cause: str = ""
    reason: str = ""
    evidence_url: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "from": self.starts_on.isoformat(),
            "until": self.ends_on.isoformat() if self.ends_on else None,
            "cause": self.cause,
            "reason": self.reason,
            "evidence_url": self.evidence_url,
        }


@dataclass(frozen=True)
class Prolongation:
    """By how much a period was extended or prolonged, once; with reason and dates where it was granted."""

    period: Period
    granted: Extension | None = None

    def as_json(self) -> dict[str, Any]:
        row = self.granted
        return {
            "amount": self.period.amount,
            "unit": self.period.unit.value,
            "reason": row.reason if row else "",
            "old_last_day": row.old_due_on.isoformat() if row else None,
            "new_last_day": row.new_due_on.isoformat() if row else None,
        }


def known_by(deadline: Deadline) -> str:
    """How the day of the event is known; of a body's part, by which proof of its receipt."""
    if deadline.referral:
        return deadline.referral.receipt or "assumed"
    return "event"


def pauses_of(deadline: Deadline) -> tuple[Standstill, ...]:
    if deadline.meeting or deadline.follow_up or deadline.kind in (*PROPOSERS, Kind.TAKEOVER):
        return ()
    rows = Pause.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=deadline.counted_from),
        proposal=deadline.case,
        referral=deadline.referral,
        starts_on__lte=deadline.due_on,
    )
    return tuple(Standstill(p.starts_on, p.ends_on, p.cause, p.reason, p.evidence_url) for p in rows)


def prolongation_of(deadline: Deadline) -> Prolongation | None:
    if deadline.prolonged_by:
        return Prolongation(Period(deadline.prolonged_by, Unit(deadline.unit)))
    row = getattr(deadline.referral, "extension", None) if deadline.kind in ANSWERS else None
    return Prolongation(Period(row.amount, Unit(row.unit)), row) if row else None


def sources_of(steps: Sequence[Step], calendar_version: str, area: str) -> list[Source]:
    """The days that steps name as closed, or as make-up days, each with the row that says so."""
    named = [step for step in steps if step.code in CLOSING_CODES]
    versions = _versions([step.on for step in named], calendar_version)
    closures = _closure_urls([step.on for step in named if step.code == "closure"], area)
    return [
        Source(
            step.code,
            step.on,
            str(step.detail.get("reason") or step.detail.get("name") or ""),
            "" if step.code == "closure" else versions.get(step.on, calendar_version),
            closures.get(step.on, ""),
        )
        for step in named
    ]


def _versions(days: Sequence[date], counted_by: str) -> Mapping[date, str]:
    """Which import of the office calendar names each day; not one that came after the count."""
    if not days:
        return {}
    then = CalendarVersion.objects.filter(label=counted_by).values("pk")[:1]
    rows = CalendarDay.objects.filter(day__in=days, version__lte=then)
    return dict(rows.values_list("day", "version__label"))


def _closure_urls(days: Sequence[date], area: str) -> Mapping[date, str]:
    if not days:
        return {}
    rows = WorkSuspension.objects.over(area).filter(on__in=days, moves_last_day=True)
    return dict(rows.exclude(source_url="").values_list("on", "source_url"))
