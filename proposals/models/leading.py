"""Whose case it is today: its proposer's, or whose it was taken over by. One condition for every read.

Without imports from the other models, so that all of them may ask. `case` is the path to the case.
"""

from collections.abc import Iterable

from django.db.models import Q

from members import clock
from members.models import Organisation


def led_by(organisations: Iterable[Organisation], case: str = "") -> Q:
    """Cases that one of the organisations leads: taken over by it, or proposed by it and nobody's since."""
    own, at = list(organisations), _at(case)
    return Q(**{f"{at}taken_over_by__in": own}) | Q(
        **{f"{at}taken_over_by__isnull": True, f"{at}organisation__in": own}
    )


def orphaned(case: str = "") -> Q:
    """Cases whose lead has ended: no member of the alliance from that day on, and nobody has taken over."""
    at, today = _at(case), clock.today()
    return Q(**{f"{at}taken_over_by__left_on__lte": today}) | Q(
        **{f"{at}taken_over_by__isnull": True, f"{at}organisation__left_on__lte": today}
    )


def sealed(case: str = "") -> Q:
    """Cases whose restricted text is sealed: who wrote it has ended, or the case is another's since.

    Derived from dates, never stored: it holds from 00:00 of the day, whether or not the clock has come round.
    """
    at = _at(case)
    return Q(**{f"{at}taken_over_by__isnull": False}) | Q(
        **{f"{at}organisation__left_on__lte": clock.today()}
    )


def _at(case: str) -> str:
    return f"{case}__" if case else ""
