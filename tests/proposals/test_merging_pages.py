"""Merging on the page of the admin, and how a merged case is shown wherever cases are."""

import json
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from proposals.actions.merging import merge_proposal
from proposals.actions.proposer import withdraw_proposal
from proposals.actions.triage import refer_proposal
from proposals.admin.queue import DECIDE, QUEUES, cases_for, with_due
from proposals.filters import overdue
from proposals.models import Proposal
from proposals.states import OPEN_PROPOSAL
from tests import cases
from tests.cases import signed_in
from tests.proposals.test_merging import WHY, merge, twin
from tests.proposals.test_races import all_at_once

MANY = 20


def page(case: Proposal) -> str:
    return reverse("admin:proposals_proposal_merge", args=[case.pk])


def english(name: str, *args: object) -> str:
    with translation.override("en"):
        return reverse(name, args=args)


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


# --- the page of the admin -------------------------------------------------------------------------


@pytest.mark.django_db
def test_page_offers_similar_cases_of_own_groups_shows_what_happens_and_merges() -> None:
    case, into = cases.accepted(), twin()
    foreign = twin(group=cases.group("academia"))
    closed = cases.referred()
    client = signed_in(cases.convener_of(case))
    beside = read(client, reverse("admin:proposals_proposal_change", args=[case.pk]))
    assert f"{page(case)}?into={into.number}" in beside
    offered = read(client, page(case))
    assert str(into.number) in offered
    assert str(foreign.number) not in offered
    assert str(closed.number) not in offered
    sent = {"version": Proposal.objects.get(pk=case.pk).version, "into": into.number, "reason": WHY}
    preview = client.post(page(case), sent | {"do": "look"})
    assert preview.status_code == 200
    assert cases.member_org().name in preview.content.decode()
    assert not Proposal.objects.get(pk=case.pk).is_merged
    assert client.post(page(case), sent | {"do": "merge"}).status_code == 302
    assert Proposal.objects.get(pk=case.pk).merged_into == into


@pytest.mark.django_db
def test_search_and_choice_keep_what_was_typed() -> None:
    case, into = cases.accepted(), twin(title="獨特標題")
    client = signed_in(cases.convener_of(case))
    found = client.post(page(case), {"reason": WHY, "q": "獨特標題", "do": "search"}).content.decode()
    assert str(into.number) in found
    assert WHY in found
    chosen = client.post(page(case), {"reason": WHY, "chosen": into.number}).content.decode()
    assert f'value="{into.number}"' in chosen
    assert WHY in chosen


@pytest.mark.django_db
def test_stale_or_impossible_merger_keeps_the_text() -> None:
    case, into = cases.accepted(), twin()
    client = signed_in(cases.convener_of(case))
    sent = {"version": 1, "into": into.number, "reason": WHY, "do": "merge"}
    stale = client.post(page(case), sent)
    assert (stale.status_code, WHY in stale.content.decode()) == (409, True)
    refer_proposal(user=cases.convener_of(into), proposal=into, lead=cases.ministry())
    gone = client.post(page(case), sent | {"version": "", "do": "look"})
    assert (gone.status_code, WHY in gone.content.decode()) == (409, True)
    unknown = client.post(page(case), sent | {"into": "115-9999"})
    assert (unknown.status_code, WHY in unknown.content.decode()) == (422, True)


@pytest.mark.django_db
def test_merger_is_undone_beside_the_case() -> None:
    case, into = cases.accepted(), twin()
    merge(case, into)
    client = signed_in(cases.convener_of(case))
    address = reverse("admin:proposals_proposal_change", args=[case.pk])
    assert "step-unmerge" in read(client, address)
    step = reverse("admin:proposals_proposal_step", args=[case.pk, "unmerge"])
    assert client.post(step, {"unmerge-text": WHY}).status_code == 302
    assert not Proposal.objects.get(pk=case.pk).is_merged
    merge(case, into)
    refer_proposal(user=cases.convener_of(into), proposal=into, lead=cases.ministry())
    assert "step-unmerge" not in read(client, address)


@pytest.mark.django_db
def test_page_asks_the_database_as_often_for_three_similar_cases_as_for_one() -> None:
    case = cases.accepted()
    client = signed_in(cases.convener_of(case))

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.post(page(case), {"q": "提案", "do": "search"})
        return len(seen)

    twin()
    queries()
    few = queries()
    for slug in ("second", "third"):
        cases.accepted(organisation=cases.member_org(slug))
    assert queries() == few


# --- how it is shown -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_page_of_a_merged_case_leads_to_the_other_one_and_back() -> None:
    case, into = cases.accepted(), twin()
    merge(case, into)
    own = read(Client(), english("proposals:detail", case.number))
    assert english("proposals:detail", into.number) in own
    assert "It is with the group" in own
    there = read(Client(), english("proposals:detail", into.number))
    assert english("proposals:detail", case.number) in there
    assert "Joined by merger" in there
    assert str(cases.member_org().name_en) in there
    refer_proposal(user=cases.convener_of(into), proposal=into, lead=cases.ministry())
    cases.answered(Proposal.objects.get(pk=into.pk))
    assert f"{english('proposals:detail', into.number)}#asks" in read(
        Client(), english("proposals:detail", case.number)
    )


