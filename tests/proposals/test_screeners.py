"""Who decides next whether a case is taken up: named by seat, also where the convener stands aside."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from members import clock
from members.models import User
from proposals.actions.aftermath import ask_second_look
from proposals.actions.recusal import declare_interest
from proposals.actions.triage import decline_proposal
from proposals.models import Competitor, Proposal
from tests import cases
from tests.cases import signed_in
from workinggroups.models import Seat
from workinggroups.models.groups import as_group

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(cases.at(2026, 11, 2)), translation.override("en"):
        yield


def deputy_of(case: Proposal) -> None:
    user = cases.person("deputy@example.org")
    Seat.objects.create(user=user, group=case.group, role=Seat.Role.DEPUTY, starts_on=cases.SINCE)


def turn(case: Proposal) -> tuple[str, str]:
    """The sentence as the proposer reads it on the page of the case, and in its list."""
    client = signed_in(cases.proposer_of(case))
    page = client.get(f"/en/proposals/{case.number}/").content.decode()
    said = page.split('<p class="turn-sentence">')[1].split(" decides next")[0]
    return said, client.get("/en/my/").content.decode()


def test_convener_decides_while_nothing_stands_against_it() -> None:
    case = cases.submitted()
    deputy_of(case)
    assert turn(case)[0] == "The convener of the group Group regulation"


def test_deputy_decides_where_the_convener_stands_aside() -> None:
    case = cases.submitted()
    cases.person("secretary@example.org", secretary_of=case.group)
    deputy_of(case)
    declare_interest(user=cases.convener_of(case), proposal=case, reason="親屬任職於提案單位")
    said, listed = turn(case)
    assert said == "The deputy convener of the group Group regulation"
    assert said in listed


def test_secretary_decides_where_the_convener_represents_a_competitor() -> None:
    case = cases.submitted()
    cases.person("secretary@example.org", secretary_of=case.group)
    rival = cases.member_org("rival")
    Competitor.objects.create(proposal=case, organisation=rival)
    cases.person(cases.convener_of(case).email, represents=rival)
    assert turn(case)[0] == "The secretary of the group Group regulation"


def test_secretariat_decides_where_nobody_of_the_group_may() -> None:
    case = cases.submitted()
    User.objects.filter(pk=cases.convener_of(case).pk).update(is_active=False)
    assert turn(case)[0] == "The secretariat, for the group Group regulation,"


def test_second_look_is_not_for_the_one_who_declined() -> None:
    case = cases.submitted()
    cases.person("secretary@example.org", secretary_of=case.group)
    declined = decline_proposal(user=cases.convener_of(case), proposal=case, reason="unclear", text="請說明")
    ask_second_look(user=cases.proposer_of(case), proposal=declined, reason="已說明")
    assert turn(case)[0] == "The secretary of the group Group regulation"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("法規調適", "法規調適小組"),
        ("法規分組", "法規分組"),
        ("產學合作小組", "產學合作小組"),
        ("籌備委員會", "籌備委員會"),
    ],
)
def test_group_is_called_a_group_once(name: str, said: str) -> None:
    assert as_group(name) == said
    group = cases.group()
    group.name_zh = name
    with translation.override("zh-hant"):
        assert group.titled == said
    assert group.titled == "Group regulation"
