"""What the proposer does with a submitted case, and who reads what is restricted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import translation

from members import clock
from proposals.actions.answering import ask_proposer, return_referral
from proposals.actions.drafting import submit_proposal
from proposals.actions.files import attach_file
from proposals.actions.proposer import withdraw_proposal
from proposals.actions.triage import ask_for_information
from proposals.models import Attachment, Proposal, Question, RestrictedOpening
from tests import cases
from tests.cases import signed_in

from .corpus import files

pytestmark = pytest.mark.django_db

STEPS = ("information", "withdraw", "close", "restricted")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(cases.at(2026, 11, 2)), translation.override("zh-hant"):
        yield


def author_of(case: Proposal) -> Client:
    return signed_in(cases.proposer_of(case))


@pytest.fixture
def lacking() -> Proposal:
    case = cases.submitted()
    return ask_for_information(user=cases.convener_of(case), proposal=case, text="請補章程")


@pytest.fixture
def question() -> Question:
    lead = cases.lead_of(cases.referred(restricted="成本結構"))
    return ask_proposer(user=cases.liaison_of(lead.ministry), referral=lead, text="用戶幾人？")


def path(case: Proposal, step: str) -> str:
    return f"/proposals/{case.number}/{step}/"


def state(case: Proposal) -> str:
    return Proposal.objects.get(pk=case.pk).state


# --- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_step_of_somebody_elses_case_is_not_found(step: str, method: str) -> None:
    case = cases.referred(restricted="成本結構")
    outsiders = [
        cases.person(),
        cases.person(represents=cases.member_org("other")),
        cases.person(secretariat=True),
        cases.person(audits=True),
        cases.person(liaison_of=cases.ministry("moj")),
        cases.person(convenes=cases.group("application")),
    ]
    for user in outsiders:
        assert getattr(signed_in(user), method)(path(case, step), {"text": "x"}).status_code == 404
    assert state(case) == "referred"
    assert not RestrictedOpening.objects.exists()


@pytest.mark.parametrize("step", STEPS)
def test_step_without_signing_in_leads_to_sign_in(client: Client, step: str) -> None:
    response = client.get(path(cases.submitted(), step))
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize("step", STEPS)
def test_unknown_number_is_not_found(step: str) -> None:
    client = signed_in(cases.person(represents=cases.member_org()))
    assert client.get(f"/proposals/999-9999/{step}/").status_code == 404


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("step", STEPS)
def test_page_of_each_step_opens_in_both_languages(prefix: str, step: str) -> None:
    case = cases.answered()
    assert author_of(case).get(prefix + path(case, step)).status_code == 200
    assert state(case) == "answered"


# --- information -----------------------------------------------------------------------------------


def test_information_page_shows_request_and_date(lacking: Proposal) -> None:
    page = author_of(lacking).get(path(lacking, "information")).content.decode()
    assert "請補章程" in page
    assert "11月23日" in page


def test_information_is_sent_once(lacking: Proposal) -> None:
    client = author_of(lacking)
    assert client.post(path(lacking, "information"), {"text": "章程如附"}).status_code == 302
    assert state(lacking) == "screening"
    again = client.post(path(lacking, "information"), {"text": "章程又附"})
    assert again.status_code == 409
    assert "章程又附" in again.content.decode()


def test_information_without_text_is_refused(lacking: Proposal) -> None:
    response = author_of(lacking).post(path(lacking, "information"), {"text": "  "})
    assert response.status_code == 422
    assert 'href="#id_text"' in response.content.decode()
    assert state(lacking) == "needs_information"


# --- a ministry's question -------------------------------------------------------------------------


def test_reply_page_shows_question_and_date(question: Question) -> None:
    case = question.referral.proposal
    page = author_of(case).get(path(case, f"questions/{question.pk}")).content.decode()
    assert "用戶幾人？" in page
    assert "11月23日" in page


def test_reply_is_sent_once(question: Question) -> None:
    case = question.referral.proposal
    client, address = author_of(case), path(case, f"questions/{question.pk}")
    assert client.post(address, {"text": "三百人"}).status_code == 302
    question.refresh_from_db()
    assert question.reply == "三百人"
    again = client.post(address, {"text": "四百人"})
    assert again.status_code == 409
    assert "四百人" in again.content.decode()
    assert "三百人" in client.get(address).content.decode()
    question.refresh_from_db()
    assert question.reply == "三百人"


def test_question_under_another_case_is_not_found(question: Question) -> None:
    case = question.referral.proposal
    other = cases.submitted(organisation=case.organisation)
    assert author_of(case).get(path(other, f"questions/{question.pk}")).status_code == 404


def test_reply_by_the_ministry_itself_is_not_found(question: Question) -> None:
    client = signed_in(cases.liaison_of(question.referral.ministry))
    address = path(question.referral.proposal, f"questions/{question.pk}")
    assert client.post(address, {"text": "自問自答"}).status_code == 404


# --- withdrawing, closing --------------------------------------------------------------------------


def test_withdraw_names_the_bodies_and_ends_the_case(question: Question) -> None:
    case = question.referral.proposal
    client = author_of(case)
    assert question.referral.ministry.name in client.get(path(case, "withdraw")).content.decode()
    assert client.post(path(case, "withdraw"), {"text": "計畫改變"}).status_code == 302
    assert state(case) == "withdrawn"
    again = client.post(path(case, "withdraw"), {"text": "再撤一次"})
    assert again.status_code == 409
    assert "再撤一次" in again.content.decode()


def test_answered_case_cannot_be_withdrawn() -> None:
    case = cases.answered()
    client = author_of(case)
    assert "<textarea" not in client.get(path(case, "withdraw")).content.decode()
    assert client.post(path(case, "withdraw")).status_code == 409
    assert state(case) == "answered"


def test_close_accepts_the_answer_once() -> None:
    case = cases.answered()
    client = author_of(case)
    assert client.post(path(case, "close")).status_code == 302
    assert state(case) == "closed"
    assert client.post(path(case, "close")).status_code == 409


def test_close_before_the_answer_is_refused() -> None:
    case = cases.referred()
    assert author_of(case).post(path(case, "close")).status_code == 409
    assert state(case) == "referred"


# --- restricted text -------------------------------------------------------------------------------


def test_restricted_text_is_opened_by_a_button_and_logged() -> None:
    case = cases.referred(restricted="成本結構")
    liaison = signed_in(cases.liaison_of(cases.lead_of(case).ministry))
    assert "成本結構" not in liaison.get(path(case, "restricted")).content.decode()
    assert not RestrictedOpening.objects.exists()
    opened = liaison.post(path(case, "restricted"))
    assert "成本結構" in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    opening = RestrictedOpening.objects.get()
    assert opening.on_behalf_of == "fsc 部"
    page = author_of(case).get(path(case, "restricted")).content.decode()
    assert "成本結構" in page
    assert "fsc 部" in page
    assert RestrictedOpening.objects.count() == 1


def test_restricted_text_opened_by_the_convener_names_the_group() -> None:
    case = cases.submitted(restricted="成本結構")
    signed_in(cases.convener_of(case)).post(path(case, "restricted"))
    assert RestrictedOpening.objects.get().on_behalf_of == str(case.group)


def test_restricted_text_is_closed_to_a_body_that_gave_its_part_back() -> None:
    case = cases.referred(restricted="成本結構")
    referral = cases.lead_of(case)
    user = cases.liaison_of(referral.ministry)
    assert signed_in(user).get(path(case, "restricted")).status_code == 200
    return_referral(user=user, referral=referral, body=cases.ministry("moea"), reason="非屬本機關權責")
    assert signed_in(user).get(path(case, "restricted")).status_code == 404
    assert signed_in(user).post(path(case, "restricted")).status_code == 404


def test_restricted_text_is_closed_to_the_bodies_of_a_withdrawn_case() -> None:
    case = cases.referred(restricted="成本結構")
    user = cases.liaison_of(cases.lead_of(case).ministry)
    withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    assert signed_in(user).post(path(case, "restricted")).status_code == 404


@pytest.mark.parametrize(("text", "offers"), [("成本結構", True), ("", False)])
def test_restricted_text_is_offered_on_the_page_only_where_there_is_one(text: str, offers: bool) -> None:
    case = cases.referred(restricted=text)
    page = signed_in(cases.convener_of(case)).get(case.get_absolute_url())
    assert page.context["has_restricted"] is offers


def test_restricted_text_of_a_case_without_one_is_said() -> None:
    case = cases.submitted()
    with translation.override("en"):
        page = author_of(case).get("/en" + path(case, "restricted")).content.decode()
    assert "has no restricted text" in page


# --- files -----------------------------------------------------------------------------------------


@pytest.fixture
def case_with_files(settings: Any, tmp_path: Path) -> Proposal:
    settings.MEDIA_ROOT = tmp_path
    draft = cases.draft()
    user = cases.proposer_of(draft)
    for name, is_restricted in (("公開給當事人.pdf", False), ("secret.pdf", True)):
        attach_file(
            user=user,
            proposal=draft,
            upload=ContentFile(files.pdf(name.encode()), name=name),
            is_restricted=is_restricted,
        )
    return submit_proposal(user=user, proposal=draft)


def fetch(reader: Client, address: str) -> int:
    """The status; a file that comes is read to its end."""
    response = reader.get(address)
    if response.streaming:
        assert b"".join(response).startswith(b"%PDF")
    return response.status_code


def file_path(case: Proposal, file: Attachment) -> str:
    return f"/proposals/{case.number}/files/{file.pk}/"


def test_file_comes_as_a_download_that_nothing_runs(case_with_files: Proposal) -> None:
    file = Attachment.objects.get(is_restricted=False)
    response = author_of(case_with_files).get(file_path(case_with_files, file))
    assert b"".join(response) == files.pdf("公開給當事人.pdf".encode())
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%85%AC")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_file_is_read_by_parties_only(case_with_files: Proposal, client: Client) -> None:
    case = case_with_files
    plain, secret = Attachment.objects.order_by("is_restricted")
    for reader, reads_plain, reads_secret in (
        (client, False, False),
        (signed_in(cases.person()), False, False),
        (signed_in(cases.person(represents=cases.member_org("other"))), False, False),
        (signed_in(cases.person(liaison_of=cases.ministry("moj"))), False, False),
        (signed_in(cases.person(convenes=cases.group("application"))), False, False),
        (signed_in(cases.person(secretariat=True)), True, False),
        (signed_in(cases.convener_of(case)), True, True),
        (author_of(case), True, True),
    ):
        assert fetch(reader, file_path(case, plain)) == (200 if reads_plain else 404)
        assert fetch(reader, file_path(case, secret)) == (200 if reads_secret else 404)
    assert [opening.user for opening in RestrictedOpening.objects.all()] == [cases.convener_of(case)]


def test_file_link_dies_with_the_session(case_with_files: Proposal) -> None:
    file = Attachment.objects.get(is_restricted=False)
    reader = author_of(case_with_files)
    assert fetch(reader, file_path(case_with_files, file)) == 200
    reader.logout()
    assert reader.get(file_path(case_with_files, file)).status_code == 404


def test_file_under_another_case_is_not_found(case_with_files: Proposal) -> None:
    other = cases.submitted(organisation=case_with_files.organisation)
    file = Attachment.objects.first()
    assert author_of(case_with_files).get(file_path(other, file)).status_code == 404


def test_file_lost_by_the_disk_is_not_found(case_with_files: Proposal) -> None:
    file = Attachment.objects.get(is_restricted=True)
    Path(file.file.path).unlink()
    assert fetch(signed_in(cases.convener_of(case_with_files)), file_path(case_with_files, file)) == 404
    assert not RestrictedOpening.objects.exists()


def test_file_is_never_posted_to(case_with_files: Proposal) -> None:
    file = Attachment.objects.first()
    assert author_of(case_with_files).post(file_path(case_with_files, file)).status_code == 405
