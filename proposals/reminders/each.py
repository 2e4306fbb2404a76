"""One row's failure is logged and stops no other, unless the database has gone."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

from members.refusals import Refused

log = logging.getLogger(__name__)

Row = TypeVar("Row")


def each(rows: Iterable[Row], act: Callable[[Row], object], failed: list[Row] | None = None) -> int:
    """Acts on each row by itself; counts those on which something was done, and lists those that broke."""
    done = 0
    for row in rows:
        try:
            done += bool(act(row))
        except Refused as refusal:
            log.info("Left alone: %s: %s", row, refusal)
        except Exception as error:
            log.exception("The sweep could not deal with %s.", row)
            if failed is not None:
                failed.append(row)
            if has_gone(error):
                raise
    return done


def together(rows: Sequence[Row], act: Callable[[Sequence[Row]], int], failed: list[Row]) -> int:
    """Acts on all rows in one go, and where one of them breaks that, on each by itself."""
    try:
        return act(rows)
    except Exception as error:
        if has_gone(error):
            raise
    return each(rows, lambda row: act([row]), failed)


def has_gone(error: Exception) -> bool:
    return isinstance(error, OperationalError | InterfaceError) and not connection.is_usable()


def slices(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    rest = iter(rows)
    while part := list(islice(rest, size)):
        yield part
