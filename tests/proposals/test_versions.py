"""What was submitted stands, in the database too; what is amended is kept beside it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from members import clock
from members.refusals import Incomplete, NotAllowed, Refused, Stale
from proposals.actions.drafting import AskText, amend_proposal
from proposals.actions.scanning import PersonalData
from proposals.actions.triage import accept_proposal, ask_for_information
from proposals.models import Proposal, TextVersion
from tests import cases
from tests.cases import signed_in

from .test_rules import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(cases.at(2026, 11, 2)):
        yield


def asked(**options: Any) -> Proposal:
    case = cases.submitted(**options)
    return ask_for_information(user=cases.convener_of(case), proposal=case, text="請補充")


def amended(case: Proposal, **changes: Any) -> TextVersion:
    asks = changes.pop("asks", None) or [AskText(text=ask.text) for ask in case.asks.all()]
    rest = {
        name: changes.pop(name) for name in ("reason", "expected_version", "confirmed") if name in changes
    }
    return amend_proposal(
        user=changes.pop("user", None) or cases.proposer_of(case),
        proposal=case,
        fields=changes,
        asks=asks,
        **rest,
    )


def test_submission_keeps_the_first_version() -> None:
    case = cases.submitted(title="原題")
    version = case.text_versions.get()
    assert (version.number, version.content["title"], version.made_by) == (1, "原題", cases.proposer_of(case))
    assert [ask["text"] for ask in version.content["asks"]] == ["訴求 1", "訴求 2"]
    assert "restricted" not in version.content


def test_amending_keeps_both_texts_and_says_so_in_the_history() -> None:
    case = asked(title="原題")
    version = amended(case, title="新題", reason="依分組意見")
    case.refresh_from_db()
    assert (version.number, case.title, case.state) == (2, "新題", "needs_information")
    assert [row.content["title"] for row in case.text_versions.all()] == ["原題", "新題"]
    entry = case.timeline.get(kind="amended")
    assert (entry.data["number"], entry.note.text, entry.turn) == (2, "依分組意見", "")
    assert Proposal.objects.matching("新題").get() == case


def test_asks_are_amended_in_their_rows() -> None:
    case = asked()
    keys = list(case.asks.values_list("pk", flat=True))
    amended(case, asks=[AskText(text="改寫", law="公司法", article="第1條")])
    assert list(case.asks.values_list("pk", "text", "law__name_zh")) == [(keys[0], "改寫", "公司法")]


@pytest.mark.parametrize("make", [cases.submitted, cases.accepted, cases.referred, cases.answered])
def test_amending_in_any_other_state_is_refused(make: Any) -> None:
    case = make()
    with pytest.raises(Refused):
        amended(case, title="新題")
    assert case.text_versions.count() == 1


def test_amending_is_the_lead_organisations_alone() -> None:
    case = asked()
    for user in (cases.convener_of(case), cases.person(), cases.person(secretariat=True)):
        with pytest.raises(NotAllowed):
            amended(case, user=user, title="新題")


def test_amending_nothing_or_leaving_gaps_is_refused_and_changes_nothing() -> None:
    case = asked(title="原題")
    before = [AskText(text=a.text, law=a.law.name_zh, article=a.article) for a in case.asks.all()]
    with pytest.raises(Refused):
        amended(case, asks=before)
    with pytest.raises(Incomplete):
        amended(case, title=" ")
    with pytest.raises(PersonalData):
        amended(case, title="請洽 A123456789")
    with pytest.raises(Stale):
        amended(case, title="新題", expected_version=0)
    case.refresh_from_db()
    assert (case.title, case.text_versions.count()) == ("原題", 1)


def test_database_holds_the_text_of_a_submitted_case() -> None:
    for case in (cases.submitted(), cases.accepted(), cases.referred()):
        for name in ("title", "summary", "conflict", "business_model", "benefit_public"):
            assert refused(f"update proposals_proposal set {name} = 'x' where id = %s", case.pk)
        assert refused("update proposals_ask set text = 'x' where proposal_id = %s", case.pk)
        assert refused("delete from proposals_ask where proposal_id = %s and number = 2", case.pk)
        assert refused(
            "insert into proposals_ask (proposal_id, number, article, text, text_other) "
            "values (%s, 9, '', 'x', '')",
            case.pk,
        )
        other = cases.draft()
        assert refused("update proposals_ask set proposal_id = %s where proposal_id = %s", case.pk, other.pk)


def test_database_lets_the_text_change_while_information_is_asked() -> None:
    case = asked()
    with connection.cursor() as cursor:
        cursor.execute("update proposals_proposal set title = 'x' where id = %s", [case.pk])
        cursor.execute("update proposals_ask set text = 'x' where proposal_id = %s", [case.pk])
    assert case.asks.filter(text="x").count() == 2


def test_database_holds_every_version() -> None:
    case = cases.submitted()
    assert refused("update proposals_textversion set content = '{}' where proposal_id = %s", case.pk)
    assert refused("delete from proposals_textversion where proposal_id = %s", case.pk)


# --- pages -----------------------------------------------------------------------------------------


def test_versions_are_as_public_as_the_case(client: Client) -> None:
    case = asked(title="得於臺北營業")
    amended(case, title="得於全國營業")
    address = f"/en/proposals/{case.number}/versions/"
    assert client.get(address).status_code == 404
    assert signed_in(cases.person(represents=cases.member_org("other"))).get(address).status_code == 404
    page = signed_in(cases.proposer_of(case)).get(address).content.decode()
    assert "<del>" in page
    assert "臺北</del>" in page
    assert "全國</ins>" in page
    public = cases.accepted()
    assert client.get(f"/en/proposals/{public.number}/versions/").status_code == 200
    assert (
        f"/en/proposals/{public.number}/versions/"
        in client.get(f"/en/proposals/{public.number}/").content.decode()
    )


@pytest.mark.parametrize("amendments", [1, 3])
def test_versions_page_asks_the_database_equally_often(
    client: Client, django_assert_max_num_queries: Any, amendments: int
) -> None:
    case = asked()
    for number in range(amendments):
        amended(case, title=f"第{number}次")
    reader = signed_in(cases.proposer_of(case))
    reader.get(f"/proposals/{case.number}/versions/")
    with django_assert_max_num_queries(12):
        reader.get(f"/proposals/{case.number}/versions/")


def form(case: Proposal, **changes: Any) -> dict[str, Any]:
    case.refresh_from_db()
    names = (
        "title",
        "title_other",
        "business_model",
        "conflict",
        "benefit_firms",
        "benefit_public",
        "summary",
    )
    fields: dict[str, Any] = {name: getattr(case, name) for name in names}
    fields |= {"version": case.version, "asks-TOTAL_FORMS": "1", "asks-INITIAL_FORMS": "0"}
    return fields | {"asks-0-text": "訴求"} | changes


def test_proposer_amends_on_the_page_and_is_led_on() -> None:
    case = asked()
    author, address = signed_in(cases.proposer_of(case)), f"/en/proposals/{case.number}/amend/"
    assert f'href="{address}"' in author.get(f"/en/proposals/{case.number}/information/").content.decode()
    assert author.get(address).status_code == 200
    response = author.post(address, form(case, title="新題", reason="更正"))
    assert response["Location"] == f"/en/proposals/{case.number}/information/"
    case.refresh_from_db()
    assert (case.title, case.asks.count()) == ("新題", 1)


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"version": "0", "title": "新"}, 409), ({"title": ""}, 422), ({"title": "洽 A123456789"}, 422)],
)
def test_amendment_that_is_refused_keeps_what_was_typed(changes: dict[str, str], status: int) -> None:
    case = asked()
    response = signed_in(cases.proposer_of(case)).post(
        f"/en/proposals/{case.number}/amend/", form(case, conflict="才剛寫的", **changes)
    )
    assert response.status_code == status
    assert "才剛寫的" in response.content.decode()
    assert case.text_versions.count() == 1


def test_amend_page_out_of_season_says_so() -> None:
    case = cases.submitted()
    author = signed_in(cases.proposer_of(case))
    address = f"/en/proposals/{case.number}/amend/"
    assert b"can be amended only" in author.get(address).content
    assert author.post(address, form(case, title="新題")).status_code == 409
    accept_proposal(user=cases.convener_of(case), proposal=case)
    assert author.post(address, form(case, title="新題")).status_code == 409


def test_words_in_the_other_language_are_marked_as_such() -> None:
    case = cases.accepted(title="證券型代幣", summary="Tokens of value", summary_other="")
    client = signed_in(cases.proposer_of(case))
    english = client.get(f"/en/proposals/{case.number}/versions/").content.decode()
    chinese = client.get(f"/proposals/{case.number}/versions/").content.decode()
    assert '<div class="pieces" lang="zh-Hant">證券型代幣' in english
    assert '<div class="pieces">Tokens of value' in english
    assert '<div class="pieces" lang="en">Tokens of value' in chinese
