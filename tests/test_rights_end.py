"""A right ends on the next request after its end date, in the same session, and begins on its first day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation

from members import clock
from members.models import Affiliation, Organisation, User
from proposals.actions.notices import liaisons_of
from proposals.models import Competitor, Proposal, Referral
from proposals.models.circles import interested_in, of_interest_to
from proposals.permissions import can_read_restricted, can_triage
from tests import cases
from tests.cases import signed_in
from workinggroups.models import ActionItem, Meeting, Participant, Seat

pytestmark = pytest.mark.django_db
TODAY = cases.at(2026, 11, 9)
LAST_DAY = cases.at(2026, 11, 19, 23, 59)
END = cases.at(2026, 11, 20, 0)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(TODAY), translation.override("en"):
        yield


@dataclass
class Things:
    """What the roles of this test have to do with: one of each."""

    member: Organisation
    body: Organisation
    draft: Proposal
    waiting: Proposal
    part: Referral
    meeting: Meeting
    task: ActionItem


@pytest.fixture
def things() -> Things:
    body, group = cases.ministry(), cases.group()
    case = cases.referred(lead=body)
    meeting = Meeting.objects.create(
        group=group, title_zh="會議", starts_at=TODAY + timedelta(days=60), is_public=False
    )
    task = ActionItem.objects.create(
        meeting=meeting, text="研提意見", due_on=date(2026, 12, 1), organisation=body
    )
    return Things(
        cases.member_org(), body, cases.draft(), cases.submitted(), cases.lead_of(case), meeting, task
    )


Address = Callable[[Things], str]
Write = Callable[[Things], tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Right:
    """What a role typically reads and writes, and what both answer to whoever holds it no more."""

    reads: Address
    writes: Write | None = None
    after: int = 404


def dashboard(t: Things) -> str:
    return f"/en/dashboard/{t.part.pk}/"


def admin_case(t: Things) -> str:
    return f"/admin/proposals/proposal/{t.waiting.pk}/change/"


def accept_case(t: Things) -> tuple[str, dict[str, Any]]:
    return f"/admin/proposals/proposal/{t.waiting.pk}/step/accept/", {"accept-version": ""}


def accept_part(t: Things) -> tuple[str, dict[str, Any]]:
    return f"/en/dashboard/{t.part.pk}/accept/", {}


def comment(t: Things) -> tuple[str, dict[str, Any]]:
    return f"/en/ministries/{t.body.slug}/comment/", {"text": "說明"}


def meeting(t: Things) -> str:
    return f"/en/meetings/{t.meeting.pk}/"


def finish(t: Things) -> tuple[str, dict[str, Any]]:
    return f"/en/meetings/action-items/{t.task.pk}/done/", {}


AT_THE_GATE = 403
"""The admin tells whoever has no seat there so."""
ROLES: dict[str, Right] = {
    "representative": Right(
        lambda t: f"/en/my/drafts/{t.draft.draft_id}/",
        lambda t: (f"/en/my/drafts/{t.draft.draft_id}/delete/", {}),
    ),
    "liaison": Right(dashboard, accept_part),
    "deputy": Right(dashboard, accept_part),
    "supervisor": Right(dashboard, comment),
    "research": Right(dashboard),
    "secretariat": Right(
        lambda t: "/admin/members/user/",
        lambda t: ("/admin/members/domain/add/", {"slug": "x", "name_zh": "甲", "name_en": "X"}),
        AT_THE_GATE,
    ),
    "auditor": Right(lambda t: "/admin/members/letter/", after=AT_THE_GATE),
    "seat chair": Right(lambda t: "/admin/", after=AT_THE_GATE),
    "seat convener": Right(admin_case, accept_case, AT_THE_GATE),
    "seat deputy": Right(admin_case, accept_case, AT_THE_GATE),
    "seat secretary": Right(admin_case, accept_case, AT_THE_GATE),
    "seat member": Right(meeting, finish),
    "seat observer": Right(meeting),
}
NAMED_ONLY = {"press"}
"""A press contact is named on the page of the body, and sees what the public sees."""


def give(role: str, things: Things, **dates: date) -> User:
    """A person with this one role from or until a day, owner of the task where it is a member's."""
    user = cases.person()
    dates = {"starts_on": cases.SINCE} | dates
    if role.startswith("seat "):
        name = role.removeprefix("seat ")
        group = None if name == Seat.Role.CHAIR else things.waiting.group
        if name == Seat.Role.CONVENER:  # there is one at a time
            Seat.objects.filter(group=group, role=name).update(ends_on=cases.SINCE)
        Seat.objects.create(user=user, group=group, role=name, **dates)
        ActionItem.objects.filter(pk=things.task.pk).update(owner=user, organisation=None)
    else:
        home = things.body if role in Affiliation.OF_BODIES else things.member
        if role == Affiliation.Role.SECRETARIAT:
            home = cases.secretariat_org()
        Affiliation.objects.create(user=user, organisation=home, role=role, **dates)
    return user


