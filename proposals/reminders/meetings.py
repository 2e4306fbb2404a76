"""Letters about meetings: an agenda that nobody has set, and what somebody is still to do.

The floor below keeps plain dates; here it is told whose moment has come. A letter's key names the date and
the stage: one missed round loses nothing, and a second round writes nothing twice.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from members import clock
from members.actions.letters import write_letter
from members.models import Letter, User
from members.models.people import secretariat
from proposals.actions.notices import officers
from workinggroups.actions.meetings import people_of
from workinggroups.models import ActionItem, Meeting

AGENDA_DAYS = (3, 7)
"""So many days before the meeting its officers hear that the agenda is missing."""
ITEM_DAYS = (7, 0, -3)
"""Three days before it is due, on the day, and a week after: then it stands on the next agenda anyway."""

Due = tuple[int, date]


def meetings_without_agenda() -> list[Meeting]:
    """Meetings within a week that have no item on their agenda."""
    until = clock.now() + timedelta(days=max(AGENDA_DAYS) + 1)
    rows = Meeting.objects.held().coming().filter(starts_at__lt=until, agenda=None)
    return [row for row in rows.select_related("group") if _days_until(row) <= max(AGENDA_DAYS)]


@transaction.atomic
def tell_of_missing_agenda(meeting: Meeting) -> int:
    """One letter to each officer of the group, once at each stage; without officers to the secretariat.

    The secretariat keeps the meetings of the alliance itself.
    """
    stage = next(days for days in AGENDA_DAYS if _days_until(meeting) <= days)
    meets_on = clock.local_date(meeting.starts_at)
    return _write(
        f"agenda_missing/{meeting.pk}/{meets_on.isoformat()}/{stage}",
        officers(meeting.group) or secretariat(),
        "agenda_missing",
        {"meeting": meeting},
    )


def due_items() -> list[Due]:
    """Meeting and day of what is undone and due soon, today, or since."""
    soon = clock.today() - timedelta(days=min(ITEM_DAYS))
    rows = ActionItem.objects.undone().filter(due_on__lte=soon).order_by("due_on", "meeting")
    return list(rows.values_list("meeting", "due_on").distinct())


@transaction.atomic
def tell_of_due_items(due: Due) -> int:
    """To each owner one letter with all that one meeting asked of them by that day."""
    meeting, due_on = due
    passed = (clock.today() - due_on).days
    stage = next(days for days in ITEM_DAYS if passed >= days)
    told = 0
    for user, items in _by_owner(ActionItem.objects.undone().told().filter(meeting=meeting, due_on=due_on)):
        context = {"items": items, "meeting": items[0].meeting, "due_on": due_on}
        told += _write(
            f"action_items/{meeting}/{due_on.isoformat()}/{stage}", [user], "action_items", context
        )
    return told


def _by_owner(items: Iterable[ActionItem]) -> list[tuple[User, list[ActionItem]]]:
    found: dict[User, list[ActionItem]] = {}
    for item in items:
        people = [item.owner] if item.owner else people_of(item.organisation) if item.organisation else []
        for user in people:
            if user.is_active:
                found.setdefault(user, []).append(item)
    return list(found.items())


def _write(prefix: str, users: Iterable[User], kind: str, context: dict[str, object]) -> int:
    """How many had not been told yet."""
    keys = {f"{prefix}/{user.pk}": user for user in users}
    known = set(Letter.objects.filter(key__in=keys).values_list("key", flat=True))
    for key, user in keys.items():
        if key not in known:
            template = f"workinggroups/letters/{kind}.txt"
            write_letter(key=key, kind=kind, recipient=user, template=template, context=context)
    return len(keys) - len(known)


def _days_until(meeting: Meeting) -> int:
    return (clock.local_date(meeting.starts_at) - clock.today()).days
