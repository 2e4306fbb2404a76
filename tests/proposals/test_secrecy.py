"""Before words that touch restricted text are published, the proposer says what of them is secret."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils.translation import override

from members import clock
from members.models import Letter, User
from members.refusals import NotAllowed, Refused
from proposals import reminders
from proposals.actions import answering
from proposals.actions.proposer import withdraw_proposal
from proposals.models import CheckedText, Pause, Question, Referral, SecrecyCheck, TimelineEntry
from proposals.models.deadlines import Kind
from proposals.states import ReferralState
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
WORDS = {"outcome": "partly", "reason": "擬公開的文字", "legal_basis": "證券交易法第22條"}
MONDAY = cases.at(2026, 11, 2)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def referral() -> Referral:
    with clock.at(MONDAY):
        row = cases.lead_of(cases.referred(restricted="商業機密內容"))
        user = liaison(row)
        answering.accept_referral(user=user, referral=row)
        asks = row.asked.values_list("pk", flat=True)
        answering.save_answer_drafts(user=user, referral=row, drafts={pk: dict(WORDS) for pk in asks})
    return fresh(row)


def fresh(row: Referral) -> Referral:
    return Referral.objects.select_related("proposal__organisation", "ministry").get(pk=row.pk)


def last_day(row: Referral) -> date:
    """Before it is moved past days on which offices are closed."""
    return row.deadlines.get(kind=Kind.ANSWER).raw_last_on


def liaison(row: Referral) -> User:
    return cases.liaison_of(row.ministry)


def asked(row: Referral) -> SecrecyCheck:
    with clock.at(cases.at(2026, 11, 3)):
        asks = list(row.asked.values_list("pk", flat=True))
        return answering.ask_secrecy_check(user=liaison(row), referral=row, asks=asks)


def answered(check: SecrecyCheck, is_fine: bool = True, objection: str = "", day: int = 5) -> SecrecyCheck:
    user = cases.proposer_of(check.question.referral.proposal)
    with clock.at(cases.at(2026, 11, day)):
        return answering.answer_secrecy_check(user=user, check=check, is_fine=is_fine, objection=objection)


def test_check_stops_the_clock_for_three_working_days(referral: Referral) -> None:
    check = asked(referral)
    row = fresh(referral)
    assert (row.state, row.is_paused) == (ReferralState.WAITING, True)
    deadline = check.question.deadlines.get()
    assert (deadline.kind, deadline.due_on.isoformat()) == (Kind.SECRECY, "2026-11-06")
    assert Pause.objects.get(referral=row).cause == "secrecy"
    assert [text.reason for text in check.texts.all()] == ["擬公開的文字"] * 2


def test_word_of_the_proposer_lets_the_clock_run_on_with_the_days_added(referral: Referral) -> None:
    before = last_day(referral)
    answered(asked(referral), is_fine=False, objection="第二行是配方")
    row = fresh(referral)
    assert (row.state, row.is_paused) == (ReferralState.IN_PROGRESS, False)
    assert (last_day(referral) - before).days == 2
    assert SecrecyCheck.objects.get().objection == "第二行是配方"


def test_ministry_publishes_as_it_decides_whatever_the_proposer_says(referral: Referral) -> None:
    answered(asked(referral), is_fine=False, objection="全部")
    asks = list(referral.asked.values_list("pk", flat=True))
    with clock.at(cases.at(2026, 11, 9)):
        published = answering.publish_answers(user=liaison(referral), referral=fresh(referral), asks=asks)
    assert [answer.reason for answer in published] == ["擬公開的文字"] * 2


def test_silence_lets_the_clock_run_on_after_the_third_day(referral: Referral) -> None:
    asked(referral)
    with clock.at(cases.at(2026, 11, 6, 23)):
        assert reminders.sweep()["unanswered"] == 0
    with clock.at(cases.at(2026, 11, 10)):
        assert reminders.sweep()["unanswered"] == 1
    row = fresh(referral)
    assert (row.state, row.is_paused) == (ReferralState.IN_PROGRESS, False)
    assert Pause.objects.get(referral=row).ends_on.isoformat() == "2026-11-07"
    kinds = set(Letter.objects.values_list("kind", flat=True))
    assert {"secrecy_check_asked", "secrecy_check_over", "secrecy_check_lapsed"} <= kinds


def test_check_counts_as_no_question_and_opens_no_outcome(referral: Referral) -> None:
    asked(referral)
    with clock.at(cases.at(2026, 11, 10)):
        reminders.sweep()
    row = fresh(referral)
    assert "cannot_judge" not in answering.possible_outcomes(row)
    with clock.at(cases.at(2026, 11, 11)):
        answering.ask_proposer(user=liaison(row), referral=row, text="一")
    assert Question.objects.asked().count() == 1


def test_check_is_asked_once_and_only_where_there_is_something_to_check(referral: Referral) -> None:
    answered(asked(referral))
    with pytest.raises(Refused, match="once already"):
        asked(fresh(referral))
    other = cases.lead_of(cases.referred(organisation=cases.member_org("other")))
    with pytest.raises(Refused, match="no restricted text"):
        answering.ask_secrecy_check(
            user=liaison(other), referral=other, asks=list(other.asked.values_list("pk", flat=True))
        )


def test_incomplete_draft_is_not_laid_before_the_proposer(referral: Referral) -> None:
    referral.answerdrafts.update(legal_basis="")
    with pytest.raises(Refused, match="legal basis"):
        asked(referral)
    with pytest.raises(Refused, match="Choose the drafts"):
        answering.ask_secrecy_check(user=liaison(referral), referral=referral, asks=[])
    assert fresh(referral).state == ReferralState.IN_PROGRESS


def test_objection_needs_its_words_and_is_said_once(referral: Referral) -> None:
    check = asked(referral)
    with pytest.raises(Refused, match="which words"):
        answered(check, is_fine=False)
    answered(check)
    with pytest.raises(Refused, match="over"):
        answered(check)


def test_only_the_proposer_answers_the_check(referral: Referral) -> None:
    check = asked(referral)
    for user in (
        liaison(referral),
        cases.convener_of(referral.proposal),
        cases.person(secretariat=True),
        cases.person(represents=cases.member_org("other")),
    ):
        with pytest.raises(NotAllowed):
            answering.answer_secrecy_check(user=user, check=check, is_fine=True)


def test_words_are_read_by_the_two_alone_and_the_public_learns_that_a_check_runs(referral: Referral) -> None:
    check = answered(asked(referral), is_fine=False, objection="異議內容")
    proposer = cases.proposer_of(referral.proposal)
    for user, sees in (
        (liaison(referral), True),
        (proposer, True),
        (cases.convener_of(referral.proposal), False),
        (cases.person(secretariat=True), False),
        (cases.person(liaison_of=cases.ministry("moj")), False),
    ):
        assert SecrecyCheck.objects.visible_to(user).exists() is sees
        assert CheckedText.objects.visible_to(user).exists() is sees
    page = Client().get(f"/en/proposals/{referral.proposal.number}/").content.decode()
    assert "business secrets" in page
    assert "異議內容" not in page
    assert "擬公開的文字" not in page
    entries = TimelineEntry.objects.filter(kind__startswith="secrecy").select_related("note")
    assert {entry.note.text for entry in entries} == {""}
    assert not any("異議內容" in letter.body for letter in Letter.objects.all())
    assert check.question.text == ""


def test_withdrawal_ends_the_check(referral: Referral) -> None:
    check = asked(referral)
    withdraw_proposal(user=cases.proposer_of(referral.proposal), proposal=referral.proposal)
    assert not SecrecyCheck.objects.get(pk=check.pk).is_open
    assert not referral.proposal.pauses.filter(ends_on=None).exists()


def sql(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_raw_sql_neither_changes_the_words_laid_out_nor_adds_a_second_check(referral: Referral) -> None:
    check = asked(referral)
    with pytest.raises(DatabaseError):
        sql("UPDATE proposals_checkedtext SET reason = 'x'")
    with pytest.raises(DatabaseError):
        sql("DELETE FROM proposals_checkedtext")
    with pytest.raises(IntegrityError):
        sql("UPDATE proposals_secrecycheck SET is_fine = false WHERE id = %s", check.pk)
    with pytest.raises(DatabaseError):
        sql("UPDATE proposals_question SET text = 'x' WHERE id = %s", check.question_id)
    with pytest.raises(IntegrityError):
        sql(
            "INSERT INTO proposals_question "
            "(referral_id, kind, text, asked_at, asked_by_id, reply, lapsed_at) "
            "SELECT referral_id, kind, text, asked_at, asked_by_id, '', now() FROM proposals_question"
        )


# --- the pages -----------------------------------------------------------------------------------


def test_proposer_reads_the_words_and_says_what_is_secret(referral: Referral) -> None:
    check = asked(referral)
    number, user = referral.proposal.number, cases.proposer_of(referral.proposal)
    client, address = signed_in(user), f"/en/proposals/{number}/secrecy/{check.question_id}/"
    with clock.at(cases.at(2026, 11, 4)):
        reply = client.get(f"/en/proposals/{number}/questions/{check.question_id}/")
        assert (reply.status_code, reply["Location"]) == (302, address)
        assert f"/questions/{check.question_id}/" in client.get(f"/en/proposals/{number}/").content.decode()
        page = client.get(address)
        assert "擬公開的文字" in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        assert client.post(address, {"is_fine": "no", "objection": ""}).status_code == 422
        assert client.post(address, {"is_fine": "no", "objection": "配方"}).status_code == 302
        assert "配方" in client.get(address).content.decode()
        assert client.post(address, {"is_fine": "yes"}).status_code == 409
        assert signed_in(liaison(referral)).get(address).status_code == 404
        board = signed_in(liaison(referral)).get(f"/en/dashboard/{referral.pk}/").content.decode()
    assert "配方" in board


def test_ministry_chooses_the_drafts_on_a_page_and_sees_that_the_clock_stands(referral: Referral) -> None:
    client, address = signed_in(liaison(referral)), f"/en/dashboard/{referral.pk}/check_secrecy/"
    with clock.at(cases.at(2026, 11, 3)):
        publish = client.get(f"/en/dashboard/{referral.pk}/publish/").content.decode()
        assert "check_secrecy" in publish
        page = client.get(address).content.decode()
        assert "擬公開的文字" in page
        assert client.post(address, {}).status_code == 422
        asks = list(referral.asked.values_list("pk", flat=True))
        assert client.post(address, {"asks": asks}).status_code == 302
        assert "check_secrecy" not in client.get(f"/en/dashboard/{referral.pk}/").content.decode()
    assert fresh(referral).state == ReferralState.WAITING
