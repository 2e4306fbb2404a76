"""What the filters of the public list offer to choose from."""

import pytest

from proposals.actions.proposer import withdraw_proposal
from proposals.filters import ProposalFilter
from proposals.models import Proposal
from tests import cases

pytestmark = pytest.mark.django_db


def offered() -> tuple[list[str], list[str]]:
    choices = ProposalFilter({}, queryset=Proposal.objects.listed()).choices
    return [slug for slug, _ in choices["ministry"]], [name for _, name in choices["law"]]


def test_choices_name_what_public_cases_are_about_and_nothing_of_a_withdrawn_one() -> None:
    case = cases.referred()
    law = case.asks.first().law
    assert offered() == (["fsc"], [law.name])
    withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    assert offered() == ([], [])
