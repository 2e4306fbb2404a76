"""Several at once: one application from one form, one admission, one place on a list."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from members.models import Application, Invitation, Letter, Organisation
from tests import cases
from tests.cases import signed_in
from tests.members import joining

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


def statuses(acts: list[Callable[[], Any]]) -> list[int]:
    """What comes of acts that are let go at the same moment, each with a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> int:
        barrier.wait()
        try:
            return act().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as crowd:
        return sorted(crowd.map(run, acts))


def test_form_pressed_six_times_at_once_is_one_application() -> None:
    values = {
        "name_zh": "甲乙公司",
        "ubn": joining.UBN,
        "wishes": "交流",
        "contact": "甲",
        "email": "a@jiayi.example",
        "language": "en",
        "consent": "on",
        "form_key": str(uuid4()),
    }
    acts = [lambda: Client().post("/members/apply/as/company/", values)] * MANY
    assert statuses(acts) == [302] * MANY
    assert Application.objects.count() == Letter.objects.count() == 1


def test_six_admissions_at_once_make_one_member() -> None:
    row = joining.in_review(name_en="Jiayi")
    address = reverse("admin:members_application_step", args=[row.pk, "admit"])
    clients = [signed_in(cases.person(secretariat=True)) for _ in range(MANY)]
    values = {"admit-slug": "jiayi", "admit-joined_on": "2026-11-09"}
    acts = [lambda client=client: client.post(address, values) for client in clients]
    assert statuses(acts) == [302] + [409] * (MANY - 1)
    assert Organisation.objects.filter(slug="jiayi").count() == Invitation.objects.count() == 1


def test_name_added_six_times_at_once_stands_on_the_list_once() -> None:
    umbrella = joining.umbrella()
    address = reverse("members:own_members", args=[umbrella.slug])
    clients = [signed_in(cases.person(represents=umbrella)) for _ in range(MANY)]
    values = {"names": "甲乙公司", "starts_on": "2026-01-01"}
    acts = [lambda client=client: client.post(address, values) for client in clients]
    assert statuses(acts) == [302] + [409] * (MANY - 1)
    assert umbrella.own_members.count() == 1
