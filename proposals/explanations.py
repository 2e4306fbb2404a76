"""A due date in words: each step of its computation as a sentence. The counting itself is `deadlines`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext

from members.said import day

from .deadlines import Step, Unit
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


def steps_of(deadline: Deadline) -> tuple[Step, ...]:
    """The computation of a deadline as it was stored."""
    return tuple(
        Step(step["code"], date.fromisoformat(step["on"]), step.get("detail") or {})
        for step in deadline.steps
    )


def explain(deadline: Deadline) -> list[str]:
    """The stored steps of a deadline as sentences, in the order of the computation."""
    return told(steps_of(deadline))


def told(steps: Sequence[Step]) -> list[str]:
    """The steps as sentences; those that say nothing new are left out."""
    codes = {step.code for step in steps}
    is_plain = not {"extended", "paused", "closed_day", "closure", "reorganised"} & codes
    skipped = {"start", "raw_last"} if is_plain or "earlier" in codes else {"start"}
    return [_sentence(step, steps) for step in steps if step.code not in skipped]


def _sentence(step: Step, steps: Sequence[Step]) -> str:
    detail: Mapping[str, Any] = step.detail
    values: dict[str, Any] = {"on": day(step.on, "year" if step.code == "last" else "")}
    if step.code == "event":
        values["period"] = amount_in_words(detail["amount"], detail["unit"])
        return _beginning(step.on, steps) % values
    if step.code == "raw_last":
        return gettext("Without pauses and shifts the last day would be %(on)s.") % values
    if step.code == "extended":
        values["period"] = amount_in_words(detail["amount"], detail["unit"])
        return gettext("Extended once by %(period)s: until %(on)s.") % values
    if step.code == "paused":
        values["until"] = day(date.fromisoformat(detail["until"]))
        values["last"] = day(date.fromisoformat(detail["last"]))
        return (
            gettext(
                "The clock stood still from %(on)s and ran on from %(until)s: the last day moved to %(last)s."
            )
            % values
        )
    if step.code in ("closed_day", "closure"):
        return _closed(step.code, detail, steps) % values
    if step.code == "makeup_day":
        return gettext("%(on)s is a make-up working day and counts.") % values
    if step.code == "planned":
        return (
            gettext(
                "The ministry has set %(on)s itself: the day is taken as it is, neither counted nor shifted."
            )
            % values
        )
    if step.code == "earlier":
        values["period"] = amount_in_words(detail["days"], Unit.WORKDAY)
        return gettext("A supporting body answers %(period)s before that: %(on)s.") % values
    if step.code == "reorganised":
        values["days"] = detail["days"]
        return (
            ngettext(
                "By a reorganisation the matter passed to another body, whose people have at least ten "
                "working days: the date moved by %(days)d day to %(on)s. What "
                "of it lay ahead belongs to no body.",
                "By a reorganisation the matter passed to another body, whose people have at least ten "
                "working days: the date moved by %(days)d days to %(on)s. Those "
                "that lay ahead belong to no body.",
                detail["days"],
            )
            % values
        )
    if any(other.code in ("earlier", "reorganised") for other in steps):
        return gettext("The period ends on %(on)s.") % values
    if _unit(steps) is Unit.HOUR:
        return gettext("The last hour falls on %(on)s, whether offices work on that day or not.") % values
    return gettext("The last day is %(on)s; overdue begins at 00:00 of the next day.") % values


def _unit(steps: Sequence[Step]) -> Unit | None:
    """The unit in which the period is counted; none of a date that was set."""
    return next((Unit(str(step.detail["unit"])) for step in steps if step.code == "event"), None)


def _beginning(event_on: date, steps: Sequence[Step]) -> str:
    """The sentence on the event, its first day filled in."""
    start = next((step.on for step in steps if step.code == "start"), None)
    if start is None:
        return gettext("%(period)s from the moment itself, on %(on)s.")
    if start == event_on:
        return gettext("%(period)s from %(on)s, which itself counts as the first day.")
    return gettext(
        "%(period)s from the day after %(on)s; that day itself is not counted. The first day is %(start)s."
    ).replace("%(start)s", day(start))


def _closed(code: str, detail: Mapping[str, Any], steps: Sequence[Step]) -> str:
    """A day on which offices are closed: a last day moves on over it, working days leave it out."""
    is_walk = _unit(steps) is Unit.WORKDAY and not any(step.code == "earlier" for step in steps)
    reason = str(detail.get("reason" if code == "closure" else "name") or "").replace("%", "%%")
    if code == "closure":
        sentence = (
            gettext("%(on)s: offices were told to close (%(reason)s), the day does not count.")
            if is_walk
            else gettext("%(on)s: offices were told to close (%(reason)s), the last day moves on.")
        )
    elif reason:
        sentence = (
            gettext("%(on)s: offices are closed (%(name)s), the day does not count.")
            if is_walk
            else gettext("%(on)s: offices are closed (%(name)s), the last day moves on.")
        )
    else:
        sentence = (
            gettext("%(on)s: offices are closed, the day does not count.")
            if is_walk
            else gettext("%(on)s: offices are closed, the last day moves on.")
        )
    return sentence.replace("%(reason)s", reason or "–").replace("%(name)s", reason)
