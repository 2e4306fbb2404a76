"""Periods in the admin: what may be entered, and that a clock that runs is left alone."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from members import clock
from proposals.models import Deadline, DeadlinePolicy
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
TODAY = cases.at(2026, 11, 9)
NEW = {
    "kind": "answer",
    "group": "",
    "amount": "30",
    "unit": "day",
    "extendable_by": "15",
    "valid_from": "2026-12-01",
    "valid_to": "",
    "basis_zh": "試行",
    "basis_en": "",
}


@pytest.fixture
def office() -> Client:
    cases.time_rules()
    return signed_in(cases.person(secretariat=True))


def add(client: Client, **changes: str) -> Any:
    with clock.at(TODAY):
        return client.post("/en/admin/proposals/deadlinepolicy/add/", NEW | changes)


def errors(response: Any) -> dict[str, list[str]]:
    return response.context["adminform"].form.errors


def test_period_that_replaces_one_without_end_is_entered_with_its_limit(office: Client) -> None:
    assert add(office).status_code == 302
    policy = DeadlinePolicy.objects.get(valid_from=date(2026, 12, 1))
    assert (policy.amount, policy.extendable_by) == (30, 15)
    assert DeadlinePolicy.objects.for_step("answer", None, date(2026, 11, 30)).amount == 60
    assert DeadlinePolicy.objects.for_step("answer", None, date(2026, 12, 1)) == policy


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"extendable_by": "31"}, "extendable_by"),
        ({"extendable_by": "0"}, "extendable_by"),
        ({"extendable_by": "x"}, "extendable_by"),
        ({"valid_to": "2026-12-01"}, "valid_to"),
        ({"valid_from": "2026-11-08"}, "valid_from"),
    ],
)
def test_period_that_will_not_do_is_refused_with_a_sentence(
    office: Client, changes: dict[str, str], where: str
) -> None:
    before = DeadlinePolicy.objects.count()
    response = add(office, **changes)
    assert response.status_code == 200
    assert list(errors(response)) == [where]
    assert DeadlinePolicy.objects.count() == before


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"valid_to": "2027-03-01"}, {"valid_from": "2027-02-28"}),
        ({"valid_from": "2027-01-01"}, {"valid_to": "2027-01-02"}),
        ({}, {}),
    ],
    ids=["begins within", "reaches into", "same day"],
)
def test_ranges_of_one_kind_and_group_never_overlap(
    office: Client, first: dict[str, str], second: dict[str, str]
) -> None:
    assert add(office, **first).status_code == 302
    refused = add(office, **second)
    assert refused.status_code == 200
    assert "overlaps" in str(errors(refused)["valid_from"])
    group = str(cases.group().pk)
    assert add(office, **second, group=group).status_code == 302


def test_ranges_that_touch_do_not_overlap(office: Client) -> None:
    assert add(office, valid_to="2027-03-01").status_code == 302
    assert add(office, valid_from="2027-03-01").status_code == 302


def test_new_period_leaves_running_clocks_alone_and_a_period_in_use_is_not_changed(office: Client) -> None:
    with clock.at(TODAY):
        lead = cases.lead_of(cases.referred())
    before = Deadline.objects.get(referral=lead, kind="answer")
    assert add(office, valid_from="2026-11-09", amount="5", extendable_by="5").status_code == 302
    after = Deadline.objects.get(pk=before.pk)
    assert (after.due_on, after.policy) == (before.due_on, before.policy)
    address = f"/en/admin/proposals/deadlinepolicy/{before.policy_id}/change/"
    assert office.post(address, NEW).status_code == 403
