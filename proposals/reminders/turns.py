"""Planning and writing in turns, so that a process that lives only some seconds leaves letters behind.

First those are written to whose reminders wait since a round that was cut off; then a slice of deadlines is
planned and whoever has nothing more to come is written to, again and again. A person's letter is written
once every due deadline is planned that lies with a body or organisation of theirs; whoever watches over
others (a seat, the secretariat) comes after the last slice. What another process is planning meanwhile
counts as not planned: it writes those letters, or the next round does. A deadline that cannot be planned
holds nobody's letter back.
"""

from collections.abc import Iterator, Sequence

from proposals.models import ReminderRule
from proposals.workdays import Calendar

from .each import slices, together
from .planning import deadlines_to_plan, plan_deadlines, still_to_plan
from .writing import people_to_write_to, write_reminders

SLICE = 25
"""Some tenths of a second: what is lost when a process dies, and how long a deadline is locked."""


def turns(calendar: Calendar, size: int = SLICE) -> Iterator[tuple[int, int]]:
    """Turn after turn, how many deadlines it has reminded of and how many letters it has written."""
    rules = list(ReminderRule.objects.all())
    to_plan = deadlines_to_plan()
    yield 0, _write(people_to_write_to(to_plan), size)
    for pks in slices(list(to_plan), size):
        broken: list[int] = []
        planned = together(pks, lambda some: plan_deadlines(some, rules, calendar), broken)
        held = still_to_plan(pks) - set(broken)
        for pk in set(pks) - held:
            del to_plan[pk]
        yield planned, _write(people_to_write_to(to_plan), size)
    held_by_others = still_to_plan(to_plan)
    yield 0, _write(people_to_write_to({pk: to_plan[pk] for pk in held_by_others}), size)


def _write(people: Sequence[int], size: int) -> int:
    return sum(together(some, write_reminders, []) for some in slices(people, size))
