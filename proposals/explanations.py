"""A due date in words: each step of its computation as a sentence. The counting itself is `deadlines`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext

from members.said import day

from .deadlines import Unit
from .models import Deadline


def amount_in_words(amount: int, unit: str) -> str:
    """60 days, 10 working days, 2 months."""
    words = {
        Unit.HOUR: lambda: ngettext("%(amount)d hour", "%(amount)d hours", amount),
        Unit.DAY: lambda: ngettext("%(amount)d day", "%(amount)d days", amount),
        Unit.WORKDAY: lambda: ngettext("%(amount)d working day", "%(amount)d working days", amount),
        Unit.WEEK: lambda: ngettext("%(amount)d week", "%(amount)d weeks", amount),
        Unit.MONTH: lambda: ngettext("%(amount)d month", "%(amount)d months", amount),
        Unit.YEAR: lambda: ngettext("%(amount)d year", "%(amount)d years", amount),
    }
    return words[Unit(unit)]() % {"amount": amount}


def explain(deadline: Deadline) -> list[str]:
    """The stored steps of a deadline as sentences, in the order of the computation."""
    codes = [step["code"] for step in deadline.steps]
    is_plain = not {"extended", "paused", "closed_day", "closure"} & set(codes)
    skipped = {"start", "raw_last"} if is_plain else {"start"}
    if "earlier" in codes:
        skipped |= {"raw_last"}
    return [
        _sentence(step["code"], step["on"], step["detail"], deadline)
        for step in deadline.steps
        if step["code"] not in skipped
    ]


def _sentence(code: str, on: str, detail: Mapping[str, Any], deadline: Deadline) -> str:
    values: dict[str, Any] = {"on": day(date.fromisoformat(on), "year" if code == "last" else "")}
    if code == "event":
        period = amount_in_words(detail["amount"], detail["unit"])
        start = next(s["on"] for s in deadline.steps if s["code"] == "start")
        values |= {"period": period, "start": day(date.fromisoformat(start))}
        return (
            gettext(
                "%(period)s from the day after %(on)s; that day itself is not counted. "
                "The first day is %(start)s."
            )
            % values
        )
    if code == "raw_last":
        return gettext("Without pauses and shifts the last day would be %(on)s.") % values
    if code == "extended":
        values["period"] = amount_in_words(detail["amount"], detail["unit"])
        return gettext("Extended once by %(period)s: until %(on)s.") % values
    if code == "paused":
        values["until"] = day(date.fromisoformat(detail["until"]))
        values["last"] = day(date.fromisoformat(detail["last"]))
        return (
            gettext(
                "The clock stood still from %(on)s and ran on from %(until)s: the last day moved to %(last)s."
            )
            % values
        )
    if code == "closed_day":
        if detail.get("name"):
            values["name"] = detail["name"]
            return gettext("%(on)s: offices are closed (%(name)s), the last day moves on.") % values
        return gettext("%(on)s: offices are closed, the last day moves on.") % values
    if code == "closure":
        values["reason"] = detail.get("reason", "")
        return gettext("%(on)s: offices were told to close (%(reason)s), the last day moves on.") % values
    if code == "makeup_day":
        return gettext("%(on)s is a make-up working day and counts.") % values
    if code == "earlier":
        values["period"] = amount_in_words(detail["days"], Unit.WORKDAY)
        return gettext("A supporting body answers %(period)s before that: %(on)s.") % values
    if any(step["code"] == "earlier" for step in deadline.steps):
        return gettext("The period ends on %(on)s.") % values
    return gettext("The last day is %(on)s; overdue begins at 00:00 of the next day.") % values
