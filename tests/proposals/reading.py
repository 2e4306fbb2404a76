"""Pages as the public reads them, and cases as they stand a month after the referral."""

from typing import Any

from django.test import Client

from members import clock
from proposals.actions.answering import record_letters
from proposals.models import Proposal
from tests import cases

START = cases.at(2026, 10, 1)
NOW = cases.at(2026, 11, 2)


def get(path: str, client: Client | None = None) -> Any:
    with clock.at(NOW):
        return (client or Client()).get(path)


def text(path: str) -> str:
    response = get(path)
    assert response.status_code == 200
    return response.content.decode()


def referred(**options: Any) -> Proposal:
    with clock.at(START):
        return cases.referred(**options)


def received(case: Proposal) -> Proposal:
    """The day on which it was referred is that of its receipt: from then on its body can be late."""
    part = cases.lead_of(case)
    with clock.at(START):
        record_letters(user=cases.liaison_of(part.ministry), referral=part, received_on=START.date())
    return case
