"""The one clock of the portal.

Everything that asks "what time is it" asks here, so that tests, the demo and a replay of history
can set it. Dates are dates in Taiwan: a due date never depends on the zone of a server.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

TAIPEI = ZoneInfo("Asia/Taipei")

_set_to: ContextVar[datetime | None] = ContextVar("set_to", default=None)


def now() -> datetime:
    """The present moment, aware, in Asia/Taipei."""
    return (_set_to.get() or timezone.now()).astimezone(TAIPEI)


def today() -> date:
    """The present date in Taiwan."""
    return now().date()


def local_date(moment: datetime) -> date:
    """The Taiwanese date of an aware moment."""
    return moment.astimezone(TAIPEI).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` inside the block, in this thread of control only."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)
