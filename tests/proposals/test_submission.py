"""What a submission has to pass: personal data, room for one more case, a human pace; and older cases."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from members import clock
from members.refusals import Refused
from proposals.actions import drafting
from proposals.actions.answering import publish_answers, save_answer_drafts
from proposals.actions.drafting import DRAFT_FIELDS, AskText, save_draft, submit_proposal
from proposals.actions.files import attach_file
from proposals.actions.proposer import withdraw_proposal
from proposals.actions.scanning import PersonalData, scan_case
from proposals.models import Ask, Proposal
from proposals.precedents import earlier_answers, similar_cases
from proposals.views import limits
from tests import cases
from tests.cases import signed_in

from .corpus import files
from .intake import address, typed

pytestmark = pytest.mark.django_db

IDENTITY = "A123456789"


@pytest.fixture(autouse=True)
def monday(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.at(cases.at(2026, 11, 2)):
        yield


@pytest.fixture
def case() -> Proposal:
    return cases.draft(restricted=f"洽 {IDENTITY}")


@pytest.fixture
def author(case: Proposal) -> Client:
    return signed_in(cases.proposer_of(case))


# --- personal data ---------------------------------------------------------------------------------


def test_restricted_text_is_exempt(case: Proposal) -> None:
    assert scan_case(case).found == ()
    assert submit_proposal(user=cases.proposer_of(case), proposal=case).number


@pytest.mark.parametrize("field", ["title", "summary", "business_model", "conflict", "benefit_public"])
def test_personal_data_in_a_public_text_stops_the_submission(field: str) -> None:
    case = cases.draft(**{field: f"洽 {IDENTITY}"})
    with pytest.raises(PersonalData) as found:
        submit_proposal(user=cases.proposer_of(case), proposal=case)
    assert [hit.masked for hit in found.value.scan.found] == ["A•••••••89"]
    case.refresh_from_db()
    assert case.number is None


@pytest.mark.parametrize("field", ["law", "article", "text", "text_other"])
def test_personal_data_in_any_words_of_an_ask_stop_the_submission(field: str) -> None:
    case = cases.draft(asks=1)
    user, said = cases.proposer_of(case), {"text": "訴求", "law": "證券交易法", field: f"洽 {IDENTITY}"}
    fields = {name: getattr(case, name) for name in DRAFT_FIELDS}
    save_draft(user=user, proposal=case, fields=fields, asks=[AskText(**said)], domains=[])
    with pytest.raises(PersonalData) as found:
        submit_proposal(user=user, proposal=case)
    assert [hit.masked for hit in found.value.scan.found] == ["A•••••••89"]


def test_confirmation_covers_what_was_shown_and_is_recorded(case: Proposal) -> None:
    case = cases.draft(summary=f"洽 {IDENTITY}")
    user = cases.proposer_of(case)
    shown = scan_case(case).fingerprint
    Proposal.objects.filter(pk=case.pk).update(conflict="洽 a@example.org")
    with pytest.raises(PersonalData):
        submit_proposal(user=user, proposal=case, confirmed=shown)
    case.refresh_from_db()
    done = submit_proposal(user=user, proposal=case, confirmed=scan_case(case).fingerprint)
    entry = done.timeline.get(kind="personal_data_confirmed")
    assert (entry.data, entry.visibility) == ({"kinds": ["email", "identity"], "count": 2}, "parties")
    assert entry.note.actor == user


def test_files_are_looked_into_by_name_and_word_and_unread_ones_named(case: Proposal) -> None:
    user = cases.proposer_of(case)
    document = files.office("docx", **{"word__document.xml": f"<w:t>{IDENTITY}</w:t>".encode()})
    for name, content, is_restricted in (
        ("證明.docx", document, False),
        ("0912-345-678.pdf", files.pdf(), False),
        (f"{IDENTITY}.pdf", files.pdf(b"/N 1 "), True),
    ):
        upload = SimpleUploadedFile(name, content)
        attach_file(user=user, proposal=case, upload=upload, is_restricted=is_restricted)
    scan = scan_case(case)
    assert [(hit.place, hit.masked) for hit in scan.found] == [
        ("證明.docx", "A•••••••89"),
        ("0912-345-678.pdf", "09•••••678"),
    ]
    assert scan.unread == ("0912-345-678.pdf",)


def test_page_warns_while_one_writes_and_asks_before_one_submits(case: Proposal, author: Client) -> None:
    sent = typed(case, summary=f"洽 {IDENTITY}")
    author.post(address("draft", case), sent)
    page = author.get("/en" + address("draft", case)).content.decode()
    assert "A•••••••89" in page
    assert 'name="is_meant"' not in page
    refused = author.post("/en" + address("submit", case), typed(case, summary=f"洽 {IDENTITY}"))
    assert refused.status_code == 422
    shown = refused.context["scan"].fingerprint
    assert author.post(address("submit", case), typed(case, confirmed=shown)).status_code == 422
    author.post(address("submit", case), typed(case, confirmed=shown, is_meant="on"))
    case.refresh_from_db()
    assert case.number


# --- how many, how often ---------------------------------------------------------------------------


def test_organisation_with_as_many_open_cases_as_allowed_keeps_its_draft(
    case: Proposal, author: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "MAX_OPEN_CASES", 1)
    open_one = cases.submitted(organisation=case.organisation)
    with pytest.raises(Refused):
        submit_proposal(user=cases.proposer_of(case), proposal=case)
    assert b"open cases" in author.get("/en/proposals/new/").content
    response = author.post("/en" + address("submit", case), typed(case, title="留著"), follow=True)
    assert "has 1 open cases" in response.content.decode()
    case.refresh_from_db()
    assert (case.number, case.title) == (None, "留著")
    cases.draft(organisation=case.organisation)
    drafting.check_room(cases.member_org("other"))
    withdraw_proposal(user=cases.proposer_of(open_one), proposal=open_one)
    assert submit_proposal(user=cases.proposer_of(case), proposal=case).number


def test_submitting_without_end_is_slowed_down_and_keeps_the_text(
    case: Proposal, author: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.PER_HOUR, "submit", 0)
    response = author.post("/en" + address("submit", case), typed(case, title="留著"))
    assert response.status_code == 429
    assert "a little later" in response.content.decode()
    case.refresh_from_db()
    assert (case.number, case.title) == (None, "留著")


# --- what was asked before -------------------------------------------------------------------------


def asks(case: Proposal) -> list[Ask]:
    return list(case.asks.select_related("law"))


def test_case_on_the_same_article_or_in_the_same_words_is_found(case: Proposal) -> None:
    user, other = cases.proposer_of(case), cases.member_org("other")
    same_article = cases.accepted(organisation=other, title="完全不同的題目", asks=1)
    alike = cases.accepted(organisation=other, title=case.title + "之補充", asks=1)
    alike.asks.all()
    hidden = cases.submitted(organisation=other, title=case.title)
    found = {hit.case: hit for hit in similar_cases(user, case, asks(case))}
    assert {same_article, alike} <= set(found)
    assert hidden not in found
    assert case not in found
    assert found[same_article].articles == ("證券交易法 第1條",)


def test_unlike_case_is_not_shown(case: Proposal) -> None:
    Ask.objects.filter(proposal=case).update(law=None, text="開放股東名簿")
    Proposal.objects.filter(pk=case.pk).update(title="證券型代幣")
    case.refresh_from_db()
    cases.accepted(organisation=cases.member_org("other"), title="農產品生產履歷", asks=1)
    assert similar_cases(cases.proposer_of(case), case, asks(case)) == []


def test_similar_cases_take_one_query_however_many_there_are(
    case: Proposal, django_assert_num_queries: Any
) -> None:
    user = cases.proposer_of(case)
    own = asks(case)
    similar_cases(user, case, own)
    for number in range(3):
        cases.accepted(organisation=cases.member_org(f"o{number}"), title=case.title)
        with django_assert_num_queries(1):
            found = similar_cases(user, case, own)
        assert len(found) == number + 1


@pytest.mark.parametrize(("outcome", "is_shown"), [("may_proceed", True), ("not_adopted", False)])
def test_answer_that_settles_an_article_is_shown(case: Proposal, outcome: str, is_shown: bool) -> None:
    older = cases.referred(organisation=cases.member_org("other"), asks=1)
    lead = cases.lead_of(older)
    user, ask = cases.liaison_of(lead.ministry), older.asks.get()
    text = {"outcome": outcome, "reason": "理由", "legal_basis": "證券交易法第1條"}
    save_answer_drafts(user=user, referral=lead, drafts={ask.pk: text})
    publish_answers(user=user, referral=lead, asks=[ask.pk])
    found = earlier_answers(cases.proposer_of(case), asks(case))
    assert [answer.ask for answer in found] == ([ask] if is_shown else [])


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_page_shows_older_cases_without_script(case: Proposal, author: Client, prefix: str) -> None:
    older = cases.accepted(organisation=cases.member_org("other"))
    assert older.number in author.get(prefix + address("draft", case)).content.decode()
    response = author.post(prefix + address("draft", case), typed(case, similar="1"))
    assert response["Location"].endswith("#similar")


def test_preview_works_with_and_without_script_and_shows_nothing_dangerous(
    case: Proposal, author: Client
) -> None:
    text = "**粗** <script>x</script> [甲](javascript:x)"
    answer = author.post(address("preview", case), {"text": text}).content.decode()
    assert "<strong>粗</strong>" in answer
    assert "<script" not in answer
    assert 'href="javascript' not in answer
    sent = typed(case, conflict=text, preview="conflict")
    page = author.post(address("draft", case), sent, follow=True).content.decode()
    assert page.count("<strong>粗</strong>") == 2


def test_conflict_of_two_tabs_is_settled_field_by_field(case: Proposal, author: Client) -> None:
    old = typed(case, title="我的題目", conflict="我的衝突", asks=[{"text": "我的訴求"}])
    newer = {"title": "別人的題目", "conflict": "別人的衝突", "asks": [{"text": "別人的訴求"}]}
    author.post(address("draft", case), typed(case, **newer))
    page = author.post("/en" + address("draft", case), old)
    assert page.status_code == 409
    assert {item.name for item in page.context["differences"]} == {"title", "conflict", "asks"}
    assert "<del>" in page.content.decode()
    case.refresh_from_db()
    choice = {"take-title": "stored", "take-conflict": "mine", "take-asks": "stored", "version": case.version}
    author.post(address("draft", case), old | choice)
    case.refresh_from_db()
    assert (case.title, case.conflict) == ("別人的題目", "我的衝突")
    assert [ask.text for ask in case.asks.all()] == ["別人的訴求"]


def test_autosave_of_what_is_stored_already_is_no_conflict(case: Proposal, author: Client) -> None:
    sent = typed(case, title="同一份")
    first = author.post(address("autosave", case), sent)
    again = author.post(address("autosave", case), sent)
    assert (again.status_code, again.json()["version"]) == (200, first.json()["version"])
