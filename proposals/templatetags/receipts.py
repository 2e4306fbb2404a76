"""How a receipt is told: marks of a wall calendar in words, how a day is known, how a due date stands.

Templates load this library as `receipts`, beside `face`.
"""

from datetime import date
from typing import Any

from django import template
from django.db.models import Model
from django.utils.translation import gettext, pgettext

from members.said import MONTHS_EN, countdown, day, in_chinese
from proposals.areas import COUNTIES, EVERYWHERE
from proposals.day_marks import Mark
from proposals.deadlines import Period
from proposals.explanations import amount_in_words
from proposals.models import Deadline
from proposals.models.deadlines import ALLIANCES, Kind
from proposals.models.follow_ups import OUT_OF_HAND
from proposals.receipts import Receipt, actor_of
from proposals.states import PauseCause

from .cases import late_badge

register = template.Library()

DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

SIGNS = {
    Mark.EVENT: "○",
    Mark.COUNTED: "",
    Mark.PAUSED: "‖",
    Mark.CLOSED: "×",
    Mark.MOVED: "→",
    Mark.LAST: "◎",
}


def mark_words() -> dict[Mark, str]:
    return {
        Mark.EVENT: pgettext("mark in a calendar", "day of the event, not counted"),
        Mark.COUNTED: pgettext("mark in a calendar", "counted"),
        Mark.PAUSED: pgettext("mark in a calendar", "clock stood still"),
        Mark.CLOSED: pgettext("mark in a calendar", "offices closed, not counted"),
        Mark.MOVED: pgettext("mark in a calendar", "offices closed, last day moves on"),
        Mark.LAST: pgettext("mark in a calendar", "last day"),
    }


@register.inclusion_tag("proposals/receipts/_months.html")
def months(receipt: Receipt) -> dict[str, Any]:
    """The days from the event to the last day as leaves of a calendar, with a legend of the marks used."""
    words = mark_words()
    leaves = receipt.months
    used = {cell[1] for leaf in leaves for week in leaf.weeks for cell in week if cell}
    return {
        "leaves": [
            (
                leaf,
                [
                    [cell and {"on": cell[0], "mark": cell[1], **_sign(cell[1], words)} for cell in week]
                    for week in leaf.weeks
                ],
            )
            for leaf in leaves
        ],
        "legend": [(mark, SIGNS[mark], word) for mark, word in words.items() if mark in used],
        "weekdays": "日一二三四五六" if in_chinese() else ("Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"),
    }


def _sign(mark: Mark | None, words: dict[Mark, str]) -> dict[str, str]:
    return {"sign": SIGNS[mark], "word": words[mark]} if mark else {}


@register.filter
def month_name(first: date) -> str:
    """民國115年9月, Sep 2026."""
    if in_chinese():
        return f"民國{first.year - 1911}年{first.month}月"
    return f"{MONTHS_EN[first.month - 1]} {first.year}"


@register.filter
def weekday_name(on: date) -> str:
    """Saturday; nothing in Chinese, where a date carries its weekday already."""
    return "" if in_chinese() else DAYS_EN[on.weekday()]


@register.filter
def in_words(period: Period | None) -> str:
    """60 days, 2 months."""
    return amount_in_words(period.amount, period.unit.value) if period else ""


@register.filter
def area_name(area: str) -> str:
    """臺北市, Taipei City; the whole country in words; a township as it is written."""
    if area == EVERYWHERE:
        return gettext("the whole country")
    return area if in_chinese() else COUNTIES.get(area, area)


@register.filter
def cause_name(cause: str) -> str:
    """Why a clock stood, in words."""
    return str(PauseCause(cause).label) if cause in PauseCause.values else ""


@register.filter
def how_known(receipt: Receipt) -> str:
    """By what the day that set the clock running is known."""
    row = receipt.deadline
    if row is None:
        return gettext("the day given")
    if receipt.known_by != "event":
        return {
            "letter": gettext("day of receipt of the official letter, as recorded"),
            "opened": gettext("first opening in the portal"),
            "mail": gettext("third working day after a mail that did not come back"),
        }.get(receipt.known_by, gettext("assumed: third working day after the mail, until receipt is known"))
    return {
        Kind.SCREENING: gettext("the case was submitted"),
        Kind.DISCUSSION: gettext("the case was taken up, or came back to the group"),
        Kind.INFORMATION: gettext("the group asked for information"),
        Kind.REPLY: gettext("the ministry asked its question"),
        Kind.SECRECY: gettext("the ministry asked for the check"),
        Kind.CLOSING: gettext("the answer was published"),
        Kind.MINUTES: gettext("the meeting took place"),
        Kind.TAKEOVER: gettext("the lead organisation had left the alliance"),
        Kind.FOLLOW_UP: gettext("the ministry gave this date"),
    }.get(Kind(row.kind), gettext("recorded in the timeline"))


@register.filter
def actor(deadline: Deadline) -> Model | None:
    """Whose step it is."""
    return actor_of(deadline)


@register.filter
def party(deadline: Deadline) -> str:
    """As what the one whose step it is acts."""
    if deadline.referral_id:
        return str(deadline.referral.get_part_display())
    if deadline.follow_up_id:
        return pgettext("party", "the body that promised it")
    if deadline.kind in ALLIANCES:
        return pgettext("party", "working group")
    if deadline.kind == Kind.TAKEOVER:
        return pgettext("party", "a co-sponsor or an association")
    return pgettext("party", "proposer")


@register.filter
def standing(deadline: Deadline) -> dict[str, str]:
    """How a due date stands today, as tone, icon and words.

    Nothing is late with a body that is not known to have received the case; a preliminary reply and an
    acceptance that are missing are said to be missing, not late.
    """
    if deadline.settled_at is not None:
        words = gettext("Stopped on %(day)s") % {"day": day(deadline.settled_at)}
        return {"tone": "muted", "icon": "check", "text": words}
    if deadline.is_paused:
        return {"tone": "paused", "icon": "pause", "text": gettext("Clock stands")}
    if deadline.referral and deadline.referral.received_on is None:
        return {"tone": "soon", "icon": "mail", "text": gettext("Not received yet")}
    if not deadline.is_overdue:
        return {"tone": "brand", "icon": "clock", "text": countdown(deadline.due_on)}
    if deadline.kind == Kind.PRELIMINARY:
        return {"tone": "soon", "icon": "hourglass", "text": gettext("No preliminary reply yet")}
    if deadline.kind == Kind.ACCEPTANCE:
        words = pgettext("referral", "Waiting for acceptance")
        return {"tone": "soon", "icon": "hourglass", "text": words}
    return _late(deadline)


def _late(deadline: Deadline) -> dict[str, str]:
    """Past its day; unless a letter is proved to be in time, or the promised thing is out of hand."""
    row = deadline.referral
    if row and row.proved_on and row.is_proved:
        words = gettext("answered by letter of %(proved)s") % {"proved": day(row.proved_on)}
        return {"tone": "ok", "icon": "check", "text": words}
    if deadline.follow_up and deadline.follow_up.milestone in OUT_OF_HAND:
        label = deadline.follow_up.get_milestone_display()
        return {"tone": "muted", "icon": "book", "text": str(label)}
    badge = late_badge(deadline.is_very_overdue)
    return {**badge, "text": f"{badge['text']} · {countdown(deadline.due_on)}"}
