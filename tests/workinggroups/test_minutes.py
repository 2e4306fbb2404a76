"""Minutes: draft, approved, published; never changed afterwards, corrected by another version."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client

from members import clock
from members.refusals import NotAllowed, Refused
from tests import cases
from tests.workinggroups.meetings import convener, meeting
from workinggroups.actions.minutes import (
    approve_minutes,
    correct_minutes,
    publish_minutes,
    take_back_approval,
    write_minutes,
)
from workinggroups.models import ActionItem, AgendaItem, Meeting, Minutes, Participant

pytestmark = pytest.mark.django_db


def held(**fields: object) -> Meeting:
    """A meeting of yesterday with an item, somebody who came, and something to do."""
    row = meeting(-1, **fields)
    AgendaItem.objects.create(
        meeting=row, position=1, title_zh="報告", title_en="Report", minutes_text="說明", decision_text="洽悉"
    )
    Participant.objects.create(meeting=row, organisation=cases.ministry(), presence="present")
    Participant.objects.create(meeting=row, user=convener(), presence="excused")
    ActionItem.objects.create(
        meeting=row, text="函詢", organisation=cases.ministry(), due_on=clock.today() + timedelta(days=9)
    )
    return row


def published(**fields: object) -> Minutes:
    row = held(**fields)
    write_minutes(user=convener(), meeting=row, opening="歡迎")
    approve_minutes(user=convener(), meeting=row)
    return publish_minutes(user=convener(), meeting=row)


def test_minutes_go_from_draft_to_public_and_say_who_and_what():
    minutes = published()
    assert minutes.meeting.minutes_published_on == clock.today()
    record = minutes.record
    assert record["items"][0]["decision"] == "洽悉"
    assert record["present"][0]["organisation"]["zh"] == cases.ministry().name_zh
    assert record["excused"][0]["person"] == convener().name
    assert record["actions"][0]["text"] == "函詢"
    page = Client().get(f"/en/meetings/{minutes.meeting.pk}/minutes/1/")
    assert page.status_code == 200
    said = page.content.decode()
    assert "洽悉" in said
    assert cases.ministry().name_zh in said
    assert convener().name not in said  # persons are named to those who take part


def test_draft_is_for_officers_only():
    row = held()
    write_minutes(user=convener(), meeting=row)
    path = f"/meetings/{row.pk}/minutes/1/"
    assert Client().get(path).status_code == 404
    assert cases.signed_in(convener(cases.group("academia"))).get(path).status_code == 404
    assert cases.signed_in(convener()).get(path).status_code == 200
    file = cases.signed_in(convener()).get(f"/meetings/{row.pk}/minutes/1.odt")
    assert file["Content-Type"] == "application/vnd.oasis.opendocument.text"


def test_secretary_drafts_but_the_convener_approves():
    row, secretary = held(), cases.person("sec@example.org", secretary_of=cases.group())
    write_minutes(user=secretary, meeting=row)
    for nobody in (secretary, cases.person(secretariat=True)):
        with pytest.raises(NotAllowed):
            approve_minutes(user=nobody, meeting=row)
    with pytest.raises(Refused):
        publish_minutes(user=secretary, meeting=row)  # not approved
    approve_minutes(user=convener(), meeting=row)
    with pytest.raises(Refused):
        write_minutes(user=secretary, meeting=row, opening="改了")
    take_back_approval(user=convener(), meeting=row)
    write_minutes(user=secretary, meeting=row, opening="改了")
    approve_minutes(user=convener(), meeting=row)
    assert publish_minutes(user=secretary, meeting=row).record["opening"] == "改了"


def test_secretariat_approves_where_the_alliance_itself_met():
    office = cases.person(secretariat=True)
    row = Meeting.objects.create(title_zh="大會", starts_at=clock.now() - timedelta(days=1), kind="general")
    write_minutes(user=office, meeting=row)
    assert approve_minutes(user=office, meeting=row).approved_by == office


def test_minutes_follow_a_meeting_that_took_place():
    with pytest.raises(Refused):
        write_minutes(user=convener(), meeting=meeting(1))
    with pytest.raises(NotAllowed):
        write_minutes(user=convener(cases.group("academia")), meeting=held())


def test_correction_is_a_new_version_that_says_why_and_the_old_one_stays():
    minutes = published()
    row = minutes.meeting
    for wrong in ("", " "):
        with pytest.raises(Refused):
            correct_minutes(user=convener(), meeting=row, reason=wrong)
    with pytest.raises(Refused):
        write_minutes(user=convener(), meeting=row, opening="改了")
    correct_minutes(user=convener(), meeting=row, reason="出席名單有誤")
    with pytest.raises(Refused):
        correct_minutes(user=convener(), meeting=row, reason="又一次")
    row.agenda.update(decision_text="再議")
    approve_minutes(user=convener(), meeting=row)
    publish_minutes(user=convener(), meeting=row)
    first, second = (Client().get(f"/en/meetings/{row.pk}/minutes/{n}/").content.decode() for n in (1, 2))
    assert "洽悉" in first
    assert "These minutes were corrected" in first
    assert "再議" in second
    assert "出席名單有誤" in second


@pytest.mark.parametrize("statement", ["UPDATE {} SET opening = 'x'", "DELETE FROM {}"])
def test_published_minutes_are_never_changed_even_by_the_database_role(statement: str):
    published()
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("workinggroups_minutes"))


@pytest.mark.parametrize("state", ["published", "draft"])
def test_states_of_minutes_follow_each_other(state: str):
    row = held()
    minutes = write_minutes(user=convener(), meeting=row)
    jump = {"state": state, "approved_at": clock.now(), "published_at": clock.now()}
    if state == "draft":
        approve_minutes(user=convener(), meeting=row)
        jump = {"state": "draft"}  # with its moment of approval still there
    with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
        Minutes.objects.filter(pk=minutes.pk).update(**jump)


def test_feed_tells_of_public_minutes_and_their_corrections(django_assert_num_queries: Any):
    row = published().meeting
    published(is_public=False)
    correct_minutes(user=convener(), meeting=row, reason="出席名單有誤")
    approve_minutes(user=convener(), meeting=row)
    publish_minutes(user=convener(), meeting=row)
    with django_assert_num_queries(2):
        feed = ElementTree.fromstring(Client().get("/en/groups/regulation/minutes.atom").content)
    links = [link.get("href", "") for link in feed.findall("{*}entry/{*}link")]
    assert [link.rpartition("/minutes/")[2] for link in links] == ["2/", "1/"]
    assert Client().get("/groups/nothing/minutes.atom").status_code == 404
