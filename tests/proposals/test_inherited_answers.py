"""What a body that has ended answered: its successor corrects it in its own name, and does nothing else."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from members.models import Letter, Organisation
from members.refusals import NotAllowed
from proposals.actions.answering import correct_answer
from proposals.models import Answer, FollowUp, Proposal, Referral
from proposals.permissions import can_answer
from tests import cases
from tests.cases import signed_in

from .test_reorganisation import at, everything_to, merge, new_body, office, old_body, part, publish

pytestmark = pytest.mark.django_db
NEW = {"outcome": "clarified", "reason": "更正後的理由", "legal_basis": "證券交易法第30條"}


@pytest.fixture
def case() -> Proposal:
    """Answered by a body that ended later."""
    with at(0):
        case = cases.referred(lead=old_body())
        publish(part(), list(case.asks.values_list("pk", flat=True)), old_body())
    with at(10):
        merge()
    return case


def corrected(body: Organisation, **words: object) -> Answer:
    answer = Answer.objects.current().order_by("ask__number")[0]
    return correct_answer(
        user=cases.liaison_of(body), answer=answer, change="corrected", reason="誤引條文", fields=NEW | words
    )


def test_successor_corrects_in_its_own_name_and_the_old_paper_keeps_its(case: Proposal) -> None:
    with at(20):
        version = corrected(new_body())
        first = version.replaces
        assert (version.published_for, version.named.short_en) == (new_body(), "NSTC")
        assert (first.published_for, first.named.short_en) == (None, "MOST")
        assert part().ministry == old_body()
        entry = case.timeline.get(kind="answer_corrected")
        assert entry.body == new_body()
        with translation.override("en"):
            page = Client().get(f"/en/proposals/{case.number}/").content.decode()
    assert "by NSTC, to which the matters of the body that answered have passed" in page
    assert "更正後的理由" in page
    told = Letter.objects.get(kind="answer_changed", to=cases.proposer_of(case).email)
    assert new_body().name_zh in told.body


def test_what_the_successor_promises_is_its_own(case: Proposal) -> None:
    with at(20):
        corrected(
            new_body(), outcome="rule_change", next_step="預告修正", next_on=cases.at(2027, 3, 1).date()
        )
    assert FollowUp.objects.get().ministry == new_body()
    assert case.timeline.get(kind="promised").body == new_body()


def test_successor_finds_the_step_on_the_page_of_the_case_and_no_other_page(case: Proposal) -> None:
    client, pk = signed_in(cases.liaison_of(new_body())), part().pk
    step = f"/en/dashboard/{pk}/correct/"
    with at(20):
        assert step in client.get(f"/en/proposals/{case.number}/").content.decode()
        assert client.get(f"{step}?ask=1").status_code == 200
        answer = Answer.objects.current().get(ask__number=1)
        told = NEW | {"change": "corrected", "change_reason": "誤引條文", "answer": answer.pk, "sure": "on"}
        response = client.post(f"{step}?ask=1", told)
        assert (response.status_code, response.url) == (302, f"/en/proposals/{case.number}/")
        for other in ("", "draft/", "publish/", "interim/"):
            assert client.get(f"/en/dashboard/{pk}/{other}").status_code == 404
    assert Answer.objects.filter(published_for=new_body()).count() == 1


def test_answered_cases_of_the_ended_body_stand_in_the_tab_of_its_successor(case: Proposal) -> None:
    client, public = signed_in(cases.liaison_of(new_body())), f"/en/proposals/{case.number}/"
    with at(20):
        tab = client.get("/en/dashboard/?tab=answered")
        page = tab.content.decode()
        assert [row.referral for row in tab.context["rows"]] == [part()]
        assert (tab.context["figures"].answered, tab.context["figures"].this_year.answered) == (1, 0)
        assert f'href="{public}"' in page
        assert f"/dashboard/{part().pk}/" not in page
        assert "answered by MOST, whose matters have passed to you" in page
        table = b"".join(client.get("/en/dashboard/export.csv?tab=answered").streaming_content).decode()
        assert public in table
        assert f"/dashboard/{part().pk}/" not in table
        assert not client.get("/en/dashboard/?tab=todo").context["rows"]
        other = signed_in(cases.liaison_of(cases.ministry("moda")))
        assert not other.get("/en/dashboard/?tab=answered").context["rows"]


def test_answered_cases_are_not_those_of_a_body_that_took_over_a_part_of_the_matters_only() -> None:
    with at(0):
        case = cases.referred(lead=old_body())
        publish(part(), list(case.asks.values_list("pk", flat=True)), old_body())
    with at(10):
        merge(kind="partial")
        client = signed_in(cases.liaison_of(new_body()))
        assert not client.get("/en/dashboard/?tab=answered").context["rows"]


def test_tab_reads_three_inherited_cases_with_as_many_queries_as_one(
    django_assert_max_num_queries: Any,
) -> None:
    def answered() -> None:
        case = cases.referred(lead=old_body())
        publish(cases.lead_of(case), list(case.asks.values_list("pk", flat=True)), old_body())

    def queries() -> int:
        address = "/en/dashboard/?tab=answered"
        client = signed_in(cases.liaison_of(new_body()))
        client.get(address)
        with django_assert_max_num_queries(1000) as found:
            assert client.get(address).status_code == 200
        return len(found)

    with at(0):
        for _ in range(3):
            answered()
    with at(10):
        merge()
        three = queries()
        first = Referral.objects.order_by("pk")[0].pk
        Referral.objects.exclude(pk=first).update(ministry=cases.ministry("moda"))
        assert queries() == three


def test_promise_of_another_body_is_no_link_that_its_reader_finds_nothing_behind() -> None:
    heir, other = new_body(), cases.ministry("moda")
    cases.liaison_of(other)
    with at(0):
        case = cases.promised(cases.referred(lead=old_body()))
    item = FollowUp.objects.order_by("pk")[0]
    with at(10):
        takers = everything_to(heir)
        items = {**takers.follow_ups, item.pk: other}
        merge(successors=[heir, other], takers=replace(takers, follow_ups=items))
        for body, is_own in ((heir, False), (other, True)):
            client = signed_in(cases.liaison_of(body))
            page = client.get(f"/en/dashboard/{part().pk}/correct/?ask={item.ask.number}").content.decode()
            own = f"/en/dashboard/follow-up/{item.pk}/"
            assert (own in page) == is_own == (client.get(own).status_code == 200)
            assert (f"follow-up item of {other.name_en}" in page) != is_own
            assert f'href="/en/proposals/{case.number}/"' in page


def test_nobody_else_finds_it(case: Proposal) -> None:
    others = [
        cases.liaison_of(cases.ministry("moda")),
        cases.person("old@example.org"),
        office(),
        cases.proposer_of(case),
    ]
    with at(20):
        for user in others:
            assert signed_in(user).get(f"/dashboard/{part().pk}/correct/").status_code == 404
        with pytest.raises(NotAllowed):
            corrected(cases.ministry("moda"))
        assert not can_answer(cases.liaison_of(new_body()), part())


def test_body_that_took_over_a_part_of_the_matters_only_is_no_successor() -> None:
    with at(0):
        case = cases.referred(lead=old_body())
        publish(part(), list(case.asks.values_list("pk", flat=True)), old_body())
    with at(10):
        merge(kind="partial")
        with pytest.raises(NotAllowed):
            corrected(new_body())


def test_successor_of_the_successor_may_too(case: Proposal) -> None:
    last = cases.ministry("moda", name_en="Ministry of Digital Affairs", short_en="moda")
    with at(15):
        merge(body=new_body(), successors=[last], document_number="另一文號")
    with at(20):
        assert corrected(last).published_for == last


def test_database_knows_no_first_answer_by_a_successor(case: Proposal) -> None:
    first = Answer.objects.filter(version=1)[0]
    first.pk, first.published_for = None, new_body()
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()
