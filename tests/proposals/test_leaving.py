"""交接: a role ends, what hangs on it goes on with somebody; nothing is left with nobody unsaid."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from alliance.todo import todo
from members import clock
from members.models import Affiliation, Letter, Organisation, User
from members.refusals import NotAllowed, Refused
from proposals.actions.answering import save_answer_drafts
from proposals.actions.leaving import end_role
from proposals.actions.triage import accept_proposal, refer_proposal
from proposals.models import Proposal
from proposals.models.leftovers import (
    bodies_without_anybody,
    colleagues_of,
    groups_without_anybody,
    members_without_anybody,
    work_of,
)
from proposals.permissions import can_answer
from tests import cases
from tests.cases import signed_in
from workinggroups.models import ActionItem, Meeting, Participant, Seat

pytestmark = pytest.mark.django_db
TODAY = cases.at(2026, 11, 9)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(TODAY), translation.override("en"):
        yield


@pytest.fixture
def office() -> User:
    return cases.person("office@example.org", secretariat=True)


def role_of(user: User) -> Affiliation:
    return user.affiliations.get()


def meeting(**fields: object) -> Meeting:
    starts = clock.now() + timedelta(days=30)
    return Meeting.objects.create(title_zh="會議", starts_at=starts, group=cases.group(), **fields)


def task(owner: User) -> ActionItem:
    return ActionItem.objects.create(
        meeting=meeting(), text="研提意見", due_on=date(2026, 12, 1), owner=owner
    )


def keys(role: Affiliation | Seat) -> dict[str, int]:
    return {work.key: len(work.rows) for work in work_of(role)}


# --- what hangs on a role --------------------------------------------------------------------------


def test_representative_leaves_drafts_questions_and_cases_to_the_organisation() -> None:
    draft = cases.draft()
    case = cases.submitted()
    Proposal.objects.filter(pk=cases.submitted().pk).update(state="needs_information")
    role = role_of(cases.proposer_of(draft))
    assert keys(role) == {"drafts": 1, "questions": 1, "cases": 1}
    assert {str(work.keeper) for work in work_of(role)} == {str(case.organisation)}
    assert [work.named for work in work_of(role) if work.key == "drafts"] == [[]]


def test_liaison_leaves_answers_in_hand_other_referrals_and_promises_to_the_body() -> None:
    drafted = cases.lead_of(cases.referred())
    liaison = cases.liaison_of(drafted.ministry)
    text = {"outcome": "clarified", "reason": "理由", "legal_basis": "證券交易法第22條"}
    asks = drafted.proposal.asks.values_list("pk", flat=True)
    save_answer_drafts(user=liaison, referral=drafted, drafts={asks[0]: text})
    cases.referred()
    cases.promised()
    assert keys(role_of(liaison)) == {"answers": 1, "referrals": 1, "promises": 1}
    supervisor = cases.person(supervises=drafted.ministry)
    assert keys(role_of(supervisor)) == {}


def test_officer_leaves_cases_and_meetings_to_the_group_and_a_member_of_it_only_tasks() -> None:
    case = cases.submitted()
    row = meeting()
    assert keys(Seat.objects.get(role="convener")) == {"triage": 1, "meetings": 1}
    member = cases.person()
    seat = Seat.objects.create(user=member, group=case.group, role="member", starts_on=cases.SINCE)
    item = task(member)
    invited = Participant.objects.create(meeting=row, user=member)
    assert keys(seat) == {f"task-{item.pk}": 1, f"invitation-{invited.pk}": 1}


def test_task_of_a_group_hangs_on_the_seat_there_and_not_on_the_affiliation() -> None:
    person = cases.person(represents=cases.member_org(), secretary_of=cases.group())
    item = task(person)
    assert f"task-{item.pk}" in keys(person.seats.get())
    assert keys(role_of(person)) == {}
    person.seats.update(ends_on=clock.today())
    assert keys(role_of(person)) == {f"task-{item.pk}": 1}


# --- ending it -------------------------------------------------------------------------------------


def test_colleague_who_is_named_gets_everything_and_one_letter(office: User) -> None:
    part = cases.lead_of(cases.referred())
    liaison, deputy = cases.liaison_of(part.ministry), cases.person(deputy_of=part.ministry)
    item = task(liaison)
    invited = Participant.objects.create(meeting=item.meeting, user=liaison, reply="yes")
    role = role_of(liaison)
    everything = dict.fromkeys(keys(role), deputy)
    end_role(user=office, role=role, ends_on=clock.today(), takers=everything)
    item.refresh_from_db()
    invited.refresh_from_db()
    assert item.owner == invited.user == deputy
    assert invited.reply == ""
    assert not can_answer(User.objects.get(pk=liaison.pk), part)
    letter = Letter.objects.get(kind="handed_to_you")
    assert letter.recipient == deputy
    assert str(part.proposal.number) in letter.body
    assert "研提意見" in letter.body
    entry = part.proposal.timeline.get(kind="passed_on")
    assert (entry.visibility, entry.referral) == ("ministry", part)
    assert liaison.name not in str(entry.data)


def test_what_nobody_is_named_for_stays_with_the_organisation(office: User) -> None:
    draft = cases.draft()
    person = cases.proposer_of(draft)
    item = task(person)
    invited = Participant.objects.create(meeting=item.meeting, user=person)
    end_role(user=office, role=role_of(person), ends_on=clock.today(), takers={})
    item.refresh_from_db()
    invited.refresh_from_db()
    assert (item.owner, item.organisation) == (None, draft.organisation)
    assert (invited.user, invited.organisation) == (None, draft.organisation)
    assert not Letter.objects.filter(kind="handed_to_you").exists()
    assert not draft.timeline.filter(kind="passed_on").exists()


def test_drafts_and_open_cases_pass_to_another_representative(office: User) -> None:
    draft, case = cases.draft(), cases.submitted()
    other = cases.person(represents=draft.organisation)
    role = role_of(cases.proposer_of(draft))
    end_role(user=office, role=role, ends_on=clock.today(), takers={"drafts": other, "cases": other})
    assert Proposal.objects.get(pk=draft.pk).created_by == other
    assert case.timeline.get(kind="passed_on").visibility == "parties"
    assert "提案" not in Letter.objects.get(kind="handed_to_you").body.partition("Drafts")[2][:20]


def test_invited_twice_is_invited_once(office: User) -> None:
    person = cases.person(represents=cases.member_org())
    other = cases.person(represents=cases.member_org())
    row = meeting()
    own = Participant.objects.create(meeting=row, user=person)
    Participant.objects.create(meeting=row, user=other)
    end_role(user=office, role=role_of(person), ends_on=clock.today(), takers={f"invitation-{own.pk}": other})
    assert [invited.user for invited in row.participants.all()] == [other]


def test_role_may_end_on_a_later_day_and_works_until_then(office: User) -> None:
    part = cases.lead_of(cases.referred())
    liaison = cases.liaison_of(part.ministry)
    end_role(user=office, role=role_of(liaison), ends_on=date(2026, 12, 1), takers={})
    with clock.at(cases.at(2026, 11, 30)):
        assert can_answer(User.objects.get(pk=liaison.pk), part)
    with clock.at(cases.at(2026, 12, 1, 0)):
        assert not can_answer(User.objects.get(pk=liaison.pk), part)


def test_only_somebody_with_a_fitting_role_on_that_day_takes_it(office: User) -> None:
    part = cases.lead_of(cases.referred())
    role = role_of(cases.liaison_of(part.ministry))
    strangers = [
        cases.person(supervises=part.ministry),
        cases.person(liaison_of=cases.ministry("moj")),
        cases.person(deputy_of=part.ministry, is_active=False),
    ]
    leaving_too = cases.person(deputy_of=part.ministry)
    leaving_too.affiliations.update(ends_on=date(2026, 11, 20))
    assert list(colleagues_of(role)) == [leaving_too]
    for stranger in (*strangers, leaving_too):
        with pytest.raises(Refused, match="no fitting role"):
            end_role(user=office, role=role, ends_on=date(2026, 11, 25), takers={"referrals": stranger})
    role.refresh_from_db()
    assert role.ends_on is None


def test_task_of_a_seat_needs_somebody_as_long_as_there_is_somebody(office: User) -> None:
    group, person = cases.group(), cases.person(secretary_of=cases.group())
    item, seat = task(person), person.seats.get()
    other = cases.person(convenes=group)
    with pytest.raises(Refused, match="Choose who takes"):
        end_role(user=office, role=seat, ends_on=clock.today(), takers={})
    end_role(user=office, role=seat, ends_on=clock.today(), takers={f"task-{item.pk}": other})
    item.refresh_from_db()
    assert item.owner == other


def test_role_is_ended_by_the_secretariat_once_and_not_in_the_past(office: User) -> None:
    person = cases.person(represents=cases.member_org())
    role = role_of(person)
    with pytest.raises(NotAllowed):
        end_role(user=person, role=role, ends_on=clock.today(), takers={})
    with pytest.raises(Refused, match="today at the earliest"):
        end_role(user=office, role=role, ends_on=date(2026, 11, 8), takers={})
    end_role(user=office, role=role, ends_on=clock.today(), takers={})
    with pytest.raises(Refused, match="ended already"):
        end_role(user=office, role=role, ends_on=date(2026, 12, 1), takers={})


def test_last_of_the_secretariat_does_not_leave_without_a_successor(office: User) -> None:
    with pytest.raises(Refused, match="last person of the secretariat"):
        end_role(user=office, role=role_of(office), ends_on=clock.today(), takers={})
    cases.person(secretariat=True)
    end_role(user=office, role=role_of(office), ends_on=clock.today(), takers={})


# --- where nobody is left --------------------------------------------------------------------------


def nobody() -> list[object]:
    rows = (members_without_anybody(), bodies_without_anybody(), groups_without_anybody())
    return [row for found in rows for row in found]


def test_open_work_without_anybody_is_named_until_somebody_is_there(office: User) -> None:
    case = cases.referred()
    cases.submitted()
    body, group, member = cases.lead_of(case).ministry, case.group, case.organisation
    assert nobody() == []
    assert not [item for item in todo(office) if "without anybody" in str(item.label)]
    Affiliation.objects.filter(organisation__in=[body, member]).update(ends_on=clock.today())
    Seat.objects.update(ends_on=clock.today())
    assert nobody() == [member, body, group]
    assert [item.count for item in todo(office) if "without anybody" in str(item.label)] == [3]
    page = signed_in(office).get("/admin/members/affiliation/nobody/").content.decode()
    assert all(row.name_zh in page or row.name_en in page for row in (body, group, member))
    cases.person(deputy_of=body)
    cases.person(represents=member)
    cases.person(secretary_of=group)
    assert nobody() == []


def test_letter_to_a_proposer_whom_nobody_represents_goes_to_the_secretariat(office: User) -> None:
    case = cases.submitted()
    accept_proposal(user=cases.convener_of(case), proposal=case)
    assert Letter.objects.get(kind="accepted").recipient == cases.proposer_of(case)
    Affiliation.objects.filter(organisation=case.organisation).update(ends_on=clock.today())
    other = cases.submitted(organisation=cases.member_org("other"))
    User.objects.filter(pk=cases.proposer_of(other).pk).update(is_active=False, language="en")
    User.objects.filter(pk=office.pk).update(language="en")
    accept_proposal(user=cases.convener_of(other), proposal=other)
    letter = Letter.objects.get(kind="accepted", recipient=office)
    assert "Nobody acts for other Ltd at present" in letter.body
    assert "because you are the secretariat" in letter.body
    assert Letter.objects.filter(kind="accepted").count() == 2


def test_letter_to_a_body_without_a_liaison_says_why_the_secretariat_has_it(office: User) -> None:
    User.objects.filter(pk=office.pk).update(language="en")
    case = cases.accepted()
    refer_proposal(user=cases.convener_of(case), proposal=case, lead=cases.ministry("empty"))
    assert "Nobody acts for Ministry empty" in Letter.objects.get(kind="referred", recipient=office).body


def test_organisation_without_open_work_troubles_nobody() -> None:
    cases.member_org("idle")
    cases.ministry("idle-body")
    cases.group("idle-group")
    assert nobody() == []


# --- pages -----------------------------------------------------------------------------------------


def test_preview_warns_names_the_work_and_ends_the_role(office: User) -> None:
    part = cases.lead_of(cases.referred())
    role = role_of(cases.liaison_of(part.ministry))
    client = signed_in(office)
    address = f"/en/admin/members/affiliation/{role.pk}/leave/"
    page = client.get(address).content.decode()
    assert "Nobody else holds this role" in page
    assert str(part.proposal.number) in page
    deputy = cases.person(deputy_of=part.ministry)
    page = client.get(address).content.decode()
    assert "Nobody else holds this role" not in page
    assert deputy.email in page
    stranger = cases.person()
    sent = {"ends_on": "2026-11-09", "referrals": str(stranger.pk)}
    assert client.post(address, sent).status_code == 422
    assert client.post(address, {"ends_on": "2026-11-01"}).status_code == 409
    assert client.post(address, sent | {"referrals": str(deputy.pk)}).status_code == 302
    role.refresh_from_db()
    assert role.ends_on == clock.today()
    assert client.post(address, sent | {"referrals": ""}).status_code == 409
    person = client.get(f"/admin/members/user/{role.user_id}/change/").content.decode()
    assert "2026" in person  # what has ended stays readable there


def test_preview_names_no_draft(office: User) -> None:
    draft = cases.draft(title="尚未送件的提案")
    role = role_of(cases.proposer_of(draft))
    page = signed_in(office).get(f"/admin/members/affiliation/{role.pk}/leave/").content.decode()
    assert "尚未送件的提案" not in page


def test_preview_asks_as_often_for_three_things_as_for_one(office: User) -> None:
    first = cases.lead_of(cases.referred())
    role = role_of(cases.liaison_of(first.ministry))
    client = signed_in(office)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/admin/members/affiliation/{role.pk}/leave/").status_code == 200
        return len(queries)

    task(role.user)
    cases.promised()
    count()
    before = count()
    for _ in range(2):
        cases.referred()
        cases.promised()
        task(role.user)
    assert count() == before


def test_list_of_what_has_nobody_asks_as_often_for_three_as_for_one(office: User) -> None:
    client = signed_in(office)

    def count() -> int:
        Affiliation.objects.exclude(user=office).update(ends_on=clock.today())
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/members/affiliation/nobody/").status_code == 200
        return len(queries)

    cases.draft(organisation=cases.member_org("a"))
    count()
    before = count()
    for name in ("b", "c"):
        cases.draft(organisation=cases.member_org(name))
    assert count() == before
    assert members_without_anybody().count() == 3


# --- history ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", ["role = 'observer'", "starts_on = starts_on - 1", "user_id = user_id + 1"]
)
@pytest.mark.parametrize("table", ["members_affiliation", "workinggroups_seat"])
def test_raw_sql_turns_no_role_into_another(table: str, change: str) -> None:
    cases.person(represents=cases.member_org(), secretary_of=cases.group())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")  # names of the test's own


@pytest.mark.parametrize("table", ["members_affiliation", "workinggroups_seat"])
def test_raw_sql_deletes_no_role(table: str) -> None:
    cases.person(represents=cases.member_org(), secretary_of=cases.group())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # names of the test's own
    assert Organisation.objects.get(slug="acme").affiliations.count() == 1
