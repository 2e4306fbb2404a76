"""Each test of a ministry's steps begins on Monday 2 March 2026, with a case just referred."""

import pytest

from members import clock
from members.models import User
from proposals.models import Referral
from tests import cases

from .calls import MONDAY


@pytest.fixture
def referral() -> Referral:
    """Sent on Monday 2 March 2026."""
    with clock.at(MONDAY):
        return cases.lead_of(cases.referred())


@pytest.fixture
def liaison(referral: Referral) -> User:
    return cases.liaison_of(referral.ministry)


@pytest.fixture(autouse=True)
def _monday():
    with clock.at(MONDAY):
        yield
