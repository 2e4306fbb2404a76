"""What a row of an organisation cannot be, whoever writes it."""

import pytest
from django.db import IntegrityError, transaction

from members import clock
from members.models import Organisation
from members.models.organisations import RESERVED
from members.urls import urlpatterns
from tests import cases

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "changes",
    [{"sector": "government"}, {"kind": "body"}, {"left_on": cases.SINCE.replace(year=2000)}],
)
def test_row_that_contradicts_itself_is_refused_by_the_database(changes: dict[str, object]) -> None:
    member = cases.member_org()
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=member.pk).update(**changes)


def test_row_that_left_without_having_joined_is_refused_by_the_database() -> None:
    member = cases.member_org()
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=member.pk).update(joined_on=None, left_on=clock.today())


def test_reserved_addresses_are_those_at_which_pages_stand() -> None:
    routes = [str(pattern.pattern).split("/") for pattern in urlpatterns]
    pages = {route[1] for route in routes if route[0] == "members" and len(route) > 2}
    assert set(RESERVED) == {page for page in pages if "<" not in page}
