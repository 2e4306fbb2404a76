"""Letters about a missing agenda, and about what meetings asked of somebody."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from members import clock
from members.models import Letter
from proposals import reminders
from proposals.actions.due_dates import Due
from proposals.models import Deadline
from proposals.reminders.audiences import people_in
from proposals.reminders.meetings import due_items, meetings_without_agenda
from tests import cases
from tests.cases import at
from tests.workinggroups.meetings import convener, meeting
from workinggroups.models import ActionItem, AgendaItem, Meeting

pytestmark = pytest.mark.django_db

MEETS = at(2026, 11, 20, 14)


def sweep(month: int, day: int) -> list[str]:
    """The kinds of letters that a round at ten writes, in the order of their recipients."""
    last = Letter.objects.order_by("pk").last()
    with clock.at(at(2026, month, day, 10)):
        reminders.sweep()
    return list(Letter.objects.filter(pk__gt=last.pk if last else 0).values_list("kind", flat=True))


@pytest.fixture
def coming() -> Meeting:
    cases.time_rules()
    with clock.at(at(2026, 11, 2)):
        return meeting(starts_at=MEETS, ends_at=MEETS + timedelta(hours=2))


def test_officers_hear_twice_that_the_agenda_is_missing(coming: Meeting):
    assert [sweep(11, day) for day in (12, 13, 16, 17, 18, 19)] == [
        [],
        ["agenda_missing"],
        [],
        ["agenda_missing"],
        [],
        [],
    ]
    assert {letter.recipient for letter in Letter.objects.all()} == {convener()}


def test_agenda_that_is_set_or_meeting_that_is_cancelled_is_not_asked_for(coming: Meeting):
    with clock.at(at(2026, 11, 17)):
        item = AgendaItem.objects.create(meeting=coming, position=1, title_zh="報告")
        assert meetings_without_agenda() == []
        item.delete()
        assert meetings_without_agenda() == [coming]
        Meeting.objects.update(cancelled_at=clock.now(), cancel_reason="颱風")
        assert meetings_without_agenda() == []


def test_round_that_was_missed_writes_the_latest_stage_only(coming: Meeting):
    assert sweep(11, 18) == ["agenda_missing"]
    assert sweep(11, 19) == []


def test_group_without_officers_leaves_it_to_the_secretariat():
    cases.time_rules()
    office = cases.person(secretariat=True)
    Meeting.objects.create(group=cases.group(), title_zh="會議", starts_at=MEETS)
    assert sweep(11, 17) == ["agenda_missing"]
    assert Letter.objects.get().recipient == office


def test_meeting_of_the_alliance_is_the_secretariats_to_prepare_and_to_minute():
    cases.time_rules()
    office = cases.person(secretariat=True, language="en")
    Meeting.objects.create(title_zh="會員大會", title_en="General assembly", kind="general", starts_at=MEETS)
    assert sweep(11, 17) == ["agenda_missing"]
    letter = Letter.objects.get()
    assert letter.recipient == office
    assert "of the alliance begins on" in " ".join(letter.body.split())
    sweep(11, 23)
    clock_of_minutes = Deadline.objects.get(meeting__isnull=False)
    with clock.at(at(2026, 11, 23)), override("en"):
        assert Due(clock_of_minutes).whose == "Secretariat of the alliance"
        assert people_in(clock_of_minutes, "actors") == [office]


def test_owner_hears_of_all_items_of_a_day_in_one_letter_until_they_are_done(coming: Meeting):
    AgendaItem.objects.create(meeting=coming, position=1, title_zh="報告")
    body = cases.ministry()
    liaison, owner = cases.liaison_of(body), cases.person("owner@example.org", language="en")
    due_on = at(2026, 11, 27).date()
    for text in ("洽詢", "彙整"):
        ActionItem.objects.create(meeting=coming, text=text, owner=owner, due_on=due_on)
    item = ActionItem.objects.create(meeting=coming, text="函復", organisation=body, due_on=due_on)
    with clock.at(at(2026, 11, 23)):
        assert due_items() == []
    assert sweep(11, 24).count("action_items") == 2
    letter = Letter.objects.get(kind="action_items", recipient=owner)
    assert "洽詢" in letter.body
    assert "彙整" in letter.body
    assert sweep(11, 25).count("action_items") == 0
    ActionItem.objects.filter(pk=item.pk).update(done_at=clock.now(), done_by=liaison)
    assert [sweep(*day).count("action_items") for day in ((11, 27), (12, 1), (12, 4), (12, 11))] == [
        1,
        0,
        1,
        0,
    ]
    assert Letter.objects.filter(kind="action_items", recipient=liaison).count() == 1
