"""擬復 as a file for the sign-off on paper."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from members.models import User
from proposals.actions import answering
from proposals.models import Referral
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral() -> Referral:
    row = cases.lead_of(cases.referred(title="提案名稱甲"))
    first = row.proposal.asks.first()
    words = {"outcome": "partly", "reason": "擬復之理由 <甲>", "legal_basis": "證券交易法第22條"}
    answering.save_answer_drafts(user=cases.liaison_of(row.ministry), referral=row, drafts={first.pk: words})
    return row


def fetched(user: User, row: Referral, language: str = ""):
    return signed_in(user).get(f"{language}/dashboard/{row.pk}/draft.odt")


@pytest.mark.parametrize("language", ["", "/en"])
def test_paper_holds_the_facts_and_every_draft_in_chinese(referral: Referral, language: str) -> None:
    answer = fetched(cases.liaison_of(referral.ministry), referral, language)
    assert answer["Content-Type"] == "application/vnd.oasis.opendocument.text"
    assert "no-store" in answer["Cache-Control"]
    text = ZipFile(BytesIO(answer.content)).read("content.xml").decode()
    number = str(referral.proposal.number)
    for words in ("提案名稱甲", number, "擬復之理由 &lt;甲&gt;", "部分參採", "尚未擬具"):
        assert words in text, words


def test_paper_says_what_is_published_already(referral: Referral) -> None:
    user, ask = cases.liaison_of(referral.ministry), referral.proposal.asks.first()
    answering.publish_answers(user=user, referral=referral, asks=[ask.pk])
    text = ZipFile(BytesIO(fetched(user, referral).content)).read("content.xml").decode()
    assert "已發布回應" in text


def test_paper_is_found_by_the_own_body_alone(referral: Referral) -> None:
    assert fetched(cases.person(supervises=referral.ministry), referral).status_code == 200
    for user in (
        cases.person(liaison_of=cases.ministry("moj")),
        cases.person(secretariat=True),
        cases.convener_of(referral.proposal),
        cases.proposer_of(referral.proposal),
    ):
        assert fetched(user, referral).status_code == 404
