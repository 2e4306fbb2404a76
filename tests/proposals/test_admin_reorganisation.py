"""The secretariat enters a document, sees what would happen, chooses, and applies it."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Organisation
from proposals.models import FollowUp, Referral, Reorganisation
from tests import cases

from .test_reorganisation import NUMBER, at, new_body, office, old_body, part, received

pytestmark = pytest.mark.django_db

ADD = "/admin/proposals/reorganisation/add/"


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def client() -> Any:
    user = office()
    user.language = "en"
    user.save()
    return cases.signed_in(user)


def address(kind: str = "ended", **changes: Any) -> str:
    told = {
        "body": old_body().pk,
        "kind": kind,
        "effective_on": "2026-11-12",
        "document_number": NUMBER,
        "successors": [new_body().pk],
    }
    return f"{ADD}?{urlencode(told | changes, doseq=True)}"


def test_preview_changes_nothing_and_says_that_it_cannot_be_undone() -> None:
    received()
    with at(10):
        answer = client().get(address())
    page = answer.content.decode()
    assert part().proposal.number in page
    assert answer.context["leaving"] == 1
    assert not Reorganisation.objects.exists()
    assert part().ministry == old_body()


def test_preview_shows_whose_date_moves() -> None:
    received()
    with clock.at(cases.at(2026, 12, 30)):
        rows = client().get(address()).context["rows"]
        assert [moved for _row, _field, moved in rows] == [date(2027, 1, 14)]
    with at(10):
        rows = client().get(address()).context["rows"]
        assert [moved for _row, _field, moved in rows] == [None]


def test_what_is_chosen_is_applied() -> None:
    received()
    with at(10):
        answer = client().post(address(), {f"referral-{part().pk}": new_body().pk})
    assert answer.status_code == 302
    assert part().ministry == new_body()


def test_split_asks_for_a_choice() -> None:
    received()
    other = cases.ministry("moda")
    both = [new_body().pk, other.pk]
    with at(10):
        refused = client().post(address(successors=both), {f"referral-{part().pk}": ""})
        assert (refused.status_code, Reorganisation.objects.count()) == (200, 0)
        client().post(address(successors=both), {f"referral-{part().pk}": other.pk})
    assert part().ministry == other


def test_body_that_is_not_named_cannot_be_chosen() -> None:
    received()
    with at(10):
        client().post(address(), {f"referral-{part().pk}": cases.ministry("moda").pk})
    assert part().ministry == old_body()


def test_promises_are_chosen_too() -> None:
    with at(0):
        cases.promised(lead=old_body())
    item = FollowUp.objects.get()
    with at(10):
        client().post(address(), {f"follow_up-{item.pk}": new_body().pk})
    item.refresh_from_db()
    assert item.ministry == new_body()


def test_document_before_its_day_is_shown_and_not_applied() -> None:
    received()
    early = address(effective_on="2026-12-01")
    with at(10):
        assert client().get(early).context["is_early"]
        answer = client().post(early, {f"referral-{part().pk}": new_body().pk})
    assert (answer.status_code, Reorganisation.objects.exists()) == (409, False)


def test_another_name_is_applied() -> None:
    with at(10):
        told = {"name_zh": "科技會", "name_en": "Science Board", "successors": []}
        answer = client().post(address("renamed", **told), {})
    assert answer.status_code == 302
    assert Organisation.objects.get(slug="most").name_en == "Science Board"


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("renamed", {}, "name_zh"),
        ("ended", {"successors": []}, "successors"),
        ("partial", {"successors": "itself"}, "successors"),
    ],
)
def test_document_that_lacks_something_is_told_where(kind: str, changes: Any, field: str) -> None:
    if changes.get("successors") == "itself":
        changes = {"successors": [old_body().pk]}
    with at(10):
        answer = client().get(address(kind, **changes))
    assert field in answer.context["form"].errors
    assert "takers" not in answer.context


def test_applied_act_shows_what_passed_and_is_not_changed() -> None:
    received()
    with at(10):
        staff = client()
        staff.post(address(), {f"referral-{part().pk}": new_body().pk})
        page = f"/admin/proposals/reorganisation/{Reorganisation.objects.get().pk}/change/"
        assert part().proposal.number in staff.get(page).content.decode()
        assert staff.post(page, {"document_number": "x"}).status_code == 403


def test_statements_of_the_preview_do_not_grow_with_the_cases() -> None:
    staff = client()
    seen = []
    for days in (0, 1, 2):
        with at(days):
            cases.referred(lead=old_body())
        with at(10):
            staff.get(address())
            with CaptureQueriesContext(connection) as statements:
                staff.get(address())
        seen.append(len(statements))
    assert seen[0] == seen[2]
    assert Referral.objects.count() == 3
