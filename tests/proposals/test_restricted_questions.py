"""The restricted part of a ministry's question and of the reply: who writes it, and who reads it."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from members import clock
from members.models import Letter, Organisation, User
from members.refusals import NotAllowed, Refused
from proposals.actions.answering import ask_proposer, ask_secrecy_check, return_referral, save_answer_drafts
from proposals.actions.proposer import reply_to_question
from proposals.actions.redaction import redact_words, remove_text
from proposals.actions.restricted import announce_opening, open_restricted
from proposals.actions.triage import refer_proposal
from proposals.models import (
    Access,
    Competitor,
    Proposal,
    PublicOpening,
    Question,
    RestrictedOpening,
    RestrictedPart,
)
from proposals.reminders import sweep
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db

MONDAY = cases.at(2026, 11, 2, 10)
ASKED, REPLIED = "貴公司金鑰切分參數為何", "以三取二門檻簽章並由自製硬體安全模組分處保管"
Side, What = RestrictedPart.Side, RestrictedOpening.What


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY), translation.override("en"):
        yield


@pytest.fixture
def case() -> Proposal:
    """With a lead and a supporting ministry, and no restricted text of its own."""
    case = cases.submitted(restricted="")
    lead, beside = cases.ministry(), cases.ministry("moda")
    cases.liaison_of(lead)
    cases.liaison_of(beside)
    return refer_proposal(user=cases.convener_of(case), proposal=case, lead=lead, supporting=[beside])


def liaison(case: Proposal) -> User:
    return cases.liaison_of(cases.lead_of(case).ministry)


def asked(case: Proposal, restricted: str = ASKED) -> Question:
    return ask_proposer(
        user=liaison(case), referral=cases.lead_of(case), text="請說明保管方式", restricted=restricted
    )


def replied(case: Proposal) -> Question:
    return reply_to_question(
        user=cases.proposer_of(case), question=asked(case), text="詳機密部分", restricted=REPLIED
    )


def readers(case: Proposal, *users: User) -> list[int]:
    rows = RestrictedPart.objects.filter(proposal=case)
    return [rows.visible_to(user).count() for user in users]


def opened(case: Proposal, user: User) -> str:
    response = signed_in(user).post(f"/en/proposals/{case.number}/restricted/")
    return response.content.decode() if response.status_code == 200 else str(response.status_code)


# --- writing it ------------------------------------------------------------------------------------


def test_parts_stand_beside_the_public_texts(case: Proposal) -> None:
    question = replied(case)
    assert (question.text, question.reply) == ("請說明保管方式", "詳機密部分")
    assert list(question.restricted_parts.values_list("side", "text")) == [
        (Side.QUESTION, ASKED),
        (Side.REPLY, REPLIED),
    ]


@pytest.mark.parametrize("nothing", ["", " \n "])
def test_nothing_typed_is_no_part(case: Proposal, nothing: str) -> None:
    asked(case, nothing)
    assert not RestrictedPart.objects.exists()


def test_question_and_reply_need_public_words(case: Proposal) -> None:
    with pytest.raises(Refused):
        ask_proposer(user=liaison(case), referral=cases.lead_of(case), text=" ", restricted=ASKED)
    question = asked(case)
    with pytest.raises(Refused):
        reply_to_question(user=cases.proposer_of(case), question=question, text="", restricted=REPLIED)
    assert RestrictedPart.objects.get().side == Side.QUESTION


def test_form_of_the_question_keeps_both_texts_on_refusal(case: Proposal) -> None:
    client, pk = signed_in(liaison(case)), cases.lead_of(case).pk
    page = client.post(f"/en/dashboard/{pk}/ask/", {"text": "", "restricted": ASKED})
    assert page.status_code == 422
    assert ASKED in page.content.decode()
    asked(case)
    page = client.post(f"/en/dashboard/{pk}/ask/", {"text": "第二問", "restricted": "另一秘密"})
    assert page.status_code == 409
    assert all(word in page.content.decode() for word in ("第二問", "另一秘密"))
    assert not RestrictedPart.objects.filter(text="另一秘密").exists()


def test_form_of_the_reply_keeps_both_texts_on_refusal(case: Proposal) -> None:
    question, client = asked(case), signed_in(cases.proposer_of(case))
    address = f"/en/proposals/{case.number}/questions/{question.pk}/"
    assert ASKED in client.get(address).content.decode()
    page = client.post(address, {"text": "", "restricted": REPLIED})
    assert page.status_code == 422
    assert REPLIED in page.content.decode()
    assert client.post(address, {"text": "如附", "restricted": REPLIED}).status_code == 302
    page = client.post(address, {"text": "晚到的回覆", "restricted": "晚到的秘密"})
    assert page.status_code == 409
    assert all(word in page.content.decode() for word in ("晚到的回覆", "晚到的秘密"))
    assert list(question.restricted_parts.values_list("text", flat=True)) == [ASKED, REPLIED]


# --- who reads it ----------------------------------------------------------------------------------


def test_readers_are_those_of_the_restricted_text(case: Proposal) -> None:
    replied(case)
    beside = cases.liaison_of(Organisation.objects.get(slug="moda"))
    assert readers(case, cases.proposer_of(case), liaison(case), beside, cases.convener_of(case)) == [2] * 4
    others = [
        cases.person("office@example.org", secretariat=True),
        cases.person("audit@example.org", audits=True),
        cases.person("far@example.org", liaison_of=cases.ministry("moea")),
        cases.person("firm@example.org", represents=cases.member_org("globex")),
    ]
    assert readers(case, *others) == [0] * 4
    assert not RestrictedPart.objects.filter(proposal=case).public().exists()


def test_officer_of_a_competitor_reads_nothing(case: Proposal) -> None:
    replied(case)
    rival = cases.member_org("rival")
    Competitor.objects.create(proposal=case, organisation=rival)
    officer = cases.person("both@example.org", represents=rival, convenes=case.group)
    assert readers(case, officer) == [0]
    assert opened(case, officer) == "404"


def test_body_that_gave_its_part_back_reads_it_no_more(case: Proposal) -> None:
    replied(case)
    beside = case.referrals.get(part="support")
    user = cases.liaison_of(beside.ministry)
    return_referral(user=user, referral=beside, body=cases.ministry("moea"), reason="非本部權責")
    assert readers(case, user) == [0]
    assert opened(case, user) == "404"


@pytest.mark.parametrize("more", ["", "print/", "feed.atom", "dossier.zip", "receipt/"])
def test_pages_for_everybody_hold_no_hint(case: Proposal, more: str) -> None:
    """With a restricted part every such page reads as without it."""
    asked(case, restricted="")
    address = f"/en/proposals/{case.number}/{more}"
    plain = Client().get(address).content if more != "dossier.zip" else b""
    question = Question.objects.get()
    RestrictedPart.objects.create(
        proposal=case, question=question, side="question", text=ASKED, written_at=question.asked_at
    )
    response = Client().get(address)
    if more == "dossier.zip":
        with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
            said = b"".join(archive.read(name) for name in archive.namelist())
        assert ASKED.encode() not in said
        assert not [name for name in archive.namelist() if "restricted/" in name]
    else:
        assert response.content == plain


def test_case_page_names_the_parts_to_readers_only_and_shows_no_word(case: Proposal) -> None:
    replied(case)
    said = "Restricted parts of questions and replies"
    address = f"/en/proposals/{case.number}/"
    for user in (cases.proposer_of(case), liaison(case), cases.convener_of(case)):
        shown = signed_in(user).get(address).content.decode()
        assert said in shown
        assert ASKED not in shown
        assert REPLIED not in shown
    stranger = cases.person("firm@example.org", represents=cases.member_org("globex"))
    assert said not in signed_in(stranger).get(address).content.decode()


def test_no_letter_carries_it(case: Proposal) -> None:
    replied(case)
    told = "".join(f"{letter.subject}{letter.body}" for letter in Letter.objects.all())
    assert "請說明保管方式" in told
    assert ASKED not in told
    assert REPLIED not in told
    assert "限閱部分" in Letter.objects.get(kind="question_asked").body
    assert "限閱部分" in Letter.objects.get(kind="question_answered").body


# --- each opening is logged ------------------------------------------------------------------------


def test_opening_shows_the_parts_and_logs_each(case: Proposal) -> None:
    question = replied(case)
    shown = opened(case, liaison(case))
    assert ASKED in shown
    assert REPLIED in shown
    rows = case.restricted_openings.order_by("pk").values_list("what", "part", "reader")
    parts = question.restricted_parts.values_list("pk", flat=True)
    assert list(rows) == [(What.PART, pk, "ministry") for pk in parts]
    log = signed_in(cases.proposer_of(case)).get(f"/en/proposals/{case.number}/restricted/log/")
    assert "Reply to Ministry fsc, restricted part" in log.content.decode()


def test_looking_at_the_page_without_the_button_shows_no_word(case: Proposal) -> None:
    replied(case)
    shown = signed_in(liaison(case)).get(f"/en/proposals/{case.number}/restricted/").content.decode()
    assert ASKED not in shown
    assert not case.restricted_openings.exists()


def test_own_reading_is_not_logged(case: Proposal) -> None:
    replied(case)
    words = open_restricted(user=cases.proposer_of(case), proposal=case)
    assert [part.text for part in words.parts] == [ASKED, REPLIED]
    assert not case.restricted_openings.exists()


def test_zip_of_a_reader_holds_the_parts_and_is_logged_once(case: Proposal) -> None:
    replied(case)
    response = signed_in(liaison(case)).post(f"/en/proposals/{case.number}/dossier.zip")
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        said = archive.read(f"{case.number}/restricted/questions.txt").decode()
    assert ASKED in said
    assert REPLIED in said
    assert case.restricted_openings.get().what == What.DOSSIER


def test_secrecy_can_be_checked_where_only_a_reply_is_restricted(case: Proposal) -> None:
    replied(case)
    referral, ask = cases.lead_of(case), case.asks.first()
    draft = {"outcome": "clarified", "reason": f"因{REPLIED}，得辦理", "legal_basis": "第22條"}
    save_answer_drafts(user=liaison(case), referral=referral, drafts={ask.pk: draft})
    page = signed_in(liaison(case)).get(f"/en/dashboard/{referral.pk}/check_secrecy/").content.decode()
    assert "checked" in page
    assert REPLIED not in page.replace(draft["reason"], "")
    assert ask_secrecy_check(user=liaison(case), referral=referral, asks=[ask.pk]).is_open


# --- to everybody: on the proposer's renewed word --------------------------------------------------


def test_part_opens_a_week_after_the_proposers_word_and_alone(case: Proposal) -> None:
    reply = replied(case).restricted_parts.get(side=Side.REPLY)
    client = signed_in(cases.proposer_of(case))
    address = f"/en/proposals/{case.number}/restricted/open/part/{reply.pk}/"
    assert REPLIED in client.get(address).content.decode()
    assert client.post(address, {"is_meant": "on"}).status_code == 302
    page = f"/en/proposals/{case.number}/"
    with clock.at(cases.at(2026, 11, 8, 23)):
        assert REPLIED not in Client().get(page).content.decode()
    with clock.at(cases.at(2026, 11, 9, 0)):
        assert sweep()["opened"] == 1
        for more in ("", "print/"):
            shown = Client().get(f"{page}{more}").content.decode()
            assert REPLIED in shown
            assert ASKED not in shown
        assert str(case.number) not in Client().get("/en/proposals/", {"q": REPLIED}).content.decode()
        opened(case, liaison(case))
    assert [row.part.side for row in case.restricted_openings.all()] == [Side.QUESTION]


def test_opening_of_the_text_opens_no_part(case: Proposal) -> None:
    case = cases.referred(restricted="成本結構")
    cases.liaison_of(cases.lead_of(case).ministry)
    announce_opening(user=cases.proposer_of(case), proposal=case)
    replied(case)
    with clock.at(cases.at(2026, 11, 9, 1)):
        shown = Client().get(f"/en/proposals/{case.number}/").content.decode()
    assert "成本結構" in shown
    assert ASKED not in shown
    assert REPLIED not in shown


def test_nobody_but_the_proposer_opens_a_part(case: Proposal) -> None:
    part = replied(case).restricted_parts.get(side=Side.QUESTION)
    for user in (liaison(case), cases.convener_of(case)):
        with pytest.raises(NotAllowed):
            announce_opening(user=user, proposal=case, part=part)
        address = f"/en/proposals/{case.number}/restricted/open/part/{part.pk}/"
        assert signed_in(user).post(address, {"is_meant": "on"}).status_code == 404
    announce_opening(user=cases.proposer_of(case), proposal=case, part=part)
    with pytest.raises(Refused):
        announce_opening(user=cases.proposer_of(case), proposal=case, part=part)


# --- redaction -------------------------------------------------------------------------------------


def test_words_are_blacked_out_of_the_parts_too(case: Proposal) -> None:
    replied(case)
    officer = cases.convener_of(case)
    redact_words(user=officer, proposal=case, words=["保管"], kind="secret", reason="提案人請求")
    assert RestrictedPart.objects.get(side=Side.REPLY).text == f"{REPLIED[:-2]}████"


def test_removal_knows_who_had_opened_the_part(case: Proposal) -> None:
    part = replied(case).restricted_parts.get(side=Side.REPLY)
    reader = cases.liaison_of(Organisation.objects.get(slug="moda"))
    open_restricted(user=reader, proposal=case)
    key = f"proposals.restrictedpart:{part.pk}:text"
    remove_text(user=cases.convener_of(case), proposal=case, key=key, kind="secret", reason="誤繕")
    part.refresh_from_db()
    assert REPLIED not in part.text
    assert Access.objects.get(how=Access.How.OPENED).user == reader


# --- what the database refuses ---------------------------------------------------------------------


def test_database_keeps_questions_replies_and_parts_as_they_were_written(case: Proposal) -> None:
    question = replied(case)
    part = question.restricted_parts.first()
    attempts = [
        lambda: RestrictedPart.objects.filter(pk=part.pk).update(text="別的"),
        lambda: RestrictedPart.objects.filter(pk=part.pk).delete(),
        lambda: Question.objects.filter(pk=question.pk).update(text="別的"),
        lambda: Question.objects.filter(pk=question.pk).update(reply="別的"),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_database_lays_no_part_beside_a_question_later_or_of_another_case(case: Proposal) -> None:
    question = asked(case, restricted="")
    other = cases.referred()
    for words in (
        {"proposal": case, "written_at": MONDAY.replace(hour=11)},
        {"proposal": other, "written_at": question.asked_at},
        {"proposal": case, "side": Side.REPLY},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            RestrictedPart.objects.create(**{"question": question, "side": "question", "text": "密"} | words)


def test_database_opens_no_part_of_another_case(case: Proposal) -> None:
    part = replied(case).restricted_parts.first()
    other = cases.referred()
    with pytest.raises(DatabaseError), transaction.atomic():
        PublicOpening.objects.create(
            proposal=other,
            part=part,
            announced_by=cases.proposer_of(other),
            announced_at=MONDAY,
            opens_on=date(2026, 11, 9),
        )


def test_pages_take_as_many_queries_for_four_parts_as_for_one(case: Proposal) -> None:
    def queries() -> list[int]:
        counts = []
        for user, address in (
            (cases.convener_of(case), f"/en/proposals/{case.number}/"),
            (cases.proposer_of(case), f"/en/proposals/{case.number}/restricted/"),
            (liaison(case), f"/en/dashboard/{cases.lead_of(case).pk}/"),
        ):
            client = signed_in(user)
            client.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            counts.append(len(seen))
        return counts

    proposer = cases.proposer_of(case)
    first = reply_to_question(user=proposer, question=asked(case), text="如附")
    second = reply_to_question(user=proposer, question=asked(case, ""), text="如附")
    few = queries()
    for question, side in ((first, Side.REPLY), (second, Side.QUESTION), (second, Side.REPLY)):
        moment = question.replied_at if side == Side.REPLY else question.asked_at
        words = {"question": question, "side": side, "text": "密", "written_at": moment}
        RestrictedPart.objects.create(proposal=case, **words)
    assert queries() == few
