"""Never lost, never twice: reminders while everything that carries them is killed again and again.

The full run is `make chaos`; the plain suite has a cut of it.
"""

import os
import random

import pytest

from tests.chaos.storm import Storm

SEED = int(os.environ.get("SEED") or random.randrange(10_000))  # noqa: S311


def weathered(count: int, *, seconds: float, broker_every: float, post_seconds: float) -> Storm:
    """The storm over so many reminders, its report printed and everything ended."""
    with Storm(count, SEED, post_seconds).ready() as storm:
        report = storm.rage(seconds, broker_every)
        print(f"\n{report}")  # noqa: T201
        if report.states != {"sent": count}:
            print(storm.words())  # noqa: T201
    return storm


def holds(storm: Storm) -> None:
    report = storm.report
    assert report.missed == []
    assert report.twice == []
    assert report.accepted == report.expected
    assert report.states == {"sent": report.expected}
    assert report.half_done == {}
    assert report.database_restarts == 1
    assert report.kills >= 5


@pytest.mark.timeout(100)
def test_two_hundred_reminders_in_a_storm_arrive_once_each():
    holds(weathered(200, seconds=60, broker_every=5, post_seconds=0.1))


@pytest.mark.chaos
@pytest.mark.timeout(540)
def test_two_thousand_reminders_in_a_storm_arrive_once_each():
    storm = weathered(2000, seconds=420, broker_every=12, post_seconds=0.03)
    holds(storm)
    assert storm.report.broker_kills >= 1
