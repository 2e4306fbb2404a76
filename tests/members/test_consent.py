"""The privacy notice: asked for once after signing in, never in the way, noted with its time, for good."""

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, connection, transaction
from django.test import Client

from members import clock
from members.actions.accounts import give_consent
from members.models import Consent, User
from members.privacy import NOTICE_VERSION
from members.refusals import Refused
from tests import cases
from tests.cases import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
NOW = cases.at(2026, 11, 22)
PAGE = "/en/account/privacy/"
BANNER = "privacy notice that you have not agreed to"


@pytest.fixture
def user() -> User:
    row = cases.person("new@example.org", represents=cases.member_org(), notice="")
    EmailAddress.objects.create(user=row, email=row.email, verified=True, primary=True)
    return row


def sign_in(user: User, then: str = "") -> str:
    """Where the form leads."""
    address = "/en/accounts/login/" + (f"?next={then}" if then else "")
    response = Client().post(address, {"login": user.email, "password": PASSWORD, "next": then})
    assert response.status_code == 302
    return response["Location"]


def test_sign_in_leads_to_the_notice_until_it_is_agreed_to(user: User) -> None:
    assert sign_in(user) == PAGE
    give_consent(user=user, version=NOTICE_VERSION)
    assert sign_in(user) == "/en/my/"


def test_sign_in_from_a_letter_leads_to_its_page_at_once(user: User) -> None:
    assert sign_in(user, "/en/dashboard/") == "/en/dashboard/"


def test_new_text_of_the_notice_asks_again(user: User) -> None:
    User.objects.filter(pk=user.pk).update(notice="2025-01-01")
    assert sign_in(user) == PAGE


def test_agreeing_is_noted_with_version_and_time(user: User) -> None:
    client = signed_in(user)
    assert BANNER in client.get("/en/my/").content.decode()
    with clock.at(NOW):
        for _click in range(2):
            answer = client.post(PAGE, {"version": NOTICE_VERSION, "agree": "1"})
            assert answer["Location"] == "/en/my/"
    row = Consent.objects.get(user=user)
    assert (row.version, row.given_at) == (NOTICE_VERSION, NOW)
    assert BANNER not in client.get("/en/my/").content.decode()
    assert "What you have agreed to" in client.get(PAGE).content.decode()


def test_agreeing_to_a_text_that_is_not_in_force_is_refused(user: User) -> None:
    with pytest.raises(Refused):
        give_consent(user=user, version="2025-01-01")
    assert not Consent.objects.exists()


def test_later_leaves_everything_open_and_hides_the_reminder_until_the_next_sign_in(user: User) -> None:
    client = signed_in(user)
    assert client.get("/en/proposals/").status_code == 200
    assert client.post(PAGE, {"later": "1"})["Location"] == "/en/my/"
    html = client.get("/en/my/").content.decode()
    assert BANNER not in html
    assert BANNER in signed_in(user).get("/en/my/").content.decode()
    assert not Consent.objects.exists()


def test_page_shows_the_notice_itself_without_the_reminder(user: User) -> None:
    html = signed_in(user).get(PAGE).content.decode()
    assert "Article 8" in html
    assert BANNER not in html


def test_public_pages_ask_visitors_for_nothing() -> None:
    assert BANNER not in Client().get("/en/").content.decode()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE members_consent SET version = '2025-01-01'",
        "UPDATE members_consent SET given_at = now() - interval '1 year'",
        "DELETE FROM members_consent",
        "TRUNCATE members_consent",
    ],
)
def test_consent_stands_even_against_raw_sql(user: User, sql: str) -> None:
    give_consent(user=user, version=NOTICE_VERSION)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Consent.objects.filter(user=user, version=NOTICE_VERSION).exists()
