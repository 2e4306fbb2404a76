"""利益揭露: an interest declared by a person, and everything that obeys it from the next request on."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from members import clock
from members.models import Letter, Organisation, User
from members.refusals import NotAllowed, Refused
from proposals.actions.drafting import submit_proposal
from proposals.actions.interests import end_interest, enter_interest
from proposals.actions.sponsors import invite_sponsor, sign_off
from proposals.actions.triage import accept_proposal, add_triage_note
from proposals.actions.versions import digest_of
from proposals.models import Competitor, Proposal, RestrictedText, TriageNote
from proposals.models.circles import interested_in, of_interest_to, officers_of, recused_of
from proposals.permissions import can_read_restricted, can_redact, can_triage, has_interest
from tests import cases
from tests.cases import signed_in
from workinggroups.models import InterestDeclaration, Seat

pytestmark = pytest.mark.django_db
NOTE = "zyxinterest 配偶持股"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"), clock.at(cases.at(2026, 11, 9)):
        yield


@pytest.fixture
def case() -> Proposal:
    return cases.submitted(restricted="營業秘密")


@pytest.fixture
def office() -> User:
    return cases.person("office@example.org", secretariat=True)


def declared(person: User, organisation: Organisation | None, by: User | None = None) -> InterestDeclaration:
    assert organisation is not None
    return enter_interest(
        user=by or person,
        person=person,
        organisation=organisation,
        nature="shares",
        starts_on=clock.today(),
        note=NOTE,
    )


def again(user: User) -> User:
    """The person as the next request knows them."""
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("tie", ["proposer", "co-sponsor", "competitor"])
def test_officer_with_a_declared_interest_neither_triages_nor_reads_secrets(tie: str) -> None:
    other = cases.member_org("other")
    draft = cases.draft(restricted="營業秘密")
    proposer = cases.proposer_of(draft)
    if tie == "competitor":
        Competitor.objects.create(proposal=draft, organisation=other)
    if tie == "co-sponsor":
        row = invite_sponsor(user=proposer, proposal=draft, organisation=other)
        sign_off(user=cases.person(represents=other), sponsor=row, digest=digest_of(draft))
    case = submit_proposal(user=proposer, proposal=draft)
    officer = cases.convener_of(case)
    add_triage_note(user=officer, proposal=case, text="內部意見")
    assert can_triage(officer, case)
    assert can_read_restricted(officer, case)
    declared(officer, case.organisation if tie == "proposer" else other)
    officer = again(officer)
    assert not can_triage(officer, case)
    assert not can_redact(officer, case)
    assert not can_read_restricted(officer, case)
    assert not RestrictedText.objects.visible_to(officer).exists()
    assert not TriageNote.objects.visible_to(officer).exists()
    with pytest.raises(NotAllowed):
        accept_proposal(user=officer, proposal=case)


def test_both_directions_say_the_same_of_a_declared_interest(case: Proposal) -> None:
    officer = cases.convener_of(case)
    free = cases.submitted(organisation=cases.member_org("free"), group=case.group)
    declared(officer, case.organisation)
    officer = again(officer)
    assert list(of_interest_to(officer)) == [case]
    assert officer in interested_in(case)
    assert officer not in interested_in(free)
    assert officer in recused_of(case)
    assert officer in officers_of(free)
    assert has_interest(officer, case)
    assert not has_interest(officer, free)


def test_liaison_with_a_declared_interest_reads_no_secret_and_the_colleague_does() -> None:
    case = cases.referred(restricted="營業秘密")
    body = cases.lead_of(case).ministry
    liaison, deputy = cases.liaison_of(body), cases.person(deputy_of=body)
    declared(liaison, case.organisation)
    assert not can_read_restricted(again(liaison), case)
    assert can_read_restricted(deputy, case)


def test_representative_who_declares_employment_at_home_reads_on(case: Proposal) -> None:
    proposer = cases.proposer_of(case)
    declared(proposer, case.organisation)
    assert can_read_restricted(again(proposer), case)


def test_secretariat_with_an_interest_does_not_triage_in_the_groups_place(
    office: User, case: Proposal
) -> None:
    declared(cases.convener_of(case), case.organisation)
    other = cases.person(secretariat=True)
    assert can_triage(again(office), case)
    declared(office, case.organisation, by=other)
    assert not can_triage(again(office), case)


def test_declaration_takes_effect_on_the_next_request_in_the_same_session(
    case: Proposal, office: User
) -> None:
    officer = cases.convener_of(case)
    client = signed_in(officer)
    address = f"/en/proposals/{case.number}/restricted/"
    assert client.get(address).status_code == 200
    row = declared(officer, case.organisation)
    assert client.get(address).status_code == 404
    accept = f"/admin/proposals/proposal/{case.pk}/step/accept/"
    client.post(accept, {"version": case.version})
    assert Proposal.objects.get(pk=case.pk).state == "screening"
    end_interest(user=office, interest=row, ends_on=date(2026, 11, 12))
    assert client.get(address).status_code == 404
    with clock.at(cases.at(2026, 11, 12, 0)):
        assert client.get(address).status_code == 200


def test_open_case_says_that_an_officer_stands_aside_without_name_or_nature() -> None:
    case = cases.accepted()
    secretary = cases.person("secretary@example.org", secretary_of=case.group, name="秘書甲")
    idle = cases.accepted(organisation=cases.member_org("idle"), group=case.group)
    declared(secretary, case.organisation)
    assert case.timeline.filter(kind="recused").count() == 1
    assert not idle.timeline.filter(kind="recused").exists()
    declared(cases.person(represents=cases.member_org("x")), case.organisation)
    assert case.timeline.filter(kind="recused").count() == 1
    page = cases.signed_in(None).get(f"/en/proposals/{case.number}/").content.decode()
    assert "takes no part in it" in page
    assert "秘書甲" not in page
    assert "zyxinterest" not in page
    assert "shares" not in page
    assert Letter.objects.filter(kind="recused", recipient=cases.convener_of(case)).count() == 1


# --- who reads and writes ------------------------------------------------------------------------


def test_declaration_is_read_by_its_person_the_convener_the_secretariat_and_nobody_else(office: User) -> None:
    group = cases.group()
    secretary = cases.person(secretary_of=group)
    row = declared(secretary, cases.member_org())
    seen = {
        "own": secretary,
        "convener": cases.person(convenes=group),
        "office": office,
        "auditor": cases.person(audits=True),
    }
    unseen = {
        "colleague": cases.person(secretary_of=group),
        "other convener": cases.person(convenes=cases.group("application")),
        "its representative": cases.person(represents=cases.member_org()),
        "liaison": cases.person(liaison_of=cases.ministry()),
        "chair": cases.person(chairs=True),
    }
    rows = InterestDeclaration.objects
    assert [name for name, user in (seen | unseen).items() if row in rows.visible_to(user)] == list(seen)


def test_nobody_declares_for_another_but_the_secretariat(office: User) -> None:
    person, other = cases.person(), cases.person(convenes=cases.group())
    with pytest.raises(NotAllowed):
        declared(person, cases.member_org(), by=other)
    assert declared(person, cases.member_org(), by=office).declared_by == office


def test_interest_is_declared_once_and_not_ahead(office: User) -> None:
    person = cases.person()
    declared(person, cases.member_org())
    with pytest.raises(Refused, match="declared already"):
        declared(person, cases.member_org())
    with pytest.raises(Refused, match="from today on"):
        enter_interest(
            user=person,
            person=person,
            organisation=cases.member_org("b"),
            nature="family",
            starts_on=date(2026, 11, 10),
        )


def test_interest_is_ended_once_by_a_second_person(office: User) -> None:
    row = declared(office, cases.member_org())
    colleague = cases.person(secretariat=True)
    with pytest.raises(Refused, match="Nobody ends"):
        end_interest(user=office, interest=row, ends_on=clock.today())
    with pytest.raises(NotAllowed):
        end_interest(user=cases.person(convenes=cases.group()), interest=row, ends_on=clock.today())
    with pytest.raises(Refused, match="today or later"):
        end_interest(user=colleague, interest=row, ends_on=date(2026, 11, 8))
    end_interest(user=colleague, interest=row, ends_on=clock.today())
    with pytest.raises(Refused, match="ended already"):
        end_interest(user=colleague, interest=row, ends_on=clock.today())
    assert declared(office, cases.member_org()).pk != row.pk


def refused(sql: str, *args: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, args)


def test_raw_sql_neither_deletes_nor_rewrites_a_declaration(office: User) -> None:
    row = declared(cases.person(), cases.member_org())
    refused("DELETE FROM workinggroups_interestdeclaration")
    for change in (
        "nature = 'other'",
        "starts_on = starts_on - 1",
        "note = 'something else'",
        "declared_at = now()",
        "ends_on = starts_on + 5",
    ):
        refused(f"UPDATE workinggroups_interestdeclaration SET {change}")
    end_interest(user=office, interest=row, ends_on=clock.today())
    refused("UPDATE workinggroups_interestdeclaration SET ends_on = NULL, ended_by_id = NULL")
    InterestDeclaration.objects.filter(pk=row.pk).update(note="")  # words about a person can be erased


# --- pages ---------------------------------------------------------------------------------------


def test_person_declares_on_a_page_and_reads_own_rows_only() -> None:
    member, person = cases.member_org(), cases.person(convenes=cases.group())
    client = signed_in(person)
    said = {"organisation": member.pk, "nature": "family", "starts_on": "2026-11-01", "note": NOTE}
    assert client.post("/en/my/interests/", said | {"nature": ""}).status_code == 422
    assert client.post("/en/my/interests/", said).status_code == 302
    again = client.post("/en/my/interests/", said)
    assert again.status_code == 409
    assert "declared already" in again.content.decode()
    assert "zyxinterest" in client.get("/en/my/interests/").content.decode()
    other = signed_in(cases.person(represents=member))
    assert "zyxinterest" not in other.get("/en/my/interests/").content.decode()


def test_page_asks_as_often_for_three_interests_as_for_one(office: User) -> None:
    person = cases.person()
    client = signed_in(person)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/en/my/interests/").status_code == 200
        return len(queries)

    declared(person, cases.member_org())
    count()
    before = count()
    for name in ("b", "c"):
        row = declared(person, cases.member_org(name))
    end_interest(user=office, interest=row, ends_on=clock.today())
    assert count() == before


def test_secretariat_enters_and_ends_an_interest_in_the_admin(office: User) -> None:
    person, client = cases.person(convenes=cases.group()), signed_in(office)
    add = "/en/admin/workinggroups/interestdeclaration/add/"
    said = {
        "user": person.pk,
        "organisation": cases.member_org().pk,
        "nature": "mandate",
        "starts_on": "2026-11-01",
        "note": NOTE,
    }
    assert client.post(add, said).status_code == 302
    assert "declared already" in client.post(add, said).content.decode()
    row = InterestDeclaration.objects.get()
    page = f"/admin/workinggroups/interestdeclaration/{row.pk}/change/"
    for wrong in ("", "2026-11-01"):
        assert client.post(page, {"ends_on": wrong}).status_code == 200
    assert client.post(page, {"ends_on": "2026-11-20"}).status_code == 302
    row.refresh_from_db()
    assert (row.ends_on, row.ended_by) == (date(2026, 11, 20), office)
    assert client.post(page, {"ends_on": "2026-11-25"}).status_code == 403
    assert client.get(page).status_code == 200


def test_admin_list_asks_as_often_for_three_interests_as_for_one() -> None:
    convener = cases.person(convenes=cases.group())
    client = signed_in(convener)
    address = "/admin/workinggroups/interestdeclaration/"

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    declared(cases.person(secretary_of=cases.group()), cases.member_org())
    count()
    before = count()
    for name in ("b", "c"):
        declared(cases.person(secretary_of=cases.group()), cases.member_org(name))
    assert count() == before
    Seat.objects.filter(user=convener).update(ends_on=clock.today())
    assert client.get(address).status_code == 403
