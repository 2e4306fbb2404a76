"""The way in as visitors meet it: the form by kind, the confirmation, the private page, the invitation."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from members import clock
from members.actions.sending import send_letters
from members.forms.applications import ApplyForm
from members.models import Application, Domain, InvitationToApply, Letter
from members.privacy import NOTICE_VERSION
from members.states import ApplicationState
from tests import cases
from tests.cases import signed_in
from tests.members import joining

pytestmark = pytest.mark.django_db
NOW = cases.at(2026, 11, 9)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.at(NOW), override("en"):
        yield


def typed(**changes: Any) -> dict[str, Any]:
    values = {
        "name_zh": "甲乙數據股份有限公司",
        "name_en": "Jiayi Data",
        "ubn": joining.UBN,
        "website": "jiayi.example",
        "wishes": "釐清電子簽章之適用",
        "contact": "申請人甲",
        "email": "a@jiayi.example",
        "phone": "02-1234-5678",
        "language": "zh-hant",
        "consent": "on",
        "form_key": str(uuid4()),
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def send(kind: str = "company", client: Client | None = None, **changes: Any) -> Any:
    return (client or Client()).post(f"/en/members/apply/as/{kind}/", typed(**changes))


# --- the form ----------------------------------------------------------------------------------------


def test_way_in_needs_no_account_and_offers_every_kind() -> None:
    page = Client().get("/en/members/apply/")
    offered = re.findall(r"/en/members/apply/as/(\w+)/", page.content.decode())
    assert offered == ["company", "association", "self_regulatory", "university_league", "institute"]
    assert "public" in page["Cache-Control"]
    assert "csrfmiddlewaretoken" not in page.content.decode()


def test_page_with_the_form_is_kept_by_no_cache() -> None:
    page = Client().get("/en/members/apply/as/company/")
    assert "no-store" in page["Cache-Control"]
    assert "csrfmiddlewaretoken" in page.content.decode()


@pytest.mark.parametrize(
    ("kind", "asked", "not_asked"),
    [
        ("company", {"ubn"}, {"sector", "members"}),
        ("association", {"ubn", "sector", "members"}, set()),
        ("self_regulatory", {"ubn", "members"}, {"sector"}),
        ("university_league", {"members"}, {"ubn", "sector"}),
        ("institute", {"ubn", "sector"}, {"members"}),
    ],
)
def test_form_asks_what_the_kind_has(kind: str, asked: set[str], not_asked: set[str]) -> None:
    fields = set(ApplyForm(kind=kind).fields)
    assert asked <= fields
    assert not fields & not_asked
    assert ApplyForm(kind=kind).fields.get("ubn") is None or (
        ApplyForm(kind=kind).fields["ubn"].required is (kind == "company")
    )


def test_application_leads_to_its_private_page_and_a_letter() -> None:
    domain = Domain.objects.create(slug="finance", name_zh="金融", name_en="Finance")
    response = send(domains=[domain.pk])
    row = Application.objects.get()
    assert response.url == f"/en/members/apply/{row.token}/"
    assert (row.state, row.kind, row.sector) == ("sent", "company", "industry")
    assert (row.website, list(row.domains.all())) == ("https://jiayi.example", [domain])
    assert (row.notice, row.consented_at) == (NOTICE_VERSION, NOW)
    letter = Letter.objects.get()
    assert (letter.to, letter.language) == ("a@jiayi.example", "zh-hant")
    assert row.confirm_key in letter.body
    assert row.token not in letter.body


def test_second_press_and_the_way_back_are_one_application() -> None:
    client, key = Client(), str(uuid4())
    first = send(client=client, form_key=key)
    assert send(client=client, form_key=key).url == first.url
    again = send(client=client, form_key=key, email="right@jiayi.example")
    assert again.url == first.url
    assert Application.objects.get().email == "right@jiayi.example"
    row = Application.objects.get()
    client.post(f"/en/members/apply/confirm/{row.confirm_key}/")
    page = client.post("/en/members/apply/as/company/", typed(form_key=key, name_zh="別家"), follow=True)
    assert "Nothing was sent twice" in page.content.decode()
    assert Application.objects.get().name_zh == row.name_zh


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name_zh": None}, "This field is required"),
        ({"ubn": "12345678"}, "This is no business number"),
        ({"ubn": None}, "This field is required"),
        ({"email": "nonsense"}, "Enter a valid email address"),
        ({"website": "http://"}, "Enter a valid URL"),
        ({"consent": None}, "Without your consent"),
        ({"wishes": "字" * 2001}, "at most 2000 characters"),
        ({"fax": "https://spam.example"}, "A field that people do not see"),
        ({"form_key": None}, "required"),
    ],
)
def test_mistake_is_said_and_nothing_typed_is_lost(change: dict[str, Any], said: str) -> None:
    response = send(**change)
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    kept = {"name_zh": "甲乙數據股份有限公司", "contact": "申請人甲", "phone": "02-1234-5678"}
    assert not [value for name, value in kept.items() if name not in change and value not in page]
    assert not Application.objects.exists()


def test_mistake_is_said_in_the_readers_language() -> None:
    page = Client().post("/members/apply/as/company/", typed(contact=None)).content.decode()
    assert 'lang="zh-Hant"' in page
    assert "請填寫" in page


def test_number_of_full_width_and_with_spaces_is_taken() -> None:
    send(ubn="０４５９ ５２５７")
    assert Application.objects.get().ubn == joining.UBN


def test_trap_that_a_browser_filled_is_empty_at_the_next_try() -> None:
    assert 'value="https://spam' not in send(fax="https://spam.example").content.decode()


def test_list_of_own_members_is_cleaned_and_limited() -> None:
    send("association", ubn=None, sector="industry", members=" 甲  公司 \n\n甲 公司\n乙")
    assert Application.objects.get().members == "甲 公司\n乙"
    too_many = send("association", sector="industry", members="\n".join(map(str, range(501))))
    assert "more than 500 names" in too_many.content.decode()
    assert "too long for a name" in (
        send("association", sector="industry", members="長" * 121).content.decode()
    )


def test_unknown_kind_and_government_have_no_form() -> None:
    assert Client().get("/members/apply/as/body/").status_code == 404
    assert Client().get("/members/apply/as/nonsense/").status_code == 404


def test_eleventh_application_from_one_place_waits() -> None:
    client = Client()
    for n in range(10):
        assert send(client=client, email=f"a{n}@b.example").status_code == 302
    response = send(client=client, email="b@b.example")
    assert (response.status_code, response["Retry-After"]) == (429, "900")
    assert "甲乙數據股份有限公司" in response.content.decode()
    assert Application.objects.count() == 10


# --- the e-mail --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_link_of_the_letter_confirms_by_its_button_only(smtp: Any) -> None:
    send(language="en")
    send_letters()
    (letter,) = smtp.wait(1, to="a@jiayi.example")
    link = re.search(r"https?://[^/\s]+(/en/members/apply/confirm/\S+)", letter.message.get_content())
    assert link
    client = Client()
    assert client.get(link[1]).status_code == 200
    assert Application.objects.get().state == ApplicationState.SENT
    assert client.post(link[1]).status_code == 302
    assert Application.objects.get().state == ApplicationState.CONFIRMED
    assert client.get(link[1]).status_code == client.post(link[1]).status_code == 302
    assert Application.objects.get().entries.count() == 1


def test_key_that_was_replaced_or_forgotten_has_ended() -> None:
    assert Client().get("/en/members/apply/confirm/nonsense/").status_code == 410


# --- the private page --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", joining.MADE)
def test_page_says_where_it_stands(state: str) -> None:
    row = joining.MADE[state]()
    page = Client().get(row.get_absolute_url())
    text = page.content.decode()
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert str(ApplicationState(state).label) in text
    assert ('value="withdraw"' in text) is row.is_open
    assert ('value="inform"' in text) is (state == "information_asked")
    assert ("/again/" in text) is row.may_apply_again


def test_page_shows_the_reason_of_a_refusal_and_no_officer() -> None:
    page = Client().get(joining.refused().get_absolute_url()).content.decode()
    assert "統一編號不符" in page
    assert joining.office().name not in page.partition("<main")[2].partition("</main")[0]


def test_page_shows_first_what_the_secretariat_asks_until_it_is_answered() -> None:
    row = joining.information_asked()
    assert Client().get(row.get_absolute_url()).context["last_word"] == "請提供章程"
    assert Client().get(joining.informed().get_absolute_url()).context["last_word"] == ""


def test_key_of_the_letter_does_not_stand_on_the_page() -> None:
    row = joining.sent()
    assert row.confirm_key not in Client().get(row.get_absolute_url()).content.decode()


def test_applicant_answers_and_corrects() -> None:
    row = joining.information_asked(ubn=joining.UBN)
    values = {
        "step": "inform",
        "text": "章程如附",
        "name_zh": "更正後",
        "ubn": joining.OTHER_UBN,
        "wishes": "x",
    }
    assert Client().post(row.get_absolute_url(), values).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.name_zh, row.ubn) == ("in_review", "更正後", joining.OTHER_UBN)


def test_answer_without_words_is_said_and_one_that_nobody_asked_for_refused() -> None:
    row = joining.information_asked(ubn=joining.UBN)
    values = {"step": "inform", "name_zh": "更正後", "ubn": joining.UBN, "wishes": "x"}
    response = Client().post(row.get_absolute_url(), values)
    assert response.status_code == 422
    assert "更正後" in response.content.decode()
    other = joining.in_review()
    response = Client().post(other.get_absolute_url(), values | {"text": "不請自來"})
    assert response.status_code == 409
    assert "不請自來" in response.content.decode()


def test_applicant_withdraws_once() -> None:
    row = joining.in_review()
    assert Client().post(row.get_absolute_url(), {"step": "withdraw"}).status_code == 302
    assert Client().post(row.get_absolute_url(), {"step": "withdraw"}).status_code == 409
    row.refresh_from_db()
    assert row.state == ApplicationState.WITHDRAWN


def test_new_application_after_a_refusal_begins_with_the_old_words() -> None:
    earlier = joining.refused(ubn=joining.UBN, website="https://jiayi.example")
    address = reverse("members:apply_again", args=[earlier.token])
    page = Client().get(address).content.decode()
    assert not [text for text in (earlier.name_zh, earlier.ubn, earlier.website) if text not in page]
    assert earlier.get_absolute_url() in page
    assert Client().post(address, typed()).status_code == 302
    assert Application.objects.latest("pk").earlier == earlier


def test_nobody_applies_again_before_the_decision() -> None:
    row = joining.in_review()
    response = Client().get(reverse("members:apply_again", args=[row.token]))
    assert response.url == row.get_absolute_url()


# --- invited -----------------------------------------------------------------------------------------


def test_invitation_opens_the_form_filled_in_and_counts_as_confirmed() -> None:
    invitation = joining.invited()
    page = Client().get(invitation.get_absolute_url()).content.decode()
    assert not [text for text in (invitation.name_zh, invitation.email) if text not in page]
    values = typed(email=invitation.email, sector="industry", ubn=None)
    assert Client().post(invitation.get_absolute_url(), values).status_code == 302
    row = Application.objects.get()
    assert (row.state, row.kind, row.invitation) == ("confirmed", "association", invitation)
    assert Client().get(invitation.get_absolute_url()).status_code == 410


def test_invitation_that_expires_while_one_writes_loses_no_word() -> None:
    invitation = joining.invited()
    InvitationToApply.objects.update(expires_at=NOW)
    response = Client().post(invitation.get_absolute_url(), typed(sector="industry"))
    assert response.status_code == 409
    assert "has expired" in response.content.decode()
    assert "申請人甲" in response.content.decode()


# --- an umbrella's own members -----------------------------------------------------------------------


def test_representative_keeps_the_own_list_and_everybody_reads_it() -> None:
    umbrella = joining.umbrella()
    client = signed_in(cases.person(represents=umbrella))
    address = reverse("members:own_members", args=[umbrella.slug])
    cases.member_org("acme", name_zh="台灣甲乙公司", name_en="Acme")
    client.post(address, {"names": "臺灣 甲乙 股份有限公司\n丙丁", "starts_on": "2026-01-01"})
    page = Client().get(umbrella.get_absolute_url()).content.decode()
    assert "丙丁" in page
    assert "/members/acme/" in page
    assert address not in page
    assert address in client.get(umbrella.get_absolute_url()).content.decode()
    again = client.post(address, {"names": "丙 丁", "starts_on": "2026-01-01"})
    assert again.status_code == 409
    row = umbrella.own_members.get(written="丙丁")
    assert client.post(address, {"end": str(row.pk)}).status_code == 302
    assert "丙丁" not in Client().get(umbrella.get_absolute_url()).content.decode()
    row.refresh_from_db()
    assert row.ends_on == NOW.date()


@pytest.mark.parametrize("kind", ["company", "institute"])
def test_member_without_members_of_its_own_has_no_list(kind: str) -> None:
    firm = cases.member_org(kind=kind)
    client = signed_in(cases.person(represents=firm))
    assert client.get(reverse("members:own_members", args=[firm.slug])).status_code == 404


def queries(path: str, client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize("of", ["page", "list"])
def test_own_members_take_as_many_queries_for_three_as_for_one(of: str) -> None:
    umbrella = joining.umbrella()
    client = signed_in(cases.person(represents=umbrella))
    address = reverse("members:own_members", args=[umbrella.slug])
    path = address if of == "list" else umbrella.get_absolute_url()
    queries(path, client)  # what all pages keep for a minute is read
    few = 0
    for number in (1, 2, 3):
        cases.member_org(f"acme{number}", name_zh=f"甲{number}公司")
        client.post(address, {"names": f"甲{number}公司\n丙{number}", "starts_on": "2026-01-01"})
        few = few or queries(path, client)
    assert umbrella.own_members.count() == 6
    assert queries(path, client) == few


def test_private_page_takes_as_many_queries_for_many_steps_as_for_one() -> None:
    few = queries(joining.confirmed().get_absolute_url(), Client())
    assert queries(joining.informed().get_absolute_url(), Client()) == few
