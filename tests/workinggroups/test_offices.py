"""Offices with terms: one convener at a time, periods that pass into the next, committees that end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from alliance.todo import todo
from members import clock
from members.models import User
from members.refusals import NotAllowed, Refused
from tests import cases
from workinggroups.actions.offices import (
    agree_to_be_named,
    begin_next_period,
    change_seat,
    close_group,
    give_seat,
)
from workinggroups.models import Period, Seat, WorkingGroup
from workinggroups.permissions import triages

pytestmark = pytest.mark.django_db
NOW = cases.at(2026, 11, 2)
TODAY = NOW.date()
LATER = TODAY + timedelta(days=100)
Role = Seat.Role


@pytest.fixture(autouse=True)
def today() -> Any:
    with clock.at(NOW), translation.override("en"):
        yield


def office() -> User:
    return cases.person("office@example.org", secretariat=True)


def give(role: str = Role.CONVENER, **said: Any) -> Seat:
    group = None if role == Role.CHAIR else said.pop("group", cases.group())
    values = {"user": office(), "person": cases.person(), "group": group, "role": role}
    return give_seat(**values | said)


def period(**said: Any) -> Period:
    values = {"group": cases.group(), "name_zh": "第一屆", "starts_on": cases.SINCE}
    return Period.objects.create(**values | said)


@pytest.mark.parametrize("role", Seat.SINGLE)
def test_second_holder_at_once_is_refused_with_the_days_of_the_first(role: str) -> None:
    give(role, starts_on=TODAY, ends_on=LATER)
    with pytest.raises(Refused, match="from 2 Nov 2026 until before 10 Feb 2027"):
        give(role, starts_on=LATER - timedelta(days=1))
    give(role, starts_on=LATER)
    with pytest.raises(Refused, match="on, without an end"):
        give(role, starts_on=LATER + timedelta(days=5))
    assert Seat.objects.filter(role=role).count() == 2


def test_deputies_may_be_several_and_each_group_has_its_own_convener() -> None:
    give()
    give(group=cases.group("academia"))
    for _number in range(2):
        give(Role.DEPUTY)
    assert Seat.objects.current().count() == 4


@pytest.mark.parametrize("role", Seat.SINGLE)
def test_database_refuses_two_at_once(role: str) -> None:
    seat = give(role)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(user=cases.person(), role=role, group=seat.group, starts_on=LATER)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", Seat.SINGLE)
def test_two_given_at_the_same_moment_are_one(role: str) -> None:
    people, user, group = [cases.person() for _ in range(2)], office(), cases.group()
    barrier = Barrier(2)

    def run(person: User) -> str:
        barrier.wait()
        try:
            with clock.at(NOW), translation.override("en"):
                give_seat(user=user, person=person, group=None if role == Role.CHAIR else group, role=role)
        except Refused as refusal:
            return str(refusal)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as crowd:
        first, second = sorted(crowd.map(run, people))
    assert first == ""
    assert "without an end" in second


@pytest.mark.parametrize("role", [{"audits": True}, {"chairs": True}, {}])
def test_nobody_but_the_secretariat_gives_seats(role: dict[str, bool]) -> None:
    user = cases.person(**role)
    with pytest.raises(NotAllowed):
        give(Role.MEMBER, user=user)
    seat = give(Role.MEMBER)
    with pytest.raises(NotAllowed):
        change_seat(user=user, seat=seat, organisation=None, period=None, ends_on=TODAY, named_on=None)
    with pytest.raises(NotAllowed):
        close_group(user=user, group=cases.group(), on=TODAY)


def test_nobody_gives_themselves_a_seat() -> None:
    with pytest.raises(Refused, match="Nobody gives themselves"):
        give(Role.SECRETARY, person=office())


def test_period_gives_a_seat_its_days() -> None:
    row = period(ends_on=LATER)
    seat = give(period=row)
    assert (seat.starts_on, seat.ends_on) == (row.starts_on, LATER)
    own = give(Role.DEPUTY, period=row, starts_on=TODAY)
    assert (own.starts_on, own.ends_on) == (TODAY, LATER)
    with pytest.raises(Refused, match="another group"):
        give(Role.DEPUTY, period=period(group=cases.group("academia")))


def begin(row: Period, *kept: Seat, **said: Any) -> Period:
    values = {"user": office(), "name_zh": "第二屆", "name_en": "Second", "starts_on": TODAY, "ends_on": None}
    return begin_next_period(period=row, kept=list(kept), **values | said)


def test_next_period_keeps_whom_the_secretariat_ticks_and_ends_the_others() -> None:
    row = period()
    stays, leaves = give(period=row), give(Role.DEPUTY, period=row)
    member = give(Role.MEMBER)
    following = begin(row, stays)
    row.refresh_from_db()
    assert row.ends_on == following.starts_on == TODAY
    assert Seat.objects.current().get(period=following).user == stays.user
    assert triages(User.objects.get(pk=stays.user_id), cases.group())
    assert not triages(User.objects.get(pk=leaves.user_id), cases.group())
    member.refresh_from_db()
    assert member.ends_on is None


def test_next_period_of_the_alliance_takes_its_convener_along() -> None:
    row = period(group=None)
    chair = give(Role.CHAIR, period=row, named_on=TODAY)
    following = begin(row, chair)
    assert Seat.objects.current().get(role=Role.CHAIR).period == following
    assert Seat.objects.current().get(role=Role.CHAIR).public_name == chair.user.name


def test_next_period_is_refused_and_nothing_changes() -> None:
    row = period()
    gone = give(Role.DEPUTY, period=row, ends_on=TODAY - timedelta(days=9))
    own = Seat.objects.create(user=office(), group=cases.group(), role=Role.SECRETARY, starts_on=cases.SINCE)
    for kept, said in (
        ([gone], {}),
        ([own], {}),
        ([], {"starts_on": row.starts_on}),
        ([], {"ends_on": TODAY}),
    ):
        with pytest.raises(Refused):
            begin(row, *kept, **said)
    with pytest.raises(NotAllowed):
        begin(row, user=cases.person(convenes=cases.group()))
    assert Period.objects.get().ends_on is None
    begin(row)
    with pytest.raises(Refused, match="entered already"):
        begin(row)


def test_committee_that_ends_takes_its_seats_along_and_stays_readable() -> None:
    kind = WorkingGroup.Kind.COMMITTEE
    committee = WorkingGroup.objects.create(slug="c", name_zh="委員會", kind=kind, takes_proposals=False)
    seat = give(group=committee)
    assert seat.function == "committee chair"
    close_group(user=office(), group=committee, on=TODAY)
    assert not Seat.objects.current().filter(group=committee).exists()
    assert committee not in WorkingGroup.objects.existing()
    committee.refresh_from_db()
    with pytest.raises(Refused, match="This group ends on"):
        give(Role.MEMBER, group=committee)


@pytest.mark.parametrize("said", [{"kind": "committee"}, {"ends_on": LATER}])
def test_proposals_go_to_no_committee_and_to_no_group_with_an_end(said: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingGroup.objects.create(slug="c", name_zh="組", takes_proposals=True, **said)


def test_only_the_person_says_whether_the_name_is_public() -> None:
    seat = give()
    assert seat.public_name == ""
    for user in (cases.person(), office()):
        with pytest.raises(NotAllowed):
            agree_to_be_named(user=user, seat=seat, agrees=True)
    assert agree_to_be_named(user=seat.user, seat=seat, agrees=True).public_name == seat.user.name
    assert agree_to_be_named(user=seat.user, seat=seat, agrees=False).public_name == ""


@pytest.mark.parametrize(
    ("days", "role", "expected"),
    [
        (60, Role.CHAIR, 1),
        (61, Role.CHAIR, 0),
        (10, Role.CONVENER, 1),
        (10, Role.MEMBER, 0),
        (0, Role.CONVENER, 0),
    ],
)
def test_term_without_successor_is_something_to_do_sixty_days_before(
    days: int, role: str, expected: int
) -> None:
    user, end = office(), TODAY + timedelta(days=days)
    give(role, starts_on=cases.SINCE, ends_on=end)

    def listed() -> list[int]:
        return [item.count for item in todo(user) if "which=ending" in item.url]

    assert listed() == [expected]
    if expected:
        give(role, starts_on=end)
        assert listed() == [0]
