"""Text typed before the sign-in ended comes back to be copied; nothing is done with it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from members import clock
from proposals.actions.record import lock
from proposals.models import AnswerDraft, Referral
from tests import cases

pytestmark = pytest.mark.django_db
REASON = "貴會員所詢事項，依本會現行函釋得辦理。"


@pytest.fixture
def referral() -> Referral:
    return cases.lead_of(cases.referred())


def post(client: Client, referral: Referral, **headers: str) -> Any:
    ask = referral.proposal.asks.get(number=1)
    data = {
        f"ask-{ask.pk}-reason": REASON,
        "save": "1",
        "outcome": "may_proceed",
        "password": "not to be repeated",
    }
    return client.post(f"/dashboard/{referral.pk}/draft/", data, headers=headers)


def test_text_sent_after_the_session_ended_is_shown_and_not_stored(referral: Referral) -> None:
    response = post(Client(), referral)
    page = response.content.decode()
    assert response.status_code == 401
    assert REASON in page
    assert "not to be repeated" not in page
    assert "may_proceed" not in page
    assert f"/accounts/login/?next=/dashboard/{referral.pk}/draft/" in page
    assert response["Cache-Control"] == "no-store"
    assert not AnswerDraft.objects.exists()


@pytest.mark.parametrize(
    ("referer", "back_to"),
    [("http://testserver/dashboard/", "/dashboard/"), ("https://elsewhere.example/x/", "/draft/")],
)
def test_sign_in_leads_back_to_the_page_of_the_form(referral: Referral, referer: str, back_to: str) -> None:
    page = post(Client(), referral, referer=referer).content.decode()
    sign_in = page[page.index('class="button" href="/accounts/login/?next=') :]
    assert sign_in[: sign_in.index('" target')].endswith(back_to)


def test_text_sent_after_the_role_ended_is_shown_and_not_stored(client: Client, referral: Referral) -> None:
    liaison = cases.liaison_of(referral.ministry)
    client.force_login(liaison)
    liaison.affiliations.update(ends_on=clock.today())
    response = post(client, referral)
    assert response.status_code == 404
    assert REASON in response.content.decode()
    assert not AnswerDraft.objects.exists()


def test_form_older_than_the_last_sign_in_gives_its_text_back(referral: Referral) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cases.liaison_of(referral.ministry))
    assert REASON in post(client, referral, origin="http://testserver").content.decode()


@pytest.mark.parametrize("headers", [{}, {"origin": "https://elsewhere.example"}, {"origin": "null"}])
def test_text_of_another_site_is_never_repeated(referral: Referral, headers: dict[str, str]) -> None:
    response = post(Client(enforce_csrf_checks=True), referral, **headers)
    assert response.status_code == 403
    assert REASON not in response.content.decode()


def test_signed_out_post_without_text_goes_to_the_sign_in(referral: Referral) -> None:
    response = Client().post(f"/dashboard/{referral.pk}/accept/", {"ok": "1"})
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?")


@pytest.mark.django_db(transaction=True)
def test_text_that_waited_in_vain_for_others_is_shown_and_can_be_sent_again(
    client: Client, referral: Referral
) -> None:
    client.force_login(cases.liaison_of(referral.ministry))
    held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            lock(referral.proposal)
            held.set()
            done.wait(30)
        connection.close()

    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(hold)
        held.wait(30)
        connection.cursor().execute("SET lock_timeout = '200ms'")
        response = post(client, referral)
        button = client.post(reverse("proposals:referral_step", args=[referral.pk, "accept"]))
        done.set()
        waiting.result()
    connection.close()
    assert response.status_code == button.status_code == 503
    assert REASON in response.content.decode()
    assert "<textarea" not in button.content.decode()
    assert not AnswerDraft.objects.exists()
    assert post(client, referral).status_code == 302
