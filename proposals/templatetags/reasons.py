"""Why a date is that day: in one sentence beside it, or step by step.

Templates load this library as `reasons`.
"""

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from members.said import in_chinese
from members.templatetags.face import time_tag
from proposals.explanations import amount_in_words, explain
from proposals.models import Deadline, Referral
from proposals.models.deadlines import Kind

register = template.Library()


def _event(deadline: Deadline, referral: Referral | None) -> str:
    """What set the clock running."""
    if referral is not None and deadline.referral_id:
        return {
            Referral.Receipt.LETTER: gettext("Letter received on {day}"),
            Referral.Receipt.OPENED: gettext("First opened in the portal on {day}"),
            Referral.Receipt.MAIL: gettext("Third working day after the mail: {day}"),
        }.get(
            referral.receipt,
            gettext("Receipt not yet recorded; assumed for {day}, the third working day after the mail"),
        )
    return {
        Kind.SCREENING: gettext("Counted from {day}"),
        Kind.DISCUSSION: gettext("Accepted on {day}"),
        Kind.INFORMATION: gettext("Asked on {day}"),
        Kind.REPLY: gettext("Asked on {day}"),
        Kind.SECRECY: gettext("Asked on {day}"),
        Kind.CLOSING: gettext("Answered on {day}"),
    }.get(deadline.kind, gettext("Counted from {day}"))


@register.simple_tag
def why(deadline: Deadline | None, referral: Referral | None = None) -> SafeString | str:
    """Why that day, in one sentence: the event, the period, stops, extension, shift."""
    if deadline is None:
        return ""
    steps: dict[str, list[dict[str, Any]]] = {}
    for step in deadline.steps:
        steps.setdefault(step["code"], []).append(step)
    parts = [
        format_html(_event(deadline, referral), day=time_tag(deadline.counted_from)),
        gettext("period %(period)s") % {"period": amount_in_words(deadline.amount, deadline.unit)},
    ]
    if stopped := sum(_stopped_days(step) for step in steps.get("paused", ())):
        parts.append(ngettext("stopped for %(n)d day", "stopped for %(n)d days", stopped) % {"n": stopped})
    for step in steps.get("extended", ()):
        words = amount_in_words(step["detail"]["amount"], step["detail"]["unit"])
        parts.append(gettext("extended by %(period)s") % {"period": words})
    if deadline.booked_days:
        words = ngettext(
            "moved by %(n)d day by a reorganisation",
            "moved by %(n)d days by a reorganisation",
            deadline.booked_days,
        )
        parts.append(words % {"n": deadline.booked_days})
    if deadline.raw_last_on != deadline.due_on:
        reasons = _closed_for(deadline)
        words = (
            gettext("the last day, {day}, moves forward over days on which offices are closed ({reasons})")
            if reasons
            else gettext("the last day, {day}, is not an office day and moves forward")
        )
        parts.append(format_html(words, day=time_tag(deadline.raw_last_on), reasons=reasons))
    if "earlier" in steps:
        parts.append(gettext("supporting bodies answer ten working days before the lead"))
    if deadline.is_provisional:
        parts.append(gettext("provisional, since the office calendar of that year is not yet announced"))
    comma, stop = ("，", "。") if in_chinese() else ("; ", ".")
    return format_html("{}{}", format_html_join(comma, "{}", ((part,) for part in parts)), stop)


def _closed_for(deadline: Deadline) -> str:
    """Why offices are closed on the days over which the last day moves, each reason once."""
    days = [step for step in deadline.steps if step["on"] >= deadline.raw_last_on.isoformat()]
    details = [step.get("detail") or {} for step in days if step["code"] in ("closed_day", "closure")]
    reasons = dict.fromkeys(detail.get("reason") or detail.get("name") or "" for detail in details)
    return ("、" if in_chinese() else ", ").join(filter(None, reasons))


def _stopped_days(step: dict[str, Any]) -> int:
    return (date.fromisoformat(step["detail"]["until"]) - date.fromisoformat(step["on"])).days


@register.simple_tag
def computation(deadline: Deadline) -> list[str]:
    """Each step of the count as a sentence: the receipt on the page."""
    return explain(deadline)