def read(client: Client, right: Right, things: Things) -> int:
    return client.get(right.reads(things)).status_code


def write(client: Client, right: Right, things: Things) -> int:
    """What the write is answered with; whatever it did is undone."""
    assert right.writes is not None
    address, data = right.writes(things)
    with transaction.atomic():
        status = client.post(address, data).status_code
        transaction.set_rollback(True)
    return status


def test_every_role_is_tried() -> None:
    seats = {f"seat {role}" for role in Seat.Role.values}
    assert set(ROLES) | NAMED_ONLY == set(Affiliation.Role.values) | seats


@pytest.mark.parametrize("role", ROLES)
def test_role_works_until_the_day_before_and_ends_on_the_next_request(role: str, things: Things) -> None:
    right = ROLES[role]
    client = signed_in(give(role, things, ends_on=END.date()))
    with clock.at(LAST_DAY):
        assert read(client, right, things) == 200
        if right.writes:
            assert write(client, right, things) == 302
    with clock.at(END):
        assert read(client, right, things) == right.after
        if right.writes:
            assert write(client, right, things) == right.after


@pytest.mark.parametrize("role", ROLES)
def test_role_to_come_gives_nothing_before_its_day(role: str, things: Things) -> None:
    right = ROLES[role]
    client = signed_in(give(role, things, starts_on=END.date()))
    with clock.at(LAST_DAY):
        assert read(client, right, things) == right.after
        if right.writes:
            assert write(client, right, things) == right.after
    with clock.at(END):
        assert read(client, right, things) == 200


@pytest.mark.parametrize("role", ROLES)
def test_role_that_was_meant_to_begin_and_never_did_gives_nothing(role: str, things: Things) -> None:
    client = signed_in(give(role, things, starts_on=END.date(), ends_on=END.date()))
    with clock.at(END):
        assert read(client, ROLES[role], things) == ROLES[role].after


@pytest.mark.parametrize("role", ROLES)
def test_account_that_may_sign_in_no_more_has_no_right_in_its_open_session(role: str, things: Things) -> None:
    user = give(role, things)
    client = signed_in(user)
    assert read(client, ROLES[role], things) == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert read(client, ROLES[role], things) in (302, 404)


def test_representative_of_what_has_left_has_no_right_of_a_member(things: Things) -> None:
    client = signed_in(give("representative", things))
    Organisation.objects.filter(pk=things.member.pk).update(left_on=END.date())
    right = ROLES["representative"]
    with clock.at(LAST_DAY):
        assert read(client, right, things) == 200
        assert client.get(f"/en/members/{things.member.slug}/edit/").status_code == 200
    with clock.at(END):
        assert read(client, right, things) == write(client, right, things) == 404
        assert client.get(f"/en/members/{things.member.slug}/edit/").status_code == 404
        assert client.get(f"/en/proposals/{things.waiting.number}/").status_code == 404
        Organisation.objects.filter(pk=things.member.pk).update(left_on=None)
        assert read(client, right, things) == 200


@pytest.mark.parametrize("role", ["liaison", "deputy", "supervisor", "research"])
def test_contact_of_a_body_that_has_ended_has_no_right(role: str, things: Things) -> None:
    user = give(role, things)
    client = signed_in(user)
    Organisation.objects.filter(pk=things.body.pk).update(valid_to=END.date())
    with clock.at(LAST_DAY):
        assert read(client, ROLES[role], things) == 200
    with clock.at(END):
        assert read(client, ROLES[role], things) == 404
        if ROLES[role].writes:
            assert write(client, ROLES[role], things) == 404
        assert (user in liaisons_of(things.body)) == (role in Affiliation.ANSWERING)


def test_competitor_that_has_left_still_keeps_its_officer_out(things: Things) -> None:
    rival = cases.member_org("rival", left_on=date(2026, 1, 1))
    officer = cases.person(represents=rival, secretary_of=things.waiting.group)
    Competitor.objects.create(proposal=things.waiting, organisation=rival)
    assert officer in interested_in(things.waiting)
    assert things.waiting in of_interest_to(officer)
    assert not can_triage(officer, things.waiting)
    assert not can_read_restricted(officer, things.waiting)


def test_guest_and_owner_of_a_task_who_has_left_sees_nothing_of_the_meeting(things: Things) -> None:
    guest = cases.person(liaison_of=cases.ministry("moj"))
    Participant.objects.create(meeting=things.meeting, user=guest)
    ActionItem.objects.filter(pk=things.task.pk).update(owner=guest, organisation=None)
    client = signed_in(guest)
    assert client.get(meeting(things)).status_code == 200
    guest.affiliations.update(ends_on=END.date())
    with clock.at(END):
        assert client.get(meeting(things)).status_code == 404
        Meeting.objects.filter(pk=things.meeting.pk).update(is_public=True)
        assert client.post(*finish(things)).status_code == 404
        assert not Participant.objects.of(User.objects.get(pk=guest.pk)).exists()
