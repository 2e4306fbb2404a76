"""核定日, 文號: noted by the body, and published with its answer."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils.translation import override

from members import clock
from members.models import User
from members.refusals import Refused
from proposals.actions import answering
from proposals.models import Answer, Referral
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
WORDS = {"outcome": "not_adopted", "reason": "理由", "legal_basis": "證券交易法第22條"}
NUMBER = "金管證字第1150399999號"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(cases.at(2026, 11, 9)), override("en"):
        yield


@pytest.fixture
def referral() -> Referral:
    with clock.at(cases.at(2026, 11, 2)):
        row = cases.lead_of(cases.referred())
        answering.accept_referral(user=liaison(row), referral=row)
    return row


def liaison(row: Referral) -> User:
    return cases.liaison_of(row.ministry)


def noted(row: Referral, **values: object) -> Referral:
    said = {"since": date(2026, 11, 4), "approved_on": date(2026, 11, 6), "document_number": NUMBER}
    return answering.note_sign_off(user=liaison(row), referral=row, **(said | values))


def published(row: Referral) -> list[Answer]:
    asks = list(row.asked.values_list("pk", flat=True))
    answering.save_answer_drafts(user=liaison(row), referral=row, drafts={pk: dict(WORDS) for pk in asks})
    return answering.publish_answers(user=liaison(row), referral=row, asks=asks)


def test_approval_is_the_bodys_own_until_the_answer_is_published(referral: Referral) -> None:
    noted(referral)
    entry = referral.timeline.get(kind="approved")
    assert (entry.visibility, entry.data["document_number"]) == ("ministry", NUMBER)
    address = f"/en/proposals/{referral.proposal.number}/"
    assert NUMBER not in Client().get(address).content.decode()
    answers = published(referral)
    assert {(answer.approved_on, answer.document_number) for answer in answers} == {
        (date(2026, 11, 6), NUMBER)
    }
    page = Client().get(address).content.decode()
    assert NUMBER in page
    assert "Approved on" in page


def test_answer_without_a_noted_approval_is_published_without_one(referral: Referral) -> None:
    assert {answer.approved_on for answer in published(referral)} == {None}


def test_approval_is_taken_back_with_the_draft(referral: Referral) -> None:
    noted(referral)
    row = noted(referral, since=None, approved_on=None, document_number="")
    assert (row.sign_off_since, row.approved_on, row.document_number) == (None, None, "")
    assert referral.timeline.filter(kind="sign_off_ended").exists()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"approved_on": date(2026, 11, 10)}, "not in the future"),
        ({"approved_on": date(2026, 11, 3)}, "after the beginning"),
        ({"approved_on": None}, "with the day"),
    ],
)
def test_approval_that_will_not_do_is_refused(
    referral: Referral, values: dict[str, object], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        noted(referral, **values)
    assert Referral.objects.get(pk=referral.pk).sign_off_since is None


def test_version_of_an_answer_has_an_approval_of_its_own(referral: Referral) -> None:
    noted(referral)
    old = published(referral)[0]

    def corrected(on: date | None, number: str = "") -> Answer:
        return answering.correct_answer(
            user=liaison(referral),
            answer=old,
            change="withdrawn",
            reason="r",
            approved_on=on,
            document_number=number,
        )

    for on, number, why in ((date(2026, 11, 8), "", "after the version"), (None, "x", "with the day")):
        with pytest.raises(Refused, match=why):
            corrected(on, number)
    new = corrected(date(2026, 11, 9), "更正第2號")
    assert (new.approved_on, new.document_number) == (date(2026, 11, 9), "更正第2號")


def test_pages_show_the_approval_before_it_is_published(referral: Referral) -> None:
    client = signed_in(liaison(referral))
    dates = {"since": "2026-11-04", "approved_on": "2026-11-06", "document_number": NUMBER}
    assert client.post(f"/en/dashboard/{referral.pk}/sign_off/", dates).status_code == 302
    assert NUMBER in client.get(f"/en/dashboard/{referral.pk}/").content.decode()
    asks = list(referral.asked.values_list("pk", flat=True))
    answering.save_answer_drafts(
        user=liaison(referral), referral=referral, drafts={pk: dict(WORDS) for pk in asks}
    )
    assert NUMBER in client.get(f"/en/dashboard/{referral.pk}/publish/").content.decode()


def test_raw_sql_notes_no_number_without_a_day(referral: Referral) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE proposals_referral SET document_number = %s WHERE id = %s", ["x", referral.pk])
