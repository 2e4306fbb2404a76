"""迴避: declared by an officer, asked for by a proposer, decided by the secretariat; and what obeys it."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from members.models import Letter, User
from members.refusals import NotAllowed, Refused
from proposals.actions.recusal import (
    decide_recusal,
    declare_interest,
    end_recusal,
    request_recusal,
    seats_that_triage,
)
from proposals.actions.triage import accept_proposal, add_triage_note
from proposals.models import Competitor, Proposal, Recusal, RestrictedText, TriageNote
from proposals.models.circles import officers_of, recused_of
from proposals.permissions import can_read_restricted, can_take_step, can_triage
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
WHY = "配偶任職於競爭業者"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def case() -> Proposal:
    return cases.submitted(restricted="營業秘密")


@pytest.fixture
def convener(case: Proposal) -> User:
    return cases.convener_of(case)


@pytest.fixture
def office() -> User:
    return cases.person("office@example.org", secretariat=True)


def asked(case: Proposal) -> Recusal:
    seat = seats_that_triage(case)[0]
    return request_recusal(user=cases.proposer_of(case), proposal=case, seat=seat, reason=WHY)


def recipients(kind: str) -> set[User]:
    return {letter.recipient for letter in Letter.objects.filter(kind=kind)}


def step(case: Proposal, name: str) -> str:
    return reverse("admin:proposals_proposal_step", args=[case.pk, name])


# --- declared by the officer ------------------------------------------------------------------------


def test_officer_who_declares_an_interest_neither_triages_nor_reads_secrets_from_then_on(
    case: Proposal, convener: User
) -> None:
    deputy = cases.person(secretary_of=case.group)
    add_triage_note(user=convener, proposal=case, text="內部意見")
    assert can_triage(convener, case)
    assert can_read_restricted(convener, case)
    declare_interest(user=convener, proposal=case, reason=WHY)
    assert not can_triage(convener, case)
    assert not can_read_restricted(convener, case)
    assert not RestrictedText.objects.visible_to(convener).exists()
    assert not TriageNote.objects.visible_to(convener).exists()
    assert list(recused_of(case)) == [convener]
    assert list(officers_of(case)) == [deputy]
    assert recipients("recused") == {deputy}
    with pytest.raises(NotAllowed):
        accept_proposal(user=convener, proposal=case)
    assert accept_proposal(user=deputy, proposal=case).state == "discussion"


def test_recusal_from_one_case_leaves_the_others(case: Proposal, convener: User) -> None:
    other = cases.submitted(restricted="另一秘密")
    declare_interest(user=convener, proposal=case, reason=WHY)
    assert can_triage(convener, other)
    assert can_read_restricted(convener, other)


def test_secretariat_triages_where_no_officer_is_left(case: Proposal, convener: User, office: User) -> None:
    assert not can_triage(office, case)
    declare_interest(user=convener, proposal=case, reason=WHY)
    assert can_triage(office, case)
    assert recipients("recused") == {office}
    with pytest.raises(Refused, match="no such seat"):
        declare_interest(user=office, proposal=case, reason=WHY)


def test_secretariat_reads_what_is_restricted_in_the_officers_place_only(
    office: User,
) -> None:
    case = cases.submitted(restricted="每筆成本三元")
    convener = cases.convener_of(case)
    other = cases.submitted(restricted="另一秘密", group=cases.group("academia"))
    cases.person(convenes=other.group)
    page = f"/proposals/{case.number}/restricted/"
    assert not can_read_restricted(office, case)
    assert signed_in(office).get(page).status_code == 404
    recusal = declare_interest(user=convener, proposal=case, reason=WHY)
    assert can_read_restricted(office, case)
    assert not can_read_restricted(office, other)
    assert "每筆成本三元" not in signed_in(office).get(page).content.decode()
    assert "每筆成本三元" in signed_in(office).post(page).content.decode()
    opening = case.restricted_openings.get()
    assert (opening.user, opening.reader) == (office, "office")
    log = signed_in(cases.proposer_of(case)).get(f"/en/proposals/{case.number}/restricted/log/")
    assert "in the place of the group" in log.content.decode()
    end_recusal(user=office, recusal=recusal)
    assert not can_read_restricted(office, case)


def test_secretariat_with_an_interest_reads_nothing_restricted(case: Proposal, convener: User) -> None:
    tied = cases.person("tied@example.org", secretariat=True, represents=cases.member_org("rival"))
    Competitor.objects.create(proposal=case, organisation=cases.member_org("rival"))
    declare_interest(user=convener, proposal=case, reason=WHY)
    assert not can_triage(tied, case)
    assert not can_read_restricted(tied, case)


def test_public_reads_which_seat_stands_aside_and_neither_name_nor_reason() -> None:
    case = cases.accepted()
    user = cases.convener_of(case)
    User.objects.filter(pk=user.pk).update(name="某召集人")
    declare_interest(user=user, proposal=case, reason=WHY)
    entry = case.timeline.get(kind="recused")
    assert (entry.visibility, entry.data["cause"], entry.note.text) == ("public", "convener", "")
    page = Client().get(case.get_absolute_url()).content.decode()
    assert "takes no part in this case (recusal)" in page
    assert "某召集人" not in page
    assert WHY not in page


def test_declaration_without_a_reason_is_refused(case: Proposal, convener: User) -> None:
    with pytest.raises(Refused):
        declare_interest(user=convener, proposal=case, reason=" ")
    assert can_triage(convener, case)


# --- asked for by the proposer ----------------------------------------------------------------------


def test_request_binds_nobody_until_it_is_granted(case: Proposal, convener: User, office: User) -> None:
    row = asked(case)
    due = case.deadlines.get().due_on
    assert can_triage(convener, case)
    assert recipients("recusal_requested") == {office, convener}
    assert case.timeline.get(kind="recusal_requested").visibility == "parties"
    decide_recusal(user=office, recusal=row, is_granted=True, reason="已釋明")
    assert not can_triage(convener, case)
    assert not can_read_restricted(convener, case)
    assert case.deadlines.get().due_on == due
    assert recipients("recusal_decided") == {cases.proposer_of(case), convener}
    assert case.timeline.get(kind="recused").role == "secretariat"


def test_request_that_is_not_granted_changes_nothing_and_is_asked_once(
    case: Proposal, convener: User, office: User
) -> None:
    row = decide_recusal(user=office, recusal=asked(case), is_granted=False, reason="未釋明")
    assert can_triage(convener, case)
    assert not case.timeline.filter(kind="recused").exists()
    with pytest.raises(Refused, match="asked this before"):
        asked(case)
    with pytest.raises(Refused, match="decided already"):
        decide_recusal(user=office, recusal=row, is_granted=True, reason="改變")


def test_request_about_a_seat_that_does_not_decide_is_refused(case: Proposal) -> None:
    other = cases.person(convenes=cases.group("academia")).seats.get()
    member = cases.proposer_of(case)
    with pytest.raises(Refused, match="does not decide"):
        request_recusal(user=member, proposal=case, seat=other, reason=WHY)
    declare_interest(user=cases.convener_of(case), proposal=case, reason=WHY)
    with pytest.raises(Refused, match="takes no part"):
        asked(case)


def test_nobody_decides_about_the_own_recusal(case: Proposal, convener: User) -> None:
    cases.person(convener.email, secretariat=True)
    both = User.objects.get(pk=convener.pk)
    with pytest.raises(NotAllowed):
        decide_recusal(user=both, recusal=asked(case), is_granted=False, reason="無")
    row = declare_interest(user=both, proposal=case, reason=WHY)
    with pytest.raises(NotAllowed):
        end_recusal(user=both, recusal=row)


def test_recusal_that_has_ended_gives_the_case_back(case: Proposal, convener: User, office: User) -> None:
    row = declare_interest(user=convener, proposal=case, reason=WHY)
    row = end_recusal(user=office, recusal=row)
    assert can_triage(convener, case)
    assert can_read_restricted(convener, case)
    with pytest.raises(Refused, match="ended already"):
        end_recusal(user=office, recusal=row)
    declare_interest(user=convener, proposal=case, reason=WHY)
    assert not can_triage(convener, case)


def test_requests_are_read_by_those_concerned_only(case: Proposal, convener: User, office: User) -> None:
    asked(case)
    secretary = cases.person(secretary_of=case.group)
    auditor = cases.person(audits=True)
    stranger = cases.person(represents=cases.member_org("other"))
    for user, sees in (
        (cases.proposer_of(case), True),
        (convener, True),
        (office, True),
        (auditor, True),
        (secretary, False),
        (stranger, False),
    ):
        assert Recusal.objects.visible_to(user).exists() is sees
    declare_interest(user=secretary, proposal=case, reason=WHY)
    assert Recusal.objects.visible_to(cases.proposer_of(case)).get().kind == "requested"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM proposals_recusal",
        "UPDATE proposals_recusal SET reason = 'x'",
        "UPDATE proposals_recusal SET is_granted = false",
        "UPDATE proposals_recusal SET decision = ''",
    ],
)
def test_database_keeps_a_decided_recusal_as_it_is(case: Proposal, office: User, sql: str) -> None:
    decide_recusal(user=office, recusal=asked(case), is_granted=True, reason="已釋明")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


# --- pages ------------------------------------------------------------------------------------------


def test_officer_stands_aside_on_the_case_page_and_is_told_so_there(case: Proposal, convener: User) -> None:
    client = signed_in(convener)
    page = reverse("admin:proposals_proposal_change", args=[case.pk])
    names = [panel["step"].name for panel in client.get(page).context["panels"]]
    assert "recuse" in names
    sent = {"version": Proposal.objects.get(pk=case.pk).version, "recuse-reason": WHY}
    assert client.post(step(case, "recuse"), sent).status_code == 302
    answer = client.get(page)
    assert answer.context["recused"]
    assert answer.context["panels"] == []
    assert client.post(step(case, "accept")).status_code == 403


def test_stale_page_declares_nothing_and_keeps_the_text(case: Proposal, convener: User) -> None:
    answer = signed_in(convener).post(
        step(case, "recuse"), {"version": case.version + 5, "recuse-reason": WHY}
    )
    assert answer.status_code == 409
    assert WHY in answer.content.decode()
    assert not Recusal.objects.exists()


def test_proposer_asks_on_the_page_and_secretariat_decides_in_the_admin(
    case: Proposal, convener: User, office: User
) -> None:
    proposer = signed_in(cases.proposer_of(case))
    url = reverse("proposals:recusal", args=[case.number])
    User.objects.filter(pk=convener.pk).update(name="某召集人")
    assert "某召集人" not in proposer.get(url).content.decode()
    assert proposer.post(url, {"reason": WHY}).status_code == 422
    seat = seats_that_triage(case)[0]
    assert proposer.post(url, {"seat": seat.pk, "reason": WHY}).status_code == 302
    row = Recusal.objects.get()
    assert proposer.post(url, {"seat": seat.pk, "reason": "再次"}).status_code == 409
    admin = signed_in(office)
    form = {"decide_recusal-recusal": row.pk, "decide_recusal-is_granted": "yes"}
    assert admin.post(step(case, "decide_recusal"), form).status_code == 422
    form["decide_recusal-reason"] = "已釋明"
    assert admin.post(step(case, "decide_recusal"), form).status_code == 302
    assert "已釋明" in proposer.get(url).content.decode()
    assert not can_triage(User.objects.get(pk=convener.pk), case)
    end = {"end_recusal-recusal": row.pk}
    assert admin.post(step(case, "end_recusal"), end).status_code == 302
    assert can_triage(User.objects.get(pk=convener.pk), case)


def test_recusal_of_another_case_cannot_be_decided_on_this_page(case: Proposal, office: User) -> None:
    other = asked(cases.submitted())
    form = {
        "decide_recusal-recusal": other.pk,
        "decide_recusal-is_granted": "yes",
        "decide_recusal-reason": "x",
    }
    asked(case)
    assert signed_in(office).post(step(case, "decide_recusal"), form).status_code == 422
    other.refresh_from_db()
    assert other.decided_at is None


def test_pages_ask_as_often_for_three_recusals_as_for_one(case: Proposal, office: User) -> None:
    admin, proposer = signed_in(office), signed_in(cases.proposer_of(case))
    pages = [
        (admin, reverse("admin:proposals_proposal_change", args=[case.pk])),
        (proposer, reverse("proposals:recusal", args=[case.number])),
    ]
    cases.person(secretary_of=case.group)
    cases.person(secretary_of=case.group)
    seats = seats_that_triage(case)

    def count() -> list[int]:
        found = []
        for client, url in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    member = cases.proposer_of(case)
    request_recusal(user=member, proposal=case, seat=seats[0], reason=WHY)
    count()
    one = count()
    for seat in seats[1:]:
        request_recusal(user=member, proposal=case, seat=seat, reason=WHY)
    assert count() == one


def test_step_is_open_to_the_sides_of_the_table_only(case: Proposal, convener: User, office: User) -> None:
    assert can_take_step(convener, case, "recuse")
    assert not can_take_step(office, case, "recuse")
    assert can_take_step(office, case, "decide_recusal")
    assert not can_take_step(convener, case, "decide_recusal")
