"""Who reads which line of a case's history, wherever the reading starts."""

import pytest
from django.contrib.auth.models import AnonymousUser

from proposals.actions.proposer import withdraw_proposal
from proposals.models import Proposal, TimelineEntry
from tests import cases

pytestmark = pytest.mark.django_db


def kinds(user: object, case: Proposal) -> set[str]:
    rows = TimelineEntry.objects.visible_to(user).filter(proposal=case)
    return set(rows.values_list("kind", flat=True))


def test_history_of_a_case_not_yet_accepted_is_its_parties_alone() -> None:
    case = cases.submitted()
    stranger = cases.person(represents=cases.member_org("other"))
    assert kinds(AnonymousUser(), case) == kinds(stranger, case) == set()
    for user in (cases.proposer_of(case), cases.convener_of(case), cases.person(audits=True)):
        assert kinds(user, case) == {"submitted"}


def test_history_of_a_withdrawn_case_leaves_the_public() -> None:
    case = cases.referred()
    body = cases.liaison_of(cases.lead_of(case).ministry)
    assert "accepted" in kinds(AnonymousUser(), case)
    withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    assert kinds(AnonymousUser(), case) == set()
    assert {"accepted", "withdrawn"} <= kinds(body, case)
