"""A copy of one's own data: complete by table, one's own rows only, and the same number of statements."""

import io
import json
import zipfile

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.owndata import LEFT_OUT, OWN, keys_to_people, rows_of
from members.actions.accounts import give_consent
from members.models import Absence, User
from members.privacy import NOTICE_VERSION
from proposals.actions.answering import ask_proposer
from proposals.actions.follows import follow_with_account
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
SECRETS = ("password", "token", "secret", "data", "restricted", "body", "message_id", "headers")


def copy_of(client: Client) -> tuple[dict[str, list[dict[str, object]]], str, dict[str, object]]:
    """JSON, page and manifest of the ZIP."""
    response = client.get(reverse("my-data-zip"))
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    assert response.streaming
    assert response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        read = {name.partition("/")[2]: archive.read(name).decode() for name in archive.namelist()}
    return json.loads(read["my-data.json"]), read["my-data.html"], json.loads(read["manifest.json"])


def test_every_foreign_key_to_a_person_is_declared_once() -> None:
    declared = set(OWN) | set(LEFT_OUT)
    assert declared == keys_to_people(), "declare new foreign keys to a person in alliance/owndata.py"
    assert not set(OWN) & set(LEFT_OUT)


@pytest.mark.parametrize("key", OWN)
def test_declared_columns_are_there(key: str) -> None:
    try:
        assert list(rows_of(cases.person(), key)) == []
    except FieldError as error:  # the message names the column
        pytest.fail(str(error))


def test_no_declared_column_holds_a_secret() -> None:
    columns = {(key, name.rpartition("__")[2]) for key, names in OWN.items() for name in names}
    assert not {(key, name) for key, name in columns if name in SECRETS}


def test_copy_holds_ones_own_rows_and_nobody_elses() -> None:
    case = cases.referred()
    part = cases.lead_of(case)
    liaison, proposer = cases.liaison_of(part.ministry), cases.proposer_of(case)
    ask_proposer(user=liaison, referral=part, text="zyxquestion")
    for user, note in ((liaison, "zyxown"), (proposer, "zyxothers")):
        Absence.objects.create(user=user, starts_on="2026-11-01", ends_on="2026-11-05", note=note)
        follow_with_account(user=user, proposal=case)
    give_consent(user=liaison, version=NOTICE_VERSION)
    data, page, manifest = copy_of(signed_in(liaison))
    assert data["members.User"]["email"] == liaison.email
    assert data["members.Affiliation.user"][0]["role"] == "liaison"
    assert data["members.Consent.user"][0]["version"] == NOTICE_VERSION
    assert data["proposals.Question.asked_by"][0]["referral__proposal__number"] == case.number
    assert [row["note"] for row in data["members.Absence.user"]] == ["zyxown"]
    assert data["proposals.Follower.user"][0]["follows__proposal__number"] == case.number
    assert len(data["members.Letter.recipient"]) == 1
    assert set(data) == {"members.User", *OWN}
    for text in (json.dumps(data), page):
        assert "zyxown" in text
        assert not [word for word in ("zyxothers", "zyxquestion", proposer.email) if word in text]
    assert {file["name"] for file in manifest["files"]} == {"my-data.json", "my-data.html"}


def test_page_of_the_copy_shows_typed_marks_as_text() -> None:
    user = cases.person(name="<b>A & B</b>")
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in copy_of(signed_in(user))[1]


def test_copy_takes_as_many_statements_for_three_rows_as_for_one() -> None:
    user: User = cases.person()
    client = signed_in(user)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            copy_of(client)
        return len(queries)

    def add(month: int) -> None:
        day = f"2026-{month:02}-01"
        Absence.objects.create(user=user, starts_on=day, ends_on=f"2026-{month:02}-02")
        cases.person(user.email, represents=cases.member_org(f"org{month}"))

    add(1)
    few = count()
    add(2)
    add(3)
    assert count() == few


def test_page_says_what_is_in_the_copy_and_what_is_not() -> None:
    html = signed_in(cases.person()).get("/en/account/data/").content.decode()
    assert "Not in it" in html
    assert "/en/account/data/my-data.zip" in html


def test_visitors_have_no_data_to_fetch() -> None:
    for name in ("my-data", "my-data-zip"):
        assert Client().get(reverse(name)).status_code == 302
