"""Makes of what is planned one letter a day to each person, for many people at a time."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from django.db import transaction
from django.db.models import Q

from members import clock
from members.actions.letters import compose, post
from members.models import Affiliation, Letter, User
from proposals.actions.due_dates import due_dates, moves_of
from proposals.models import Reminder
from workinggroups.models import Seat

from .items import Item
from .people import People
from .planning import HANGS_ON, is_out_of_hand


def people_to_write_to(to_plan: Mapping[int, int | None]) -> list[int]:
    """Those for whom something waits and nothing more is to come: all of a day goes into one letter.

    As long as there are deadlines to plan, the people of those bodies and organisations with whom they lie
    wait, and all who watch over others: whoever has a seat, and the secretariat.
    """
    rows = Reminder.objects.filter(is_skipped=False, letter=None)
    if to_plan:
        holding = Q(organisation__in={body for body in to_plan.values() if body is not None})
        holding |= Q(role=Affiliation.Role.SECRETARIAT)
        rows = rows.exclude(recipient__in=Affiliation.objects.current().filter(holding).values("user"))
        rows = rows.exclude(recipient__in=Seat.objects.current().values("user"))
    return list(rows.order_by("recipient_id").values_list("recipient", flat=True).distinct())


@transaction.atomic
def write_reminders(user_pks: Collection[int]) -> int:
    """To each person one letter with everything that waits for them; returns how many letters.

    What was settled, paused or moved since it was planned is dropped. A second letter of the same day
    has a key of its own, so that it can neither hide the first nor be hidden by it. Whom another sweep
    is writing to is left to it.
    """
    users = User.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=user_pks)
    held = {user.pk: user for user in users.order_by("pk")}
    rows = list(
        Reminder.objects.filter(recipient__in=held, is_skipped=False, letter=None)
        .select_for_update(of=("self",))
        .select_related("rule", *[f"deadline__{name}" for name in HANGS_ON])
        .order_by("recipient_id", "due_on", "deadline", "rule")
    )
    current = [row for row in rows if held[row.recipient_id].is_active and _still_holds(row)]
    kept = {row.pk for row in current}
    Reminder.objects.filter(pk__in=[row.pk for row in rows if row.pk not in kept]).update(is_skipped=True)
    deadlines = [row.deadline for row in current]
    people, moves, written = People(deadlines), moves_of(deadlines), _written_today(held)
    letters = []
    for pk, group in groupby(current, key=lambda row: row.recipient_id):
        mine = list(group)
        letters.append((_letter(held[pk], mine, people, moves, written[pk] + 1), mine))
    post([letter for letter, _ in letters])
    for letter, mine in letters:
        for row in mine:
            row.letter = letter
    Reminder.objects.bulk_update(current, ["letter"])
    return len(letters)


def _letter(
    user: User, rows: Sequence[Reminder], people: People, moves: Mapping[int, int], nth: int
) -> Letter:
    items = _items(user, rows, people)
    return compose(
        key=f"{_prefix(user.pk)}{nth}",
        kind="reminder",
        recipient=user,
        template="proposals/letters/reminder.txt",
        context={"items": items},
        copies=people.mailboxes(user, rows),
        calendar=due_dates(items, user.language, moves),
    )


def _prefix(pk: int) -> str:
    return f"reminder/{pk}/{clock.today().isoformat()}/"


def _written_today(pks: Collection[int]) -> Counter[int]:
    keys = Letter.objects.filter(recipient__in=pks, key__contains=f"/{clock.today().isoformat()}/")
    return Counter(keys.filter(key__startswith="reminder/").values_list("recipient", flat=True))


def _still_holds(row: Reminder) -> bool:
    deadline = row.deadline
    is_running = deadline.settled_at is None and not deadline.is_paused
    return is_running and deadline.due_on == row.due_on and not is_out_of_hand(deadline)


def _items(user: User, rows: Sequence[Reminder], people: People) -> list[Item]:
    """One item for each deadline; of several rungs the one for whoever must act."""
    items: dict[int, Item] = {}
    for row in rows:
        audience = row.rule.audience
        item = Item(row.deadline, audience, people.stands_in(user, row.deadline, audience))
        if row.deadline_id not in items or item.is_actor:
            items[row.deadline_id] = item
    return list(items.values())
