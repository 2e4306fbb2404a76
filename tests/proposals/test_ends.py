"""No way ends a role in silence with work in its hands: each leads to the page that hands it over."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from members import clock
from members.models import Affiliation, Organisation, User
from members.refusals import NotAllowed, Refused
from proposals.actions.leaving import end_membership
from proposals.models.leftovers import left_behind
from tests import cases
from tests.cases import signed_in
from workinggroups.actions.offices import close_group
from workinggroups.models import ActionItem, Meeting, Period, Seat, WorkingGroup

pytestmark = pytest.mark.django_db
TODAY = cases.at(2026, 11, 9)
LATER = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(TODAY), translation.override("en"):
        yield


@pytest.fixture
def office() -> User:
    return cases.person("office@example.org", secretariat=True)


@pytest.fixture
def client(office: User) -> Client:
    return signed_in(office)


def change(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def leave(row: Any, query: str = "") -> str:
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_leave", args=[row.pk])
    return f"{address}{query}"


def inlines(*names: str) -> dict[str, str]:
    return {f"{name}-{form}_FORMS": "0" for name in names for form in ("TOTAL", "INITIAL")}


def task(owner: User, due_on: date = LATER) -> ActionItem:
    meeting = Meeting.objects.create(title_zh="會議", starts_at=clock.now(), group=cases.group())
    return ActionItem.objects.create(meeting=meeting, text="研提意見", due_on=due_on, owner=owner)


def links(client: Client, address: str, values: dict[str, Any]) -> list[str]:
    """What a refused form leads to."""
    answer = client.post(address, values)
    assert answer.status_code in (200, 422)
    return re.findall(r'class="errorlist[^>]*>.*?href="([^"]+)"', unescape(answer.content.decode()), re.S)


# --- a seat ----------------------------------------------------------------------------------------


def test_end_of_a_seat_that_leaves_cases_with_nobody_leads_to_the_hand_over(client: Client) -> None:
    case = cases.submitted()
    seat = case.group.seats.get()
    planned = {"ends_on": LATER.isoformat()}
    assert links(client, change(seat), planned) == [leave(seat, "?ends_on=2026-12-01")]
    seat.refresh_from_db()
    assert seat.ends_on is None
    assert 'value="2026-12-01"' in client.get(leave(seat, "?ends_on=2026-12-01")).content.decode()
    assert client.get(leave(seat, "?ends_on=2026-99-01")).status_code == 200
    cases.person(secretary_of=case.group)
    assert client.post(change(seat), planned).status_code == 302
    assert client.post(change(seat), {"ends_on": "2027-01-01"}).status_code == 302


def test_end_of_a_seat_waits_for_tasks_of_that_day_and_later_and_for_late_ones(client: Client) -> None:
    person = cases.person(secretary_of=cases.group())
    cases.person(convenes=cases.group())
    seat, item = person.seats.get(), task(person, LATER)
    assert [work.key for work in left_behind(seat, LATER)] == [f"task-{item.pk}"]
    assert not left_behind(seat, LATER + timedelta(days=1))
    ActionItem.objects.update(due_on=date(2026, 11, 8))
    assert left_behind(seat, LATER)
    assert links(client, change(seat), {"ends_on": LATER.isoformat()}) == [leave(seat, "?ends_on=2026-12-01")]


def test_colleague_who_goes_on_in_the_next_term_is_a_colleague() -> None:
    case = cases.submitted()
    seat, other = case.group.seats.get(), cases.person()
    for first, end in ((cases.SINCE, LATER), (LATER, None)):
        Seat.objects.create(user=other, group=case.group, role="deputy", starts_on=first, ends_on=end)
    assert not left_behind(seat, LATER)


# --- an account ------------------------------------------------------------------------------------


def test_account_is_closed_after_all_its_roles_are_handed_over(client: Client) -> None:
    case = cases.submitted()
    user = User.objects.get(pk=cases.proposer_of(case).pk)
    Seat.objects.create(user=user, group=case.group, role="member", starts_on=cases.SINCE)
    task(user)
    closed = {"name": user.name, "language": "en"} | inlines("affiliations")
    role, seat = user.affiliations.get(), user.seats.get()
    said = client.post(change(user), closed).content.decode()
    assert leave(role, "?ends_on=2026-11-09") in said
    assert leave(seat, "?ends_on=2026-11-09") in said
    assert User.objects.get(pk=user.pk).is_active
    for row in (role, seat):
        assert client.post(leave(row), {"ends_on": "2026-11-09"}).status_code == 302
    assert client.post(change(user), closed).status_code == 302
    assert not User.objects.get(pk=user.pk).is_active


# --- a period --------------------------------------------------------------------------------------


def test_next_period_waits_until_those_who_leave_have_handed_over_their_tasks(client: Client) -> None:
    group = cases.submitted().group
    row = Period.objects.create(group=group, name_zh="第一屆", starts_on=cases.SINCE)
    leaver = cases.person(secretary_of=group)
    item, seat, convener = task(leaver), leaver.seats.get(), group.seats.get(role="convener")
    address = reverse("admin:workinggroups_period_next", args=[row.pk])
    values = {"name_zh": "第二屆", "starts_on": "2026-12-01", "kept": [convener.pk]}
    assert leave(seat, "?ends_on=2026-12-01") in client.post(address, values).content.decode()
    assert Period.objects.count() == 1
    handed = {"ends_on": "2026-12-01", f"task-{item.pk}": str(convener.user_id)}
    assert client.post(leave(seat), handed).status_code == 302
    assert client.post(address, values).status_code == 302


def test_next_period_may_begin_before_it_is_known_who_follows(client: Client) -> None:
    row = Period.objects.create(group=cases.submitted().group, name_zh="第一屆", starts_on=cases.SINCE)
    address = reverse("admin:workinggroups_period_next", args=[row.pk])
    assert client.post(address, {"name_zh": "第二屆", "starts_on": "2026-12-01"}).status_code == 302


# --- a group ---------------------------------------------------------------------------------------


def closing(group: WorkingGroup) -> dict[str, Any]:
    values = {"name_zh": group.name_zh, "kind": "group", "position": 1, "ends_on": "2026-12-01"}
    return values | inlines("periods", "milestones")


def test_group_is_not_closed_while_parts_of_it_go_on(client: Client, office: User) -> None:
    group = cases.group()
    part = WorkingGroup.objects.create(
        slug="part", name_zh="分組", name_en="Sub", parent=group, takes_proposals=False
    )
    assert "would go on: Sub." in client.post(change(group), closing(group)).content.decode()
    with pytest.raises(Refused, match="Sub"):
        close_group(user=office, group=group, on=LATER)
    WorkingGroup.objects.filter(pk=part.pk).update(ends_on=LATER)
    assert client.post(change(group), closing(group)).status_code == 302


def test_group_is_not_closed_with_cases_meetings_or_minutes_at_work(client: Client) -> None:
    case = cases.submitted()
    starts = clock.now() + timedelta(days=10)
    meeting = Meeting.objects.create(title_zh="會議", starts_at=starts, group=case.group)
    said = client.post(change(case.group), closing(case.group)).content.decode()
    assert "Cases to decide (1)" in said
    assert "Meetings to hold" not in said  # it is held before that day
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=starts + timedelta(days=30))
    assert "Meetings to hold (1)" in client.post(change(case.group), closing(case.group)).content.decode()
    case.group.refresh_from_db()
    assert case.group.ends_on is None
    assert Seat.objects.current(LATER).filter(group=case.group).exists()


# --- a membership, a body --------------------------------------------------------------------------


def fields_of(row: Organisation, **changed: str) -> dict[str, Any]:
    names = ("name_zh", "name_en", "sector", "kind", "slug", "area", "self_name", "mailbox")
    values = {name: getattr(row, name) for name in names} | {"joined_on": row.joined_on or ""}
    return values | inlines("affiliations", "profile_changes") | changed


def test_membership_with_open_cases_ends_on_a_page_that_shows_them(client: Client) -> None:
    case = cases.submitted()
    cases.draft(title="尚未送件的提案")
    member = case.organisation
    left = fields_of(member, left_on="2026-12-01", left_for="resignation")
    preview = leave(member, "?on=2026-12-01&reason=resignation")
    assert links(client, change(member), left) == [preview]
    page = client.get(preview).content.decode()
    assert str(case.number) in page
    assert "尚未送件的提案" not in page
    role = cases.proposer_of(case).affiliations.get()
    assert leave(role, "?ends_on=2026-12-01") in page
    assert 'value="2026-12-01"' in page
    assert client.post(preview, {"on": "", "reason": ""}).status_code == 422
    assert client.post(preview, {"on": "2018-01-01", "reason": "resignation"}).status_code == 409
    assert client.post(preview, {"on": "2026-12-01", "reason": "resignation"}).status_code == 302
    member.refresh_from_db()
    assert (member.left_on, member.left_for) == (LATER, "resignation")
    assert client.post(change(member), left | {"left_on": "2026-12-20"}).status_code == 302
    assert client.post(change(member), left | {"left_on": "2026-11-20"}).status_code == 200


def test_membership_is_ended_by_the_secretariat_and_once(office: User) -> None:
    member, row = cases.member_org(), cases.person(represents=cases.member_org())
    with pytest.raises(NotAllowed):
        end_membership(user=row, organisation=member, on=LATER, reason="resignation")
    end_membership(user=office, organisation=member, on=clock.today(), reason="resignation")
    with pytest.raises(Refused, match="no member"):
        end_membership(user=office, organisation=member, on=LATER, reason="resignation")


def test_membership_without_anything_open_is_ended_on_the_page_of_the_organisation(client: Client) -> None:
    member = cases.member_org()
    left = fields_of(member, left_on="2026-12-01", left_for="resignation")
    assert client.post(change(member), left).status_code == 302
    page = client.get(leave(cases.member_org("other"), "?on=never")).content.decode()
    assert "Nothing hangs on this membership" in page


def test_body_with_open_matters_ends_by_a_reorganisation(client: Client) -> None:
    body = cases.lead_of(cases.referred()).ministry
    ends = fields_of(body, valid_to="2026-12-01")
    assert links(client, change(body), ends) == [reverse("admin:proposals_reorganisation_add")]
    idle = cases.ministry("idle")
    assert client.post(change(idle), fields_of(idle, valid_to="2026-12-01")).status_code == 302


def test_page_of_a_membership_asks_as_often_for_three_cases_as_for_one(client: Client) -> None:
    member = cases.submitted().organisation

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(leave(member)).status_code == 200
        return len(queries)

    count()
    before = count()
    for _ in range(2):
        cases.submitted()
        cases.person(represents=member)
    assert count() == before
    assert Affiliation.objects.filter(organisation=member, role="representative").count() == 3


def test_preview_of_the_next_secretariat_says_what_those_who_leave_would_keep(
    client: Client, office: User
) -> None:
    task(office)
    guild = cases.member_org("guild")
    address = reverse("admin:members_secretariatterm_add")
    page = client.get(address, {"organisation": guild.pk, "on": LATER.isoformat()}).content.decode()
    assert "keeps what is in their own name: Action item “研提意見”" in page
