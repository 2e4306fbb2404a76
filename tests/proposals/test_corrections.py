"""更正: an answer that is corrected, supplemented or withdrawn stays readable in every version."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from members import clock
from members.models import Letter, User
from members.refusals import NotAllowed, Refused, Stale
from proposals.actions.answering import correct_answer
from proposals.models import Answer, Clarification, Proposal, TimelineEntry
from proposals.precedents import earlier_clarifications
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
NEW = {"outcome": "partly", "reason": "更正後的理由", "legal_basis": "證券交易法第30條"}


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def case() -> Proposal:
    with clock.at(cases.at(2026, 11, 2)):
        return cases.answered()


def first(case: Proposal) -> Answer:
    return case_answers(case)[0]


def case_answers(case: Proposal) -> list[Answer]:
    return list(Answer.objects.current().filter(referral__proposal=case))


def liaison(case: Proposal) -> User:
    return cases.liaison_of(cases.lead_of(case).ministry)


def corrected(case: Proposal, change: str = "corrected", why: str = "誤引條文", **fields: object) -> Answer:
    words = (NEW | fields) if change == "corrected" else fields
    return correct_answer(user=liaison(case), answer=first(case), change=change, reason=why, fields=words)


def page(case: Proposal, language: str = "en") -> str:
    prefix = "/en" if language == "en" else ""
    return Client().get(f"{prefix}/proposals/{case.number}/").content.decode()


# --- the versions --------------------------------------------------------------------------------


def test_correction_is_a_new_version_and_the_first_date_stands(case: Proposal) -> None:
    before = (case.state, case.answered_at, cases.lead_of(case).answered_at)
    old = first(case)
    with clock.at(cases.at(2026, 11, 20)):
        new = corrected(case)
    assert (new.version, new.replaces, new.outcome) == (2, old, "partly")
    case.refresh_from_db()
    assert (case.state, case.answered_at, cases.lead_of(case).answered_at) == before
    assert Answer.objects.get(pk=old.pk).reason == old.reason
    assert old not in case_answers(case)
    assert len(case_answers(case)) == 2


def test_correction_stands_on_the_timeline_with_its_reason(case: Proposal) -> None:
    corrected(case)
    entry = TimelineEntry.objects.get(proposal=case, kind="answer_corrected")
    assert (entry.note.text, entry.visibility, entry.data["asks"]) == ("誤引條文", "public", [1])


def test_supplement_keeps_the_outcome_and_adds_to_the_reason(case: Proposal) -> None:
    old = first(case)
    with pytest.raises(Refused, match="keeps the outcome"):
        corrected(case, "supplemented", **NEW)
    new = correct_answer(
        user=liaison(case),
        answer=old,
        change="supplemented",
        reason="另有函釋",
        fields={"reason": f"{old.reason}\n\n另見函釋"},
    )
    assert (new.outcome, new.reason) == (old.outcome, "理由\n\n另見函釋")


def test_withdrawn_answer_stays_readable_and_its_ask_counts_as_answered(case: Proposal) -> None:
    old = first(case)
    new = corrected(case, "withdrawn", "依據已廢止")
    assert (new.outcome, new.reason, new.is_withdrawn) == ("withdrawn", "", True)
    assert len(case_answers(case)) == cases.lead_of(case).asked.count()
    words = page(case)
    assert "Withdrawn" in words
    assert "依據已廢止" in words
    assert f"<s>{old.reason}</s>" in words


def test_withdrawn_answer_can_be_given_anew_and_is_not_withdrawn_twice(case: Proposal) -> None:
    corrected(case, "withdrawn")
    with pytest.raises(Refused, match="withdrawn already"):
        corrected(case, "withdrawn")
    assert corrected(case).version == 3


def test_case_page_shows_the_newest_version_and_strikes_the_others(case: Proposal) -> None:
    with clock.at(cases.at(2026, 11, 20)):
        corrected(case)
    words = page(case)
    assert "更正後的理由" in words
    assert "<s>理由</s>" in words
    assert "誤引條文" in words
    assert "First answered" in words


def test_export_holds_every_version(case: Proposal) -> None:
    corrected(case)
    answer = Client().get(f"/en/proposals/{case.number}/dossier.zip")
    files = ZipFile(BytesIO(b"".join(answer.streaming_content)))
    table = files.read(next(name for name in files.namelist() if name.endswith("answers.csv"))).decode()
    assert "更正後的理由" in table
    assert "誤引條文" in table
    assert table.count("not_adopted") == 2


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"reason": " "}, "with its reason"),
        ({"legal_basis": ""}, "legal basis"),
        ({"outcome": "withdrawn"}, "not open"),
        ({"outcome": "unclassified"}, "not open"),
        ({"outcome": "not_adopted", "reason": "理由", "legal_basis": "證券交易法第22條"}, "as before"),
    ],
)
def test_version_that_will_not_do_is_refused(case: Proposal, words: dict[str, object], why: str) -> None:
    with pytest.raises(Refused, match=why):
        corrected(case, **words)
    assert Answer.objects.filter(version=2).count() == 0


def test_change_without_a_reason_is_refused(case: Proposal) -> None:
    with pytest.raises(Refused, match="with its reason"):
        corrected(case, why=" ")


def test_version_that_a_colleague_replaced_meanwhile_is_stale(case: Proposal) -> None:
    old = first(case)
    corrected(case)
    with pytest.raises(Stale):
        correct_answer(user=liaison(case), answer=old, change="withdrawn", reason="r")


def test_only_liaison_and_deputy_correct(case: Proposal) -> None:
    body = cases.lead_of(case).ministry
    for user in (
        cases.person(supervises=body),
        cases.person(secretariat=True),
        cases.convener_of(case),
        cases.proposer_of(case),
        cases.person(liaison_of=cases.ministry("moj")),
    ):
        with pytest.raises(NotAllowed):
            correct_answer(user=user, answer=first(case), change="withdrawn", reason="r")
    deputy = cases.person(deputy_of=body)
    assert correct_answer(user=deputy, answer=first(case), change="withdrawn", reason="r").pk


# --- who hears of it, and the register ---------------------------------------------------------------


def test_proposer_and_group_are_told_in_words(case: Proposal) -> None:
    corrected(case, why="誤引條文")
    letters = Letter.objects.filter(kind="answer_changed")
    assert {letter.recipient for letter in letters} == {cases.proposer_of(case), cases.convener_of(case)}
    assert all("誤引條文" in letter.body for letter in letters)


def test_register_no_longer_relies_on_an_answer_that_was_changed() -> None:
    case = cases.answered(says={"outcome": "clarified"})
    entry = Clarification.objects.filter(answer__referral__proposal=case).order_by("pk")[0]
    Clarification.objects.filter(pk=entry.pk).update(is_published=True)
    ask = entry.answer.ask
    assert earlier_clarifications([ask])[:1]
    correct_answer(
        user=liaison(case), answer=entry.answer, change="corrected", reason="r", fields={"reason": "新理由"}
    )
    assert Clarification.objects.in_force().filter(pk=entry.pk).count() == 0
    assert Clarification.objects.get(slug=f"{entry.slug}-v2").is_published is False
    shown = Client().get(f"/en/register/{entry.slug}/").content.decode()
    assert "Do not rely on it" in shown


def test_promise_is_followed_once_however_often_its_answer_is_corrected() -> None:
    case = cases.promised()
    answer = first(case)
    with clock.at(clock.now() + timedelta(days=120)):
        correct_answer(
            user=liaison(case), answer=answer, change="corrected", reason="r", fields={"legal_basis": "新"}
        )
    assert case.follow_ups.count() == 1


def test_correction_that_promises_opens_a_follow_up(case: Proposal) -> None:
    day = clock.today() + timedelta(days=60)
    corrected(case, outcome="rule_change", next_step="預告修正", next_on=day)
    assert [item.planned_on for item in case.follow_ups.all()] == [day]


# --- the database --------------------------------------------------------------------------------


def sql(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


COPY = (
    "INSERT INTO proposals_answer (referral_id, ask_id, outcome, reason, legal_basis, next_step, "
    "published_at, version, replaces_id, change, change_reason, document_number) SELECT referral_id, "
    "ask_id, %s, %s, legal_basis, next_step, published_at, %s, %s, %s, %s, document_number "
    "FROM proposals_answer WHERE id = %s"
)


def test_raw_sql_changes_no_version_and_adds_none_that_does_not_follow(case: Proposal) -> None:
    one, other = case_answers(case)
    with pytest.raises(DatabaseError):
        sql("UPDATE proposals_answer SET reason = 'x' WHERE id = %s", one.pk)
    with pytest.raises(DatabaseError):
        sql("DELETE FROM proposals_answer WHERE id = %s", one.pk)
    for outcome, reason, version, replaces, change, why in (
        ("partly", "r", 1, None, "", ""),
        ("partly", "r", 2, None, "", ""),
        ("partly", "r", 2, one.pk, "corrected", ""),
        ("partly", "r", 2, one.pk, "withdrawn", "w"),
        ("withdrawn", "", 2, one.pk, "corrected", "w"),
        ("partly", "", 2, one.pk, "corrected", "w"),
    ):
        with pytest.raises(IntegrityError):
            sql(COPY, outcome, reason, version, replaces, change, why, one.pk)
    for version, replaces in ((2, other.pk), (3, one.pk)):
        with pytest.raises(DatabaseError, match="version before"):
            sql(COPY, "partly", "r", version, replaces, "corrected", "w", one.pk)
    sql(COPY, "partly", "r", 2, one.pk, "corrected", "w", one.pk)


# --- the page ------------------------------------------------------------------------------------


def typed(answer: Answer, **values: object) -> dict[str, object]:
    return {
        "answer": answer.pk,
        "change": "corrected",
        "change_reason": "誤引條文",
        "outcome": "partly",
        "reason": "更正後的理由",
        "legal_basis": "證券交易法第30條",
        "sure": "on",
    } | values


def test_page_asks_which_answer_and_publishes_the_new_version(case: Proposal) -> None:
    referral = cases.lead_of(case)
    address = f"/en/dashboard/{referral.pk}/correct/"
    client = signed_in(liaison(case))
    assert "Which answer" in client.get(address).content.decode()
    form = client.get(address, {"ask": "1"}).content.decode()
    assert "證券交易法第22條" in form
    assert client.post(f"{address}?ask=1", typed(first(case), sure="")).status_code == 422
    assert client.post(f"{address}?ask=1", typed(first(case))).status_code == 302
    assert first(case).change == "corrected"
    assert client.get(address, {"ask": "7"}).status_code == 404


def test_page_keeps_what_was_typed_when_a_colleague_was_faster(case: Proposal) -> None:
    referral, old = cases.lead_of(case), first(case)
    client = signed_in(liaison(case))
    corrected(case, legal_basis="同事所引")
    address = f"/en/dashboard/{referral.pk}/correct/?ask=1"
    answer = client.post(address, typed(old, reason="我的文字"))
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "我的文字" in words
    assert "同事所引" in words
    assert f'name="answer" value="{first(case).pk}"' in words


def test_case_page_asks_as_often_with_versions_as_without(case: Proposal) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(case)
        return len(queries)

    page(case)
    before = count()
    corrected(case)
    corrected(case, "withdrawn")
    assert count() == before
