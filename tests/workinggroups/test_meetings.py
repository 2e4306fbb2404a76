"""Calling meetings: numbers, invitations, changes, cancellation, and the dates of a series."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from members import clock
from members.actions.sending import message_of
from members.models import Letter
from members.refusals import NotAllowed, Refused
from tests import cases
from tests.workinggroups.meetings import convener, meeting
from workinggroups.actions.attendance import finish_action_item, reply_to_invitation
from workinggroups.actions.meetings import (
    cancel_meeting,
    dates_of,
    keep_meeting,
    plan_meetings,
    send_invitations,
)
from workinggroups.models import ActionItem, Meeting, MeetingSeries, Participant, Seat
from workinggroups.models.meetings import ordinal

pytestmark = pytest.mark.django_db


def moved(row: Meeting, **fields: object) -> Meeting:
    for name, value in fields.items():
        setattr(row, name, value)
    return keep_meeting(user=convener(row.group), meeting=row, changed=list(fields))


def test_meetings_of_a_kind_are_numbered_within_their_group():
    assert [meeting().number, meeting(9).number] == [1, 2]
    assert meeting(kind=Meeting.Kind.FORUM).number == 1
    assert meeting(group=cases.group("academia")).number == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(group=cases.group(), title_zh="重號", starts_at=clock.now(), number=1)


@pytest.mark.django_db(transaction=True)
def test_meetings_called_at_the_same_moment_have_each_a_number_of_their_own():
    keeper, barrier = convener(), Barrier(4)

    def call(day: int) -> None:
        barrier.wait()
        try:
            meeting(day)
        finally:
            connection.close()

    assert meeting().group == keeper.seats.get().group
    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(call, range(8, 12)))
    assert sorted(Meeting.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("number", "said"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (22, "22nd")])
def test_ordinal_is_said_as_people_say_it(number: int, said: str):
    assert ordinal(number) == said


def test_meeting_is_called_by_its_number_else_by_its_title():
    assert meeting().called["en"] == "1st working meeting"
    assert Meeting(title_zh="座談").called == {"zh": "座談", "en": "座談"}


def test_invitation_reaches_the_group_and_the_ministry_invited_once():
    body, row = cases.ministry(), meeting(online_url="https://meet.example/secret")
    liaison = cases.liaison_of(body)
    Participant.objects.create(meeting=row, organisation=body)
    watcher = cases.person("watcher@example.org")
    Seat.objects.create(user=watcher, group=row.group, role=Seat.Role.OBSERVER, starts_on=cases.SINCE)
    letters = send_invitations(user=convener(), meeting=row)
    assert {letter.recipient for letter in letters} == {liaison, convener(), watcher}
    to_body = next(letter for letter in letters if letter.recipient == liaison)
    assert to_body.copies == [body.mailbox]
    assert "https://meet.example/secret" in to_body.body
    assert row.participants.get(user=watcher).part == Participant.Part.OBSERVES
    assert send_invitations(user=convener(), meeting=row) == []
    late = cases.person("late@example.org")
    Participant.objects.create(meeting=row, user=late)
    assert [letter.recipient for letter in send_invitations(user=convener(), meeting=row)] == [late]


def test_change_of_the_hour_is_told_and_counted_a_change_of_the_chair_is_not():
    row = meeting()
    moved(row, starts_at=row.starts_at + timedelta(hours=1))
    assert Meeting.objects.get().sequence == 0  # nobody had been invited
    send_invitations(user=convener(), meeting=row)
    row = moved(Meeting.objects.get(), chaired_by="主席")
    assert row.sequence == 0
    row = moved(row, ends_at=row.ends_at + timedelta(hours=1))
    assert row.sequence == 1
    assert Letter.objects.get(kind="meeting_changed").recipient == convener()


def test_cancelled_meeting_stays_with_its_reason_and_is_taken_out_of_calendars():
    row = meeting()
    send_invitations(user=convener(), meeting=row)
    for reason, days in (("", 0), ("颱風", 8)):
        with clock.at(clock.now() + timedelta(days=days)), pytest.raises(Refused):
            cancel_meeting(user=convener(), meeting=row, reason=reason)
    cancel_meeting(user=convener(), meeting=row, reason="颱風停班")
    letter = Letter.objects.get(kind="meeting_cancelled")
    assert "颱風停班" in letter.body
    assert "METHOD:CANCEL" in letter.calendar
    for action in (lambda: cancel_meeting(user=convener(), meeting=row, reason="再一次"),):
        with pytest.raises(Refused):
            action()
    with pytest.raises(Refused):
        send_invitations(user=convener(), meeting=row)
    assert row not in Meeting.objects.without_minutes()


def test_mail_with_an_invitation_names_its_method():
    row = meeting()
    letter = send_invitations(user=convener(), meeting=row)[0]
    part = message_of(letter).message().get_payload()[1]
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "REQUEST"
    assert part.get_filename() == "invitation.ics"


def test_only_the_group_and_the_secretariat_keep_its_meetings():
    row, other = meeting(), convener(cases.group("academia"))
    for refused in (
        lambda: cancel_meeting(user=other, meeting=row, reason="不開了"),
        lambda: send_invitations(user=other, meeting=row),
        lambda: keep_meeting(user=other, meeting=row, changed=()),
        lambda: keep_meeting(user=other, meeting=Meeting(title_zh="大會", starts_at=clock.now()), changed=()),
    ):
        with pytest.raises(NotAllowed):
            refused()
    office = cases.person(secretariat=True)
    assert cancel_meeting(user=office, meeting=row, reason="不開了").is_cancelled


def test_reply_is_the_invited_ones_own():
    body, row = cases.ministry(), meeting()
    invited = Participant.objects.create(meeting=row, organisation=body)
    liaison = cases.liaison_of(body)
    assert reply_to_invitation(user=liaison, participant=invited, comes=True).reply == "yes"
    assert reply_to_invitation(user=liaison, participant=invited, comes=False).reply == "no"
    with pytest.raises(NotAllowed):
        reply_to_invitation(user=convener(), participant=invited, comes=True)
    with clock.at(row.starts_at), pytest.raises(Refused):
        reply_to_invitation(user=liaison, participant=invited, comes=True)


def test_participant_is_somebody_and_there_once():
    row, user = meeting(), cases.person()
    Participant.objects.create(meeting=row, user=user)
    for wrong in ({}, {"user": user}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Participant.objects.create(meeting=row, **wrong)


def test_series_makes_its_next_dates_once_with_numbers():
    series = MeetingSeries.objects.create(group=cases.group(), name_zh="例會", name_en="Regular meeting")
    first = cases.at(2027, 1, 29, 14)
    plan = {"series": series, "first_at": first, "minutes": 90, "rhythm": "month", "count": 3}
    made = plan_meetings(user=convener(), **plan)
    assert [clock.local_date(row.starts_at).isoformat() for row in made] == [
        "2027-01-29",
        "2027-02-28",
        "2027-03-29",
    ]
    assert [row.number for row in made] == [1, 2, 3]
    assert made[0].ends_at - made[0].starts_at == timedelta(minutes=90)
    assert plan_meetings(user=convener(), **plan) == []
    with pytest.raises(NotAllowed):
        plan_meetings(user=convener(cases.group("academia")), **plan)


def test_dates_keep_the_hour_in_taiwan():
    found = dates_of(cases.at(2026, 12, 24, 9), "fortnight", 3)
    assert [f"{day:%m-%d %H}" for day in found] == ["12-24 09", "01-07 09", "01-21 09"]


def test_action_item_stands_on_the_next_agendas_until_it_is_done():
    first, second, third = (meeting(days) for days in (-14, -7, 7))
    elsewhere = meeting(7, group=cases.group("academia"))
    owner = cases.person(represents=cases.member_org())
    item = ActionItem.objects.create(meeting=first, text="洽詢", owner=owner, due_on=clock.today())
    carried = ActionItem.objects.carried_to
    assert [list(carried(row)) for row in (first, second, third, elsewhere)] == [[], [item], [item], []]
    with pytest.raises(NotAllowed):
        finish_action_item(user=cases.person(), item=item)
    done = finish_action_item(user=owner, item=item)
    assert list(carried(third)) == []
    assert list(carried(second)) == [item]  # it was undone when that one began
    assert finish_action_item(user=convener(), item=item).done_at == done.done_at


def test_action_item_belongs_to_one_owner():
    row = meeting()
    for wrong in ({}, {"owner": cases.person(), "organisation": cases.ministry()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ActionItem.objects.create(meeting=row, text="洽詢", due_on=clock.today(), **wrong)


def test_cancellation_without_a_reason_is_refused_by_the_database():
    row = meeting()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE workinggroups_meeting SET cancelled_at = now() WHERE id = %s", [row.pk])
