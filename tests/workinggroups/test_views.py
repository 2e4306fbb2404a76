"""Pages of the groups and of the government's programmes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from members import clock
from tests import cases
from workinggroups.models import Meeting, Programme

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 11, 2)


def get(path: str) -> Any:
    with clock.at(NOW):
        return Client().get(path)


def test_groups_are_listed_and_found() -> None:
    group = cases.group()
    assert group.name_en in get("/en/groups/").content.decode()
    assert get("/groups/regulation/").status_code == 200
    assert get("/groups/nothing/").status_code == 404


def test_group_shows_public_meetings_to_come_and_names_nobody() -> None:
    group = cases.group()
    convener = cases.person("convener@example.org", name="召集人甲", convenes=group)
    Meeting.objects.create(group=group, title_zh="公開會議", starts_at=NOW + timedelta(days=1))
    Meeting.objects.create(
        group=group, title_zh="內部會議", starts_at=NOW + timedelta(days=1), is_public=False
    )
    Meeting.objects.create(group=group, title_zh="過去會議", starts_at=NOW - timedelta(days=1))
    page = get("/groups/regulation/").content.decode()
    assert "公開會議" in page
    assert "內部會議" not in page
    assert "過去會議" not in page
    assert convener.name not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_programmes_take_three_statements(rows: int, django_assert_num_queries: Any) -> None:
    for n in range(rows):
        programme = Programme.objects.create(slug=f"p{n}", title_zh=f"計畫{n}")
        programme.bodies.add(cases.ministry(f"body{n}"))
    with django_assert_num_queries(3):
        page = get("/programmes/").content.decode()
    assert page.count("計畫") >= rows
