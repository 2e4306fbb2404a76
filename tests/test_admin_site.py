"""The admin's front door: who comes in, from where, in which language, and what stands first."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from members.models import Law, Letter
from tests import cases

pytestmark = pytest.mark.django_db


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_anonymous_visitor_is_sent_to_the_portals_sign_in() -> None:
    answer = Client().get("/en/admin/proposals/proposal/?queue=all")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/en/accounts/login/?next=/en/admin/proposals/proposal/")


def test_admin_login_page_is_the_portals_sign_in() -> None:
    answer = Client().get("/admin/login/")
    assert answer["Location"] == "/accounts/login/?next=/admin/"
    assert Client().post("/admin/login/", {"username": "a", "password": "b"}).status_code == 302


@pytest.mark.parametrize("role", ["represents", "liaison_of"])
def test_member_or_ministry_is_told_that_it_has_no_seat_here(role: str) -> None:
    body = cases.member_org() if role == "represents" else cases.ministry()
    client = signed_in(cases.person(**{role: body}))
    for path in ("/admin/", "/admin/members/user/", "/admin/login/", "/admin/jsi18n/"):
        assert client.get(path).status_code == 403


def test_closed_account_of_the_secretariat_comes_no_further() -> None:
    user = cases.person(secretariat=True)
    client = signed_in(user)
    assert client.get("/admin/").status_code == 200
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_signing_out_and_passwords_are_the_portals() -> None:
    client = signed_in(cases.person(secretariat=True))
    assert client.post("/admin/logout/")["Location"] == reverse("account_logout")
    assert client.get("/admin/password_change/")["Location"] == reverse("account_change_password")


def test_only_our_own_rows_have_pages() -> None:
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels == {"members", "workinggroups", "proposals", "events"}


def test_redirect_by_content_type_is_not_there() -> None:
    client = signed_in(cases.person(secretariat=True))
    assert client.get("/admin/r/1/1/").status_code == 404


def test_name_and_language_follow_the_address() -> None:
    client = signed_in(cases.person(secretariat=True))
    chinese, english = client.get("/admin/").content.decode(), client.get("/en/admin/").content.decode()
    assert "臺灣區塊鏈大聯盟" in chinese
    assert 'href="/en/admin/"' in chinese
    assert "Taiwan Blockchain Alliance" in english
    assert 'href="/admin/"' in english


def test_front_page_shows_a_convener_the_own_queue_only() -> None:
    cases.submitted(group=cases.group("regulation"))
    cases.submitted(group=cases.group("application"))
    user = cases.person(convenes=cases.group("regulation"))
    todo = signed_in(user).get("/admin/").context["todo"]
    assert [item.count for item in todo] == [0, 0, 1]


def test_front_page_shows_the_secretariat_what_is_stuck() -> None:
    cases.submitted()
    Law.objects.update(is_checked=False)
    Letter.objects.update(state=Letter.State.FAILED)
    todo = signed_in(cases.person(secretariat=True)).get("/admin/").context["todo"]
    assert [item.count for item in todo] == [Letter.objects.count(), 0, 1]
