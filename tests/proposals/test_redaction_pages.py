"""The pages on which officers redact: what they show, what they keep, and what they do."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from proposals.actions.answering import save_answer_drafts
from proposals.actions.drafting import submit_proposal
from proposals.actions.scanning import scan_case
from proposals.models import Access, Proposal, Redaction
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
WORD = "zyxname"
ORDER = {"kind": "personal", "reason": "當事人請求"}


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(cases.at(2026, 11, 2)):
        yield


@pytest.fixture
def office() -> Client:
    return signed_in(cases.person("office@example.org", secretariat=True))


def place(case: Proposal, page: str = "redact/") -> str:
    return f"/admin/proposals/proposal/{case.pk}/{page}"


def with_telephone(field: str) -> Proposal:
    """A submitted case whose author has said that the number is meant to be public."""
    draft = cases.draft(**{field: "聯絡 0912-345-678"})
    return submit_proposal(
        user=cases.proposer_of(draft), proposal=draft, confirmed=scan_case(draft).fingerprint
    )


def previewed(client: Client, case: Proposal, words: str = WORD) -> Any:
    return client.post(place(case), {"words": words, "preview": "1"}).context


def confirmed(client: Client, case: Proposal, **changes: Any) -> Any:
    """The second step with everything ticked, as the first one shows it."""
    shown = previewed(client, case)
    data = {
        "words": WORD,
        "previewed": shown["form"].previewed,
        "version": shown["case"].version,
        "place": [change.text.key for change, _parts in shown["found"]],
        "confirm": "1",
        **ORDER,
    }
    return client.post(place(case), data | changes)


def test_texts_with_findings_come_first_and_masked(office: Client) -> None:
    case = with_telephone("conflict")
    response = office.get(place(case))
    rows = response.context["texts"]
    assert rows[0].text.name == "proposals.proposal.conflict"
    assert rows[0].found
    assert not rows[-1].found
    assert "09•••••678" in response.content.decode()


def test_restricted_text_is_named_and_not_shown(office: Client) -> None:
    case = cases.accepted(restricted=f"秘密 {WORD}")
    response = office.get(place(case))
    assert WORD not in response.content.decode()
    assert f"proposals.restrictedtext:{case.pk}:text" in response.content.decode()


def test_preview_changes_nothing_and_shows_black_blocks(office: Client) -> None:
    case = cases.accepted(title=f"關於 {WORD} 之案", summary=f"{WORD} 說")
    response = office.post(place(case), {"words": WORD, "preview": "1"})
    page = response.content.decode()
    assert "關於 ████ 之案" in page
    assert {change.text.column for change, _parts in response.context["found"]} >= {"title", "summary"}
    assert not Redaction.objects.exists()


def test_preview_of_a_draft_tells_nothing_outside_the_body(office: Client) -> None:
    case = cases.referred(asks=1)
    lead = cases.lead_of(case)
    said = {lead.asked[0].pk: {"outcome": "not_adopted", "reason": WORD}}
    save_answer_drafts(user=cases.liaison_of(lead.ministry), referral=lead, drafts=said)
    assert previewed(office, case)["found"] == []


def test_letters_are_counted_for_the_secretariat_only(office: Client) -> None:
    case = cases.accepted(title=f"{WORD} 案")
    assert previewed(office, case)["preview"].letters > 0
    assert previewed(signed_in(cases.convener_of(case)), case)["preview"].letters is None


def test_confirming_blacks_out_and_returns_to_the_case(office: Client) -> None:
    case = cases.accepted(title=f"{WORD} 案")
    response = confirmed(office, case)
    assert response.status_code == 302
    assert Proposal.objects.get(pk=case.pk).title == "████ 案"


def test_unticked_places_stay(office: Client) -> None:
    case = cases.accepted(title=f"{WORD} 案", summary=f"{WORD} 說")
    confirmed(office, case, place=[f"proposals.proposal:{case.pk}:title"])
    case.refresh_from_db()
    assert (case.title, case.summary) == ("████ 案", f"{WORD} 說")


def test_words_that_were_not_previewed_are_not_blacked_out(office: Client) -> None:
    case = cases.accepted(title=f"{WORD} 案 另一")
    response = confirmed(office, case, words="另一")
    assert response.status_code in (200, 422)
    assert "另一" in Proposal.objects.get(pk=case.pk).title
    assert response.context["preview"] is not None


def test_missing_reason_keeps_everything_typed(office: Client) -> None:
    case = cases.accepted(title=f"{WORD} 案", summary=f"{WORD} 說")
    response = confirmed(office, case, reason="", place=[f"proposals.proposal:{case.pk}:title"])
    assert response.status_code == 422
    assert response.context["order"].errors
    assert response.context["chosen"] == {f"proposals.proposal:{case.pk}:title"}
    assert WORD in response.content.decode()


@pytest.mark.parametrize("changes", [{"reason": f"因 {WORD}"}, {"place": []}])
def test_refused_confirmation_keeps_everything_typed(office: Client, changes: dict[str, Any]) -> None:
    case = cases.accepted(title=f"{WORD} 案")
    response = confirmed(office, case, **changes)
    assert response.status_code == 409
    assert response.context["preview"] is not None
    assert response.context["order"]["reason"].value() == changes.get("reason", ORDER["reason"])
    assert not Redaction.objects.exists()


def test_stale_confirmation_shows_the_case_anew(office: Client) -> None:
    case = cases.accepted(title=f"{WORD} 案")
    response = confirmed(office, case, version=case.version - 1)
    assert response.status_code == 409
    assert response.context["preview"] is not None
    assert not Redaction.objects.exists()


def test_removing_a_text_leads_to_the_list_of_access(office: Client) -> None:
    case = cases.accepted(summary=f"{WORD} 說")
    page = place(case, f"redact/text/proposals.proposal:{case.pk}:summary/")
    assert WORD in office.get(page).content.decode()
    response = office.post(page, ORDER)
    entry = Access.objects.first().entry_id
    assert response["Location"].endswith(f"/admin/proposals/redaction/access/{entry}/")
    listed = office.get(response["Location"]).content.decode()
    assert cases.proposer_of(case).name in listed


def test_officers_of_the_group_see_no_list_of_names() -> None:
    case = cases.accepted(summary=f"{WORD} 說")
    client = signed_in(cases.convener_of(case))
    page = place(case, f"redact/text/proposals.proposal:{case.pk}:summary/")
    response = client.post(page, ORDER)
    assert response["Location"].endswith(f"/{case.pk}/change/")
    entry = Access.objects.first().entry_id
    assert client.get(f"/admin/proposals/redaction/access/{entry}/").status_code == 403


def test_title_with_personal_data_shows_officers_a_hint(office: Client) -> None:
    case = cases.accepted()
    assert not office.get(place(case, "change/")).context["title_hits"]
    hinted = with_telephone("title")
    page = office.get(place(hinted, "change/"))
    assert "09•••••678" in page.content.decode()
    assert f"/{hinted.pk}/redact/" in page.content.decode()


@pytest.mark.parametrize("path", ["redact/", "change/"])
def test_queries_are_the_same_for_one_row_and_three(office: Client, path: str) -> None:
    """Asks, versions and findings do not cost a query each."""
    small, large = cases.accepted(asks=1), cases.accepted(asks=3)
    counts = []
    for case in (small, large):
        office.get(place(case, path))
        with CaptureQueriesContext(connection) as queries:
            office.get(place(case, path))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_list_of_redactions_costs_the_same_for_one_row_and_three(office: Client) -> None:
    counts = []
    for n in (1, 2):
        for _again in range(n):
            confirmed(office, cases.accepted(title=f"{WORD} 案"))
        office.get("/admin/proposals/redaction/")
        with CaptureQueriesContext(connection) as queries:
            office.get("/admin/proposals/redaction/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_auditor_reads_redactions_and_makes_none() -> None:
    case = cases.accepted(title=f"{WORD} 案")
    auditor = signed_in(cases.person("audit@example.org", audits=True))
    assert auditor.get("/admin/proposals/redaction/").status_code == 200
    assert auditor.get(place(case)).status_code == 403
