"""The admin of groups and meetings: each officer the own group, each step by its action."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Letter
from tests import cases
from tests.cases import signed_in
from tests.workinggroups.meetings import convener, meeting
from workinggroups.models import (
    ActionItem,
    AgendaItem,
    Meeting,
    MeetingSeries,
    Milestone,
    Minutes,
    Participant,
    WorkingGroup,
)

pytestmark = pytest.mark.django_db

ADMIN = "/en/admin/workinggroups"


@pytest.fixture
def client() -> Client:
    return signed_in(convener())


def inline(prefix: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    sent: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent


def sent_for(row: Meeting, **changes: Any) -> dict[str, Any]:
    """The change form of a meeting as a browser sends it, with empty lists below."""
    starts, ends = (moment.astimezone(clock.TAIPEI) for moment in (row.starts_at, row.closes_at))
    values = {
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        "group": row.group_id,
        "kind": row.kind,
        "number": row.number,
        "starts_at_0": f"{starts:%Y-%m-%d}",
        "starts_at_1": f"{starts:%H:%M}",
        "ends_at_0": f"{ends:%Y-%m-%d}",
        "ends_at_1": f"{ends:%H:%M}",
        "place_zh": row.place_zh,
        "place_en": row.place_en,
        "is_public": "on",
    }
    lists = inline("agenda") | inline("participants") | inline("action_items")
    return values | lists | changes


def test_meeting_is_kept_with_agenda_people_and_what_is_to_be_done(client: Client):
    row, body = meeting(), cases.ministry()
    changes = (
        inline("agenda", {"position": 1, "title_zh": "報告事項"})
        | inline("participants", {"organisation": body.pk, "part": "attends"})
        | inline("action_items", {"text": "函詢", "organisation": body.pk, "due_on": "2026-12-31"})
    )
    path = f"{ADMIN}/meeting/{row.pk}/change/"
    assert client.get(path).status_code == 200
    assert client.post(path, sent_for(row, **changes)).status_code == 302
    assert AgendaItem.objects.get().title_zh == "報告事項"
    assert Participant.objects.get().organisation == body
    assert ActionItem.objects.get().text == "函詢"


def test_meeting_that_ends_before_it_begins_is_refused(client: Client):
    row = meeting()
    answer = client.post(f"{ADMIN}/meeting/{row.pk}/change/", sent_for(row, ends_at_0="2020-01-01"))
    assert "The end lies after the beginning." in answer.content.decode()


def test_hour_changed_in_the_admin_is_told_to_the_invited(client: Client):
    row = meeting()
    assert client.post(f"{ADMIN}/meeting/{row.pk}/step/invite/").status_code == 302
    assert Letter.objects.filter(kind="meeting_invitation").count() == 1
    seats = inline(
        "participants",
        {"id": Participant.objects.get().pk, "user": convener().pk, "part": "attends"},
        initial=1,
    )
    answer = client.post(f"{ADMIN}/meeting/{row.pk}/change/", sent_for(row, place_zh="第二會議室", **seats))
    assert answer.status_code == 302
    assert Letter.objects.filter(kind="meeting_changed").count() == 1
    assert Meeting.objects.get().sequence == 1


def test_cancelling_asks_for_a_reason_and_closes_the_form(client: Client):
    row = meeting()
    step = f"{ADMIN}/meeting/{row.pk}/step/cancel/"
    assert client.get(step).status_code == 200
    assert client.post(step, {"reason": ""}).status_code == 422
    assert client.post(step, {"reason": "颱風停班"}).status_code == 302
    assert client.post(step, {"reason": "再一次"}).status_code == 409
    page = client.get(f"{ADMIN}/meeting/{row.pk}/change/").content.decode()
    assert "step/" not in page
    assert 'name="_save"' not in page


def test_minutes_go_their_way_by_buttons_and_lock_the_agenda(client: Client):
    row = meeting(-1)
    AgendaItem.objects.create(meeting=row, position=1, title_zh="報告")
    page, step = f"{ADMIN}/meeting/{row.pk}/change/", f"{ADMIN}/meeting/{row.pk}/step/"
    assert client.post(f"{step}minutes/", {"opening": "歡迎"}).status_code == 302
    assert 'name="agenda-0-decision_text"' in client.get(page).content.decode()
    assert client.post(f"{step}approve/").status_code == 302
    assert 'name="agenda-0-decision_text"' not in client.get(page).content.decode()
    assert client.post(f"{step}approve/").status_code == 409
    assert client.post(f"{step}publish/").status_code == 302
    assert Minutes.objects.get().state == "published"
    assert f"{step}correct/" in client.get(page).content.decode()
    assert client.post(f"{step}correct/", {"reason": "漏列"}).status_code == 302
    assert Minutes.objects.count() == 2
    assert client.post(f"{step}nonsense/").status_code == 404


def test_secretary_is_not_offered_the_approval():
    row = meeting(-1)
    client = signed_in(cases.person(secretary_of=row.group))
    step = f"{ADMIN}/meeting/{row.pk}/step/"
    client.post(f"{step}minutes/", {})
    assert "step/approve/" not in client.get(f"{ADMIN}/meeting/{row.pk}/change/").content.decode()
    assert client.post(f"{step}approve/").status_code == 403


def test_officer_of_another_group_finds_nothing():
    row = meeting()
    series = MeetingSeries.objects.create(group=row.group, name_zh="例會")
    client = signed_in(convener(cases.group("academia")))
    for path in (
        f"meeting/{row.pk}/change/",
        f"meeting/{row.pk}/step/cancel/",
        f"meetingseries/{series.pk}/plan/",
        f"workinggroup/{row.group_id}/change/",
    ):
        assert client.get(f"{ADMIN}/{path}").status_code == 404
        assert client.post(f"{ADMIN}/{path}", {"reason": "x"}).status_code == 404


def test_officer_keeps_charter_and_milestones_but_not_what_the_group_is(client: Client):
    group = cases.group()
    sent = {"charter_zh": "新章程", "name_zh": "改名", "slug": "renamed"}
    lists = inline("periods") | inline("milestones", {"due_on": "2026-12-31", "title_zh": "白皮書"})
    assert client.post(f"{ADMIN}/workinggroup/{group.pk}/change/", sent | lists).status_code == 302
    fresh = WorkingGroup.objects.get(pk=group.pk)
    assert (fresh.charter_zh, fresh.name_zh, fresh.slug) == ("新章程", group.name_zh, group.slug)
    assert Milestone.objects.get().title_zh == "白皮書"
    assert client.get(f"{ADMIN}/workinggroup/add/").status_code == 403


def test_series_shows_its_dates_before_it_makes_them(client: Client):
    series = MeetingSeries.objects.create(group=cases.group(), name_zh="例會")
    first = clock.now() + timedelta(days=7)
    plan = {"first_at": f"{first:%Y-%m-%dT%H:%M}", "minutes": 90, "rhythm": "week", "count": 3}
    path = f"{ADMIN}/meetingseries/{series.pk}/plan/"
    assert client.get(path).status_code == 200
    assert client.post(path, {}).status_code == 422
    shown = client.post(path, plan)
    assert "Make these meetings" in shown.content.decode()
    assert not Meeting.objects.exists()
    assert client.post(path, plan | {"make": "1"}).status_code == 302
    assert Meeting.objects.filter(series=series).count() == 3
    past = plan | {"make": "1", "first_at": "2020-01-01T10:00"}
    assert client.post(path, past).status_code == 409


def test_change_page_takes_the_same_queries_for_one_row_and_for_three(client: Client):
    row = meeting()

    def add(number: int) -> None:
        body = cases.ministry(f"body{number}")
        AgendaItem.objects.create(meeting=row, position=number, title_zh="議題")
        Participant.objects.create(meeting=row, organisation=body)
        Participant.objects.create(meeting=row, user=cases.liaison_of(body))
        ActionItem.objects.create(meeting=row, text="待辦", organisation=body, due_on=clock.today())

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{ADMIN}/meeting/{row.pk}/change/").status_code == 200
        return len(seen)

    add(1)
    queries()
    one = queries()
    add(2)
    add(3)
    assert queries() == one


@pytest.mark.parametrize("standing", ["coming", "lacking", "past"])
def test_list_can_be_narrowed_to_what_a_secretary_looks_after(client: Client, standing: str):
    for days, title in ((1, "將來"), (-1, "過去")):
        meeting(days, title_zh=title, title_en="")
    shown = client.get(f"{ADMIN}/meeting/?standing={standing}").content.decode()
    assert ("將來" in shown) == (standing == "coming")
    assert ("過去" in shown) == (standing != "coming")


def test_list_shows_at_first_what_is_to_be_looked_after(client: Client):
    for days, title in ((1, "將來"), (-1, "待紀錄"), (-2, "已結")):
        meeting(days, title_zh=title, title_en="")
    Meeting.objects.filter(title_zh="已結").update(minutes_published_on=clock.today())
    shown = client.get(f"{ADMIN}/meeting/").content.decode()
    assert "將來" in shown
    assert "待紀錄" in shown
    assert "已結" not in shown
    assert "已結" in client.get(f"{ADMIN}/meeting/?standing=all").content.decode()