@pytest.mark.django_db
def test_merged_case_before_acceptance_is_seen_by_its_parties_only() -> None:
    case, into = cases.submitted(title="尚未公開之題", title_other=""), twin()
    merge(case, into)
    assert Client().get(english("proposals:detail", case.number)).status_code == 404
    stranger = signed_in(cases.proposer_of(into))
    assert stranger.get(english("proposals:detail", case.number)).status_code == 404
    for client in (Client(), stranger):
        there = read(client, english("proposals:detail", into.number))
        assert "尚未公開之題" not in there
        assert str(case.number) not in there or client is stranger
    assert "尚未公開之題" in read(
        signed_in(cases.convener_of(case)), english("proposals:detail", into.number)
    )


@pytest.mark.django_db
def test_my_cases_show_the_way_and_where_the_other_case_stands() -> None:
    case, into = cases.submitted(), twin("screening")
    merge(case, into)
    mine = read(signed_in(cases.proposer_of(case)), english("proposals:my") + "?tab=open")
    assert f"Merged into {into.number}" in mine
    assert "joined by merger" in mine
    assert "Merged" not in read(signed_in(cases.proposer_of(into)), english("proposals:my") + "?tab=open")


@pytest.mark.django_db
def test_lists_feeds_and_exports_know_the_state() -> None:
    case, into = cases.accepted(), twin()
    merge(case, into)
    listed = read(Client(), english("proposals:list") + "?state=merged")
    assert str(case.number) in listed
    assert f"Merged into {into.number}" in listed
    assert "merged the case into another one" in read(Client(), english("proposals:feed", case.number))
    answer = Client().get(english("proposals:dossier_zip", case.number))
    archive = ZipFile(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    told = json.loads(archive.read(f"{case.number}/case.json"))
    assert (told["state"], told["merged_into"]) == ("merged", into.number)
    assert f"Dealt with in {into.number}" in archive.read(f"{case.number}/case.html").decode()


@pytest.mark.django_db
def test_merged_case_counts_neither_as_open_nor_as_late() -> None:
    case, into = cases.accepted(), twin()
    merge(case, into)
    assert list(Proposal.objects.filter(state__in=OPEN_PROPOSAL)) == [into]
    with cases.clock.at(cases.clock.now().replace(year=2028)):
        assert list(overdue(Proposal.objects.public())) == [into]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["proposals:list", "proposals:my"])
def test_lists_ask_the_database_as_often_for_three_merged_cases_as_for_one(address: str) -> None:
    into = twin()
    merge(cases.accepted(), into)
    client = signed_in(cases.person("rep@acme.example"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            read(client, english(address))
        return len(seen)

    queries()
    few = queries()
    for _n in range(2):
        merge(cases.accepted(), into)
    assert queries() == few


@pytest.mark.django_db
def test_page_of_the_other_case_asks_as_often_for_three_merged_ones_as_for_one() -> None:
    into = twin()
    merge(cases.accepted(), into)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            read(Client(), english("proposals:detail", into.number))
        return len(seen)

    queries()
    few = queries()
    for _n in range(2):
        merge(cases.accepted(), into)
    assert queries() == few


@pytest.mark.django_db
def test_case_merged_into_one_that_ended_unanswered_waits_for_the_group() -> None:
    case, into = cases.accepted(), twin()
    officer = cases.convener_of(case)
    merge(case, into)
    assert not with_due(cases_for(officer)).filter(QUEUES[DECIDE], pk=case.pk).exists()
    withdraw_proposal(user=cases.proposer_of(into), proposal=into)
    assert with_due(cases_for(officer)).filter(QUEUES[DECIDE], pk=case.pk).exists()


# --- at the same moment ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_twenty_mergers_crosswise_one_wins_and_nobody_waits_for_ever() -> None:
    pair = [cases.accepted(), twin()]
    officers = [signed_in(cases.person(convenes=pair[0].group)) for _ in range(MANY)]

    def act(client: Client, case: Proposal, into: Proposal) -> Callable[[], HttpResponse]:
        sent = {"into": into.number, "reason": WHY, "do": "merge"}
        return lambda: client.post(page(case), sent)

    responses = all_at_once([act(client, *pair[:: (-1) ** n]) for n, client in enumerate(officers)])
    statuses = [response.status_code for response in responses]
    assert (statuses.count(302), statuses.count(409)) == (1, MANY - 1)
    merged = [case for case in Proposal.objects.filter(pk__in=[c.pk for c in pair]) if case.is_merged]
    assert len(merged) == 1
    assert all(WHY in response.content.decode() for response in responses if response.status_code == 409)


@pytest.mark.django_db(transaction=True)
def test_merging_and_undoing_at_the_same_moment_leave_one_state() -> None:
    case, into = cases.accepted(), twin()
    merge_proposal(user=cases.convener_of(case), proposal=case, into=into, reason=WHY)
    officer = signed_in(cases.convener_of(case))
    undo = reverse("admin:proposals_proposal_step", args=[case.pk, "unmerge"])
    refer = reverse("admin:proposals_proposal_step", args=[into.pk, "refer"])
    body = cases.ministry().pk
    responses = all_at_once(
        [
            lambda: officer.post(undo, {"unmerge-text": WHY}),
            lambda: signed_in(cases.convener_of(into)).post(refer, {"refer-lead": body}),
        ]
    )
    case.refresh_from_db()
    into.refresh_from_db()
    assert responses[1].status_code == 302
    assert into.state == "referred"
    assert case.is_merged == (responses[0].status_code == 409)
    assert into.sponsors.exists() == case.is_merged
