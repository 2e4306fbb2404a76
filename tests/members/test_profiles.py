"""Profiles of members: what the tables hold, who reads funding, who writes."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import Error, IntegrityError, transaction

from members import clock
from members.models import Affiliation, FundingRecord, Organisation, ProfileChange, User
from members.permissions import AnyUser
from tests import cases

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 11, 2)


def funding(organisation: Organisation) -> None:
    for visibility in FundingRecord.Visibility:
        FundingRecord.objects.create(
            organisation=organisation,
            round="seed",
            year=2024,
            source=f"zyxfunding-{visibility}",
            visibility=visibility,
        )


def read_by(user: AnyUser) -> set[str]:
    with clock.at(NOW):
        return set(FundingRecord.objects.visible_to(user).values_list("visibility", flat=True))


def test_funding_for_members_is_read_by_representatives_of_members_and_the_office_only() -> None:
    firm = cases.member_org("firm")
    funding(firm)
    left = cases.member_org("left", left_on=date(2026, 11, 1))
    rep = cases.person(represents=firm)
    ended = cases.person(represents=firm)
    Affiliation.objects.filter(user=ended).update(ends_on=date(2026, 11, 1))
    readers = (rep, cases.person(represents=cases.member_org("other")), cases.person(secretariat=True))
    outsiders = (
        AnonymousUser(),
        User.objects.get(pk=ended.pk),
        cases.person(represents=left),
        cases.person(liaison_of=cases.ministry("fsc")),
    )
    assert [read_by(user) for user in readers] == [{"public", "members"}] * 3
    assert [read_by(user) for user in outsiders] == [{"public"}] * 4
    User.objects.filter(pk=rep.pk).update(is_active=False)
    assert read_by(User.objects.get(pk=rep.pk)) == {"public"}


@pytest.mark.parametrize("span", [{"amount_to": 5}, {"amount": 5, "amount_to": 5}, {"year": 12}])
def test_funding_that_makes_no_sense_is_refused_by_the_table(span: dict[str, int]) -> None:
    firm = cases.member_org("firm")
    with pytest.raises(IntegrityError), transaction.atomic():
        FundingRecord.objects.create(**{"organisation": firm, "round": "seed", "year": 2024} | span)


def test_change_of_a_profile_is_never_changed_or_deleted() -> None:
    firm = cases.member_org("firm")
    row = ProfileChange.objects.create(organisation=firm, by=cases.person(represents=firm), parts=["logo"])
    with pytest.raises(Error), transaction.atomic():
        ProfileChange.objects.filter(pk=row.pk).update(parts=[])
    with pytest.raises(Error), transaction.atomic():
        row.delete()
