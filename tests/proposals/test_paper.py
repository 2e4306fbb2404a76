"""Answers that a ministry gave by letter, entered by the secretariat."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused
from proposals.actions.answering import ask_proposer, first_opening
from proposals.actions.paper import enter_paper_answer
from proposals.ledger import Owner, ledger, totals
from proposals.models import PaperAnswer, Proposal, Referral
from proposals.states import ProposalState, ReferralState
from tests import cases
from tests.cases import signed_in
from tests.proposals.corpus.files import pdf

from .ledgers import turns
from .test_rules import refused

pytestmark = pytest.mark.django_db
START = cases.at(2026, 11, 2)
SAID = {"outcome": "not_adopted", "reason": "照錄來函說明二", "legal_basis": "證券交易法第22條"}
NUMBER = "金管證字第1150000001號"


@pytest.fixture
def case() -> Proposal:
    with clock.at(START):
        return cases.referred()


@pytest.fixture(autouse=True)
def three_weeks_on() -> Iterator[None]:
    with clock.at(START + timedelta(days=21)):
        yield


def office() -> Any:
    return cases.person("office@example.org", secretariat=True)


def scan(content: bytes | None = None, name: str = "letter.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def enter(case: Proposal, *numbers: int, **other: Any) -> PaperAnswer:
    asks = case.asks.filter(number__in=numbers or (1, 2))
    said: dict[str, Any] = {
        "user": office(),
        "referral": cases.lead_of(case),
        "letter_number": NUMBER,
        "letter_on": date(2026, 11, 16),
        "scan": scan(),
        "is_blacked_out": True,
        "answers": {ask.pk: dict(SAID) for ask in asks},
    }
    return enter_paper_answer(**said | other)


def test_letter_is_published_as_the_ministrys_answer_with_its_scan(case):
    paper = enter(case)
    case.refresh_from_db()
    assert case.state == ProposalState.ANSWERED
    page = Client().get(f"/en/proposals/{case.number}/").content.decode()
    assert "照錄來函說明二" in page
    assert f"Entered by the secretariat from letter no. {NUMBER}" in page
    address = f"/proposals/{case.number}/letters/{paper.pk}/"
    assert address in page
    sent = Client().get(address)
    assert (sent.status_code, b"".join(sent.streaming_content)) == (200, pdf())
    assert "attachment" in sent["Content-Disposition"]


def test_letter_of_the_due_day_is_in_time_though_entered_later(case):
    with clock.at(START):
        first_opening(user=cases.liaison_of(cases.ministry("fsc")), referral=cases.lead_of(case))
    due = cases.lead_of(case).due_on
    with clock.at(cases.at(due.year, due.month, due.day) + timedelta(days=9)):
        assert cases.lead_of(case).is_overdue
        enter(case, letter_on=due)
    lead = cases.lead_of(case)
    assert (lead.reply_on, lead.reply_number, lead.proved_on) == (due, NUMBER, due)
    assert lead.is_proved


def test_late_letter_proves_nothing(case):
    with clock.at(START):
        first_opening(user=cases.liaison_of(cases.ministry("fsc")), referral=cases.lead_of(case))
    late = cases.lead_of(case).due_on + timedelta(days=1)
    with clock.at(cases.at(late.year, late.month, late.day, 18)):
        enter(case, letter_on=late)
    assert cases.lead_of(case).proved_on is None


def test_days_between_letter_and_entry_are_the_alliances(case):
    with clock.at(START + timedelta(days=2)):
        first_opening(user=cases.liaison_of(cases.ministry("fsc")), referral=cases.lead_of(case))
    enter(case)
    days = totals(ledger(turns(case), date(2026, 11, 23)))
    assert days[Owner.MINISTRY] == 12  # received on the 4th, dated the 16th
    assert days[Owner.ALLIANCE] == 2 + 7


def test_letter_tells_of_its_receipt_where_nobody_knew(case):
    enter(case)
    lead = cases.lead_of(case)
    assert (lead.received_on, lead.state) == (date(2026, 11, 16), ReferralState.ANSWERED)


def test_letter_may_answer_some_asks_and_the_next_one_the_rest(case):
    enter(case, 1)
    lead = cases.lead_of(case)
    assert (lead.state, lead.proved_on) == (ReferralState.IN_PROGRESS, None)
    with pytest.raises(Refused):
        enter(case, 1, letter_number="另一號")
    with pytest.raises(Refused):
        enter(case, 2)
    enter(case, 2, letter_number="另一號")
    assert cases.lead_of(case).state == ReferralState.ANSWERED


def test_ministry_is_told_and_corrects_it(case):
    enter(case)
    letter = Letter.objects.get(kind="answer_entered")
    assert letter.recipient == cases.liaison_of(cases.ministry("fsc"))
    assert NUMBER in letter.body
    assert f"/dashboard/{cases.lead_of(case).pk}/" in letter.body
    assert case.timeline.get(kind="answer_entered").role == "secretariat"


@pytest.mark.parametrize(
    "wrong",
    [
        {"letter_number": " "},
        {"letter_on": date(2026, 11, 1)},
        {"letter_on": date(2026, 12, 1)},
        {"is_blacked_out": False},
        {"scan": b"MZ no document"},
        {"answers": {}},
        {"answers": "nothing said"},
    ],
    ids=str,
)
def test_what_is_missing_is_refused_and_leaves_nothing(case, wrong):
    if isinstance(wrong.get("scan"), bytes):
        wrong = {"scan": scan(wrong["scan"])}
    if wrong.get("answers"):
        wrong = {"answers": {case.asks.first().pk: SAID | {"reason": ""}}}
    with pytest.raises(Refused):
        enter(case, **wrong)
    assert not PaperAnswer.objects.exists()
    assert not cases.lead_of(case).answers.exists()


def test_nobody_but_the_secretariat_enters_a_letter(case):
    for user in (cases.convener_of(case), cases.liaison_of(cases.ministry("fsc")), cases.person(audits=True)):
        with pytest.raises(NotAllowed):
            enter(case, user=user)


def test_letter_waits_while_the_ministry_waits_for_the_proposer(case):
    ask_proposer(user=cases.liaison_of(cases.ministry("fsc")), referral=cases.lead_of(case), text="?")
    with pytest.raises(Refused):
        enter(case)


def test_database_keeps_the_letter(case):
    paper = enter(case)
    assert refused("update proposals_paperanswer set letter_number = 'x' where id = %s", paper.pk)
    assert refused("delete from proposals_paperanswer where id = %s", paper.pk)


def test_page_takes_the_same_queries_with_one_letter_and_with_two():
    def queries(case: Proposal) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert Client().get(f"/en/proposals/{case.number}/").status_code == 200
        return len(seen)

    with clock.at(START):
        one, two = cases.referred(), cases.referred()
    enter(one)
    enter(two, 1)
    enter(two, 2, letter_number="另一號")
    queries(one)
    assert queries(two) == queries(one)


# --- the page in the admin -----------------------------------------------------------------------


def form(case: Proposal, **other: Any) -> dict[str, Any]:
    first = case.asks.get(number=1).pk
    said = {f"ask-{first}-{name}": value for name, value in SAID.items()}
    head = {"letter_number": NUMBER, "letter_on": "2026-11-16", "is_blacked_out": "on", "scan": scan()}
    return head | said | other


def page_of(referral: Referral) -> str:
    return f"/en/admin/proposals/referral/{referral.pk}/paper/"


def test_secretariat_enters_the_letter_on_a_page(case):
    client = signed_in(office())
    referral = cases.lead_of(case)
    address = page_of(referral)
    assert address in client.get(f"/en/admin/proposals/referral/{referral.pk}/change/").content.decode()
    assert "What the letter" not in client.get(address).content.decode()
    late = client.post(address, form(case, letter_on="2026-12-24"))
    assert (late.status_code, "照錄來函說明二" in late.content.decode()) == (409, True)
    assert client.post(address, form(case, is_blacked_out="")).status_code == 422
    assert client.post(address, form(case, scan=scan(b"MZ"))).status_code == 422
    first = case.asks.get(number=1).pk
    assert client.post(address, form(case, **{f"ask-{first}-outcome": ""})).status_code == 422
    assert client.post(address, form(case)).status_code == 302
    assert PaperAnswer.objects.get().answers.get().reason == "照錄來函說明二"
