"""The due dates of a letter as a calendar file (RFC 5545), in the reader's language.

A deadline keeps its UID when its date moves, and its SEQUENCE rises: a calendar that has taken the entry
moves it instead of showing both.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from icalendar import Calendar, Event

from members import clock
from proposals.models import Deadline, Reminder

from .items import Item


def due_dates(items: Iterable[Item], language: str, moves: Mapping[int, int]) -> str:
    """The text of the file: one entry a deadline, each lasting the whole of its day.

    `moves` says how often each date has moved so far: see `moves_of`.
    """
    file = Calendar()
    file.add("prodid", f"-//{settings.PORTAL_NAME['en']}//{urlsplit(settings.SITE_URL).hostname}//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    with translation.override(language):
        for item in items:
            file.add_component(_entry(item, moves.get(item.deadline.pk, 0)))
    return file.to_ical().decode()


def moves_of(deadlines: Iterable[Deadline]) -> dict[int, int]:
    """How often the date of each has moved between one reminder of it and the next; one query."""
    told = defaultdict(list)
    rows = Reminder.objects.filter(deadline__in=list(deadlines)).order_by("planned_at", "pk")
    for pk, due_on in rows.values_list("deadline", "due_on"):
        told[pk].append(due_on)
    return {pk: sum(old != new for old, new in pairwise(days)) for pk, days in told.items()}


def _entry(item: Item, sequence: int) -> Event:
    deadline = item.deadline
    entry = Event()
    entry.add("uid", f"deadline-{deadline.pk}@{urlsplit(settings.SITE_URL).hostname}")
    entry.add("sequence", sequence)
    entry.add("dtstamp", clock.now().astimezone(UTC))
    entry.add("dtstart", deadline.due_on)
    entry.add("dtend", deadline.due_on + timedelta(days=1))
    entry.add("summary", _summary(item))
    entry.add("description", "\n".join([item.title, *item.reasons, item.url]))
    entry.add("url", item.url)
    entry.add("transp", "TRANSPARENT")
    return entry


def _summary(item: Item) -> str:
    return gettext("Due: %(number)s %(what)s (%(whose)s)") % {
        "number": item.number,
        "what": item.what,
        "whose": item.whose,
    }
