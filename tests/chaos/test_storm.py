"""Never lost, never twice: reminders while everything that carries them is killed again and again.

The full run is `make chaos`; the plain suite has a cut of it.
"""

import os
import random

import pytest

from tests.chaos.storm import LEAST_KILLS, Report, Storm

SEED = int(os.environ.get("SEED") or random.randrange(10_000))  # noqa: S311


def weathered(count: int, *, storm: float, calm: float, broker_every: float, post: float) -> Report:
    """So many reminders in a storm of so many seconds; its report printed and everything ended."""
    with Storm(count, SEED, post).ready() as machinery:
        report = machinery.rage(storm, broker_every, calm)
        print(f"\n{report}")  # noqa: T201
        if report.states != {"sent": count}:
            print(machinery.words())  # noqa: T201
    return report


def holds(report: Report) -> None:
    assert report.missed == []
    assert report.twice == []
    assert report.accepted == report.expected
    assert report.states == {"sent": report.expected}
    assert report.half_done == {}
    assert report.kills >= LEAST_KILLS
    assert report.database_restarts == 1


@pytest.mark.timeout(240)
def test_two_hundred_reminders_in_a_storm_arrive_once_each():
    holds(weathered(200, storm=13, calm=100, broker_every=5, post=0.15))


@pytest.mark.chaos
@pytest.mark.timeout(540)
def test_two_thousand_reminders_in_a_storm_arrive_once_each():
    report = weathered(2000, storm=270, calm=180, broker_every=12, post=0.03)
    holds(report)
    assert report.broker_kills >= 1
