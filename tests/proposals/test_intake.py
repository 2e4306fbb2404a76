"""A proposal from the first click to its number, as its author and as others meet it."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from members import clock
from members.models import Domain, Law, Letter
from members.refusals import Gone
from proposals import uploads
from proposals.actions.drafting import MAX_DRAFTS, delete_draft, save_draft
from proposals.models import Proposal
from tests import cases
from tests.cases import signed_in

from .intake import address, stored_files, typed, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(cases.at(2026, 11, 2)):
        yield


@pytest.fixture
def case(settings: Any, tmp_path: Path) -> Proposal:
    settings.MEDIA_ROOT = tmp_path
    return cases.draft(restricted="成本結構")


@pytest.fixture
def author(case: Proposal) -> Client:
    return signed_in(cases.proposer_of(case))


@pytest.fixture
def stranger(case: Proposal) -> Client:
    return signed_in(cases.person(represents=cases.member_org("other")))


# --- beginning -------------------------------------------------------------------------------------


def test_new_without_signing_in_leads_to_sign_in(client: Client) -> None:
    response = client.get("/proposals/new/")
    assert response.status_code == 302
    assert response["Location"].endswith("?next=/proposals/new/")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_new_for_somebody_without_organisation_explains(prefix: str) -> None:
    response = signed_in(cases.person()).get(f"{prefix}/proposals/new/")
    assert response.status_code == 403
    assert b"<h1>" in response.content


def test_new_pressed_twice_is_one_draft(case: Proposal, author: Client) -> None:
    first = author.post("/proposals/new/")
    second = author.post("/proposals/new/")
    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    assert Proposal.objects.count() == 2


def test_new_for_a_foreign_organisation_is_not_found(case: Proposal, author: Client) -> None:
    other = cases.member_org("other")
    assert author.post("/proposals/new/", {"organisation": other.pk}).status_code == 404
    assert Proposal.objects.count() == 1


def test_new_lets_one_choose_between_two_organisations(case: Proposal) -> None:
    user, second = cases.proposer_of(case), cases.member_org("second")
    cases.person(user.email, represents=second)
    client = signed_in(user)
    assert b'name="organisation"' in client.get("/proposals/new/").content
    client.post("/en/proposals/new/", {"organisation": second.pk})
    draft = Proposal.objects.get(organisation=second)
    assert draft.language == "en"


def test_new_past_twenty_drafts_is_refused_in_words(case: Proposal, author: Client) -> None:
    for _number in range(MAX_DRAFTS - 1):
        Proposal.objects.create(organisation=case.organisation, created_by=case.created_by, version=2)
    response = author.post("/en/proposals/new/")
    assert response.status_code == 409
    assert b"20 drafts" in response.content


# --- writing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_draft_page_shows_what_is_stored(case: Proposal, author: Client, prefix: str) -> None:
    page = author.get(prefix + address("draft", case))
    assert page.status_code == 200
    assert case.title in page.content.decode()
    assert "成本結構" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_save_keeps_everything_complete_or_not(case: Proposal, author: Client) -> None:
    domain = Domain.objects.create(slug="finance", name_zh="金融")
    sent = typed(case, title="", summary="一\r\n二", restricted="密", domains=[domain.pk])
    response = author.post(address("draft", case), sent)
    assert response.status_code == 302
    case.refresh_from_db()
    assert (case.title, case.summary, case.restricted.text) == ("", "一\n二", "密")
    assert list(case.domains.all()) == [domain]


def test_part_is_saved_by_the_button_that_leads_to_the_next(author: Client, case: Proposal) -> None:
    response = author.post(address("draft", case), typed(case, conflict="這一部分", onward="benefit"))
    assert response["Location"] == address("draft", case) + "#benefit"
    case.refresh_from_db()
    assert case.conflict == "這一部分"
    response = author.post(address("draft", case), typed(case, onward="//elsewhere.example"))
    assert response["Location"] == address("draft", case)
    assert author.get(address("draft", case)).content.decode().count('name="onward"') == 8


def test_asks_are_added_and_removed_without_script(case: Proposal, author: Client) -> None:
    author.post(address("draft", case), typed(case, add="1"))
    assert case.asks.count() == 3
    author.post(address("draft", case), typed(case, **{"remove-1": "1"}))
    assert [ask.number for ask in case.asks.all()] == [1, 2]


def test_laws_are_found_by_name_and_half_typed_ones_forgotten(case: Proposal, author: Client) -> None:
    known = Law.objects.get(name_zh="證券交易法")
    Law.objects.update(name_en="Securities and Exchange Act", is_checked=True)
    for name in ("電", "電子", "securities and exchange act"):
        author.post(address("autosave", case), typed(case, asks=[{"law": name, "text": "問"}]))
    assert case.asks.get().law == known
    assert not Law.objects.filter(name_zh__startswith="電").exists()


def test_too_long_text_is_said_and_kept_in_the_form(case: Proposal, author: Client) -> None:
    long = "長" * 20_001
    response = author.post(address("draft", case), typed(case, summary=long))
    assert response.status_code == 422
    assert long in response.content.decode()
    assert 'href="#id_summary"' in response.content.decode()
    assert Proposal.objects.get().summary == case.summary


def test_nul_byte_is_refused_in_words(case: Proposal, author: Client) -> None:
    response = author.post(address("draft", case), typed(case, title="a\0b"))
    assert response.status_code == 422
    assert Proposal.objects.get().title == case.title


def test_longest_draft_fits_into_one_request(case: Proposal, author: Client) -> None:
    long = "長" * 20_000
    asks = [{"text": "問" * 5000, "text_other": "答" * 5000}] * 20
    names = ("conflict", "benefit_firms", "benefit_public", "summary", "summary_other", "restricted")
    response = author.post(address("draft", case), typed(case, asks=asks, **dict.fromkeys(names, long)))
    assert response.status_code == 302
    assert case.asks.count() == 20


def test_more_than_twenty_asks_are_refused(case: Proposal, author: Client) -> None:
    response = author.post(address("draft", case), typed(case, asks=[{"text": "問"}] * 25))
    assert response.status_code == 422
    assert case.asks.count() == 2


@pytest.mark.parametrize("name", ["draft", "autosave", "submit"])
def test_oversized_request_gets_a_clear_answer(case: Proposal, author: Client, name: str) -> None:
    accept = {"autosave": "application/json"}.get(name, "text/html")
    sent = typed(case, summary="x" * (3 * uploads.MEBIBYTE))
    response = author.post(address(name, case), sent, headers={"accept": accept})
    assert response.status_code == 413
    assert Proposal.objects.get().summary == case.summary


def test_stale_tab_keeps_what_was_typed_and_shows_what_is_stored(case: Proposal, author: Client) -> None:
    old = typed(case, summary="從第二個分頁")
    author.post(address("draft", case), typed(case, summary="從第一個分頁"))
    response = author.post(address("draft", case), old)
    page = response.content.decode()
    assert response.status_code == 409
    assert "從第二個分頁" in page
    assert "從第一個分頁" in page
    case.refresh_from_db()
    assert case.summary == "從第一個分頁"
    again = re.search(r'name="version" value="(\d+)"', page)
    assert again
    author.post(address("draft", case), old | {"version": again[1]})
    case.refresh_from_db()
    assert case.summary == "從第二個分頁"


@pytest.mark.parametrize("name", ["draft", "autosave", "submit", "delete", "attach"])
def test_draft_of_another_organisation_is_not_found(case: Proposal, stranger: Client, name: str) -> None:
    for user in (stranger, signed_in(cases.convener_of(case)), signed_in(cases.person(secretariat=True))):
        assert user.get(address(name, case)).status_code == 404
        assert user.post(address(name, case), typed(case, title="x")).status_code == 404
    assert Proposal.objects.get().title == case.title


@pytest.mark.parametrize("name", ["draft", "submit", "delete", "attach"])
def test_draft_without_signing_in_leads_to_sign_in(case: Proposal, client: Client, name: str) -> None:
    response = client.post(address(name, case))
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize("name", ["draft", "submit", "delete", "attach"])
def test_draft_sent_after_the_sign_in_ended_comes_back_and_changes_nothing(
    case: Proposal, client: Client, name: str
) -> None:
    response = client.post(address(name, case), typed(case, title="登出之後才寫的標題"))
    assert response.status_code == 401
    page = response.content.decode()
    assert "登出之後才寫的標題" in page
    assert "/accounts/login/?next=" in page
    assert Proposal.objects.get(pk=case.pk).title == case.title


def test_unknown_draft_is_not_found(author: Client) -> None:
    assert author.get(f"/my/drafts/{uuid4()}/").status_code == 404


def test_forged_post_is_refused(case: Proposal) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cases.proposer_of(case))
    assert client.post(address("submit", case), typed(case)).status_code == 403
    assert Proposal.objects.get().number is None


@pytest.mark.parametrize("name", ["autosave", "submit", "delete", "attach"])
def test_address_that_acts_does_nothing_on_get(case: Proposal, author: Client, name: str) -> None:
    response = author.get(address(name, case))
    assert response.status_code == 302
    assert response["Location"] == address("draft", case)
    assert Proposal.objects.get().state == "draft"


# --- autosave --------------------------------------------------------------------------------------


def test_autosave_writes_and_gives_the_new_version(case: Proposal, author: Client) -> None:
    answer = author.post(address("autosave", case), typed(case, title="新標題")).json()
    case.refresh_from_db()
    assert (case.title, case.version) == ("新標題", answer["version"])
    assert "10:00" in answer["saved_at"]


@pytest.mark.parametrize(
    ("changes", "status"), [({"version": 0}, 409), ({"version": "x"}, 422), ({"title": "長" * 201}, 422)]
)
def test_autosave_that_cannot_write_says_why(
    case: Proposal, author: Client, changes: dict[str, Any], status: int
) -> None:
    response = author.post(address("autosave", case), typed(case, summary="不得寫入", **changes))
    assert response.status_code == status
    assert response.json()["message"]
    assert Proposal.objects.get().summary == case.summary


def test_autosave_after_the_session_ended_is_401(case: Proposal, client: Client) -> None:
    response = client.post(address("autosave", case), typed(case))
    assert response.status_code == 401
    assert response.json()["message"]


@pytest.mark.parametrize("name", ["autosave", "draft", "submit"])
def test_text_sent_to_a_draft_that_another_tab_deleted_comes_back_in_words(
    case: Proposal, author: Client, name: str
) -> None:
    sent = typed(case, title="還沒存的標題", restricted="還沒存的秘密")
    author.post(address("delete", case))
    response = author.post(address(name, case), sent)
    assert response.status_code == 404
    assert "還沒存的標題" in response.content.decode()
    assert "還沒存的秘密" in response.content.decode()


def test_draft_deleted_while_it_is_being_saved_is_no_fault(case: Proposal) -> None:
    stale = Proposal.objects.get(pk=case.pk)
    user = cases.proposer_of(case)
    delete_draft(user=user, proposal=case)
    with pytest.raises(Gone):
        save_draft(user=user, proposal=stale, fields={"title": "新"}, asks=[], domains=[])


# --- submitting ------------------------------------------------------------------------------------


def test_submit_saves_what_was_typed_and_gives_a_number(case: Proposal, author: Client) -> None:
    response = author.post(address("submit", case), typed(case, title="最後一字"), follow=True)
    case.refresh_from_db()
    assert (case.title, case.state) == ("最後一字", "screening")
    assert response.redirect_chain == [(f"/proposals/{case.number}/", 302)]
    said = str(next(iter(response.context["messages"])))
    assert case.number in said
    assert "11月16日" in said
    assert Letter.objects.filter(kind="submitted").exists()


def test_submit_twice_is_one_case(case: Proposal, author: Client) -> None:
    sent = typed(case)
    first = author.post(address("submit", case), sent)
    second = author.post(address("submit", case), sent)
    assert first["Location"] == second["Location"]
    assert Proposal.objects.exclude(number=None).count() == 1
    assert author.get(address("draft", case))["Location"] == first["Location"]


@pytest.mark.django_db(transaction=True)
def test_two_submits_at_the_same_moment_are_one_case(case: Proposal) -> None:
    sent, user = typed(case), cases.proposer_of(case)
    clients = [signed_in(user), signed_in(user)]
    barrier = Barrier(2)

    def press(client: Client) -> str:
        barrier.wait()
        try:
            return client.post(address("submit", case), sent)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        places = list(both.map(press, clients))
    case.refresh_from_db()
    assert places == [f"/proposals/{case.number}/"] * 2
    assert case.timeline.filter(kind="submitted").count() == 1


def test_saving_after_submitting_changes_nothing(case: Proposal, author: Client) -> None:
    late = typed(case, title="太遲")
    author.post(address("submit", case), typed(case))
    assert author.post(address("draft", case), late).status_code == 302
    assert author.post(address("autosave", case), late).status_code == 409
    assert author.post(address("delete", case)).status_code == 302
    case.refresh_from_db()
    assert case.title != "太遲"


def test_incomplete_proposal_is_kept_and_points_at_the_gaps(case: Proposal, author: Client) -> None:
    sent = typed(case, summary="", conflict="已寫", asks=[{"law": "證券交易法", "text": ""}, {}])
    response = author.post(address("submit", case), sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_summary"' in page
    assert 'href="#id_asks-0-text"' in page
    assert 'href="#id_conflict"' not in page
    case.refresh_from_db()
    assert (case.conflict, case.number) == ("已寫", None)


def test_blank_ask_does_not_stand_in_the_way(case: Proposal, author: Client) -> None:
    author.post(address("submit", case), typed(case, asks=[{"text": "釐清"}, {}]))
    case.refresh_from_db()
    assert case.number
    assert case.asks.count() == 1


def test_stale_submit_submits_nothing(case: Proposal, author: Client) -> None:
    old = typed(case)
    author.post(address("draft", case), typed(case, title="較新"))
    response = author.post(address("submit", case), old)
    assert response.status_code == 409
    assert Proposal.objects.get().number is None


def test_delete_removes_draft_and_files(
    case: Proposal, author: Client, django_capture_on_commit_callbacks: Any
) -> None:
    author.post(address("attach", case), typed(case) | {"files": upload()})
    assert len(stored_files()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert author.post(address("delete", case))["Location"] == "/my/"
    assert not Proposal.objects.exists()
    assert not stored_files()
