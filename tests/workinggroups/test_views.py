"""Pages of the groups and of the government's programmes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from tests import cases
from tests.workinggroups.meetings import document
from workinggroups.models import Meeting, Milestone, Minutes, Period, Programme, Seat, WorkingGroup

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


def test_group_shows_public_meetings_to_come_and_names_officers_only() -> None:
    group = cases.group()
    convener = cases.person("convener@example.org", name="召集人甲", convenes=group)
    convener.seats.update(named_on=cases.SINCE)
    Meeting.objects.create(group=group, title_zh="公開會議", starts_at=NOW + timedelta(days=1))
    Meeting.objects.create(
        group=group, title_zh="內部會議", starts_at=NOW + timedelta(days=1), is_public=False
    )
    Meeting.objects.create(group=group, title_zh="過去會議", starts_at=NOW - timedelta(days=1))
    firm = cases.member_org(name_zh="會員公司")
    member = cases.person("member@example.org", name="組員乙", represents=firm)
    Seat.objects.create(user=member, group=group, role=Seat.Role.MEMBER, starts_on=cases.SINCE)
    page = get("/groups/regulation/").content.decode()
    assert "公開會議" in page
    assert "內部會議" not in page
    assert "過去會議" not in page
    assert convener.name in page
    assert firm.name_zh in page
    assert member.name not in page


def test_group_shows_subgroups_periods_milestones_and_public_documents() -> None:
    group = cases.group()
    part = WorkingGroup.objects.create(slug="custody", name_zh="託管小組", parent=group)
    Period.objects.create(group=group, name_zh="第二屆", starts_on=cases.SINCE)
    Milestone.objects.create(group=group, title_zh="提出白皮書", due_on=NOW.date())
    for title, is_public in (("組織章程", True), ("內部文件", False)):
        document(group=group, title_zh=title, is_public=is_public)
    page = get("/groups/regulation/").content.decode()
    for shown in ("託管小組", "第二屆", "提出白皮書", "組織章程"):
        assert shown in page
    assert "內部文件" not in page
    assert "regulation 分組" in get(f"/groups/{part.slug}/").content.decode()


def test_group_cannot_be_its_own_part() -> None:
    group = cases.group()
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingGroup.objects.filter(pk=group.pk).update(parent=group)


def test_group_page_takes_the_same_queries_for_one_row_and_for_three() -> None:
    group = cases.group()

    def add(number: int) -> None:
        firm = cases.member_org(f"firm{number}")
        member = cases.person(represents=firm)
        Seat.objects.create(user=member, group=group, role=Seat.Role.MEMBER, starts_on=cases.SINCE)
        cases.person(f"officer{number}@example.org", convenes=group, represents=firm)
        Milestone.objects.create(group=group, title_zh="里程碑", due_on=NOW.date())
        document(group=group, title_zh="文件", is_public=True)
        WorkingGroup.objects.create(slug=f"part{number}", name_zh="小組", parent=group)
        row = Meeting.objects.create(group=group, title_zh="過去", starts_at=NOW - timedelta(days=number))
        Minutes.objects.create(
            meeting=row, drafted_by=member, approved_at=NOW, published_at=NOW, state="published"
        )
        Meeting.objects.create(group=group, title_zh="會議", starts_at=NOW + timedelta(days=number))

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert get("/groups/regulation/").status_code == 200
        return len(seen)

    add(1)
    queries()
    one = queries()
    add(2)
    add(3)
    assert queries() == one


@pytest.mark.parametrize("rows", [1, 3])
def test_programmes_take_three_statements(rows: int, django_assert_num_queries: Any) -> None:
    for n in range(rows):
        programme = Programme.objects.create(slug=f"p{n}", title_zh=f"計畫{n}")
        programme.bodies.add(cases.ministry(f"body{n}"))
    with django_assert_num_queries(3):
        page = get("/programmes/").content.decode()
    assert page.count("計畫") >= rows
