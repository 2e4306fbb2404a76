"""The admin's front door: who comes in, from where, in which language, and what stands first."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.functional import Promise
from playwright.sync_api import Page, expect

from members.models import Law, Letter
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
# pytest-playwright 0.10 defines `base_url` in a way that pytest 10 will refuse
BROWSER = pytest.mark.filterwarnings("ignore:Session-scoped fixtures:pytest.PytestRemovedIn10Warning")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


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


def test_every_field_that_is_shown_has_a_name_in_both_languages(rf: RequestFactory) -> None:
    request = rf.get("/admin/")
    request.user = cases.person(secretariat=True)
    unnamed = []
    for model, page in admin.site._registry.items():
        shown = [
            (model, page.get_list_display(request)),
            (model, flatten_fieldsets(page.get_fieldsets(request))),
        ]
        for inline in page.get_inline_instances(request):
            shown.append((inline.model, flatten_fieldsets(inline.get_fieldsets(request))))
        for owner, names in shown:
            fields = [
                field
                for field in owner._meta.concrete_fields
                if field.name in names and field.related_model is not model
            ]
            unnamed += [field for field in fields if field.verbose_name == field.name.replace("_", " ")]
    assert [str(field) for field in unnamed if not isinstance(field.verbose_name, Promise)] == []


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
    todo = signed_in(cases.person(secretariat=True)).get("/en/admin/").context["todo"]
    stuck = {str(item.label): item.count for item in todo if item.count}
    assert stuck == {
        "letters that could not be delivered": Letter.objects.count(),
        "names of laws to check": 1,
    }


def test_searchable_selects_tell_people_of_the_same_name_apart() -> None:
    cases.person("one@example.org", name="王小明")
    client = signed_in(cases.person(secretariat=True))
    asked = {"app_label": "members", "model_name": "affiliation", "field_name": "user", "term": "王小"}
    found = client.get("/admin/autocomplete/", asked).json()["results"]
    assert [row["text"] for row in found] == ["王小明 (one@example.org)"]


def test_searchable_selects_tell_a_convener_nothing() -> None:
    client = signed_in(cases.person(convenes=cases.group()))
    asked = {"app_label": "members", "model_name": "affiliation", "field_name": "user", "term": "a"}
    assert client.get("/admin/autocomplete/", asked).status_code == 403


# --- in a real browser ---------------------------------------------------------------------------


def faults_of(page: Page, addresses: list[str]) -> list[object]:
    """What axe finds on the pages, and what the content security policy has to forbid there."""
    faults: list[object] = []
    for address in addresses:
        heard: list[str] = []
        page.on("console", lambda message, heard=heard: heard.append(message.text))
        page.goto(address)
        faults += [(address, text) for text in heard if "Content Security Policy" in text]
        violations = Axe().run(page, options=RULES).response["violations"]
        faults += [(address, v["id"], [node["target"] for node in v["nodes"]]) for v in violations]
    return faults


@BROWSER
@pytest.mark.django_db(transaction=True)
def test_convener_works_without_barriers_and_without_inline_code(
    page: Page, live_server: Any, sign_in: Callable[[Any], Page]
) -> None:
    case = cases.submitted()
    sign_in(cases.convener_of(case))
    paths = ["/admin/", "/admin/proposals/proposal/", f"/admin/proposals/proposal/{case.pk}/change/"]
    paths += ["/admin/workinggroups/meeting/add/"]
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert faults_of(page, [live_server.url + path for path in paths]) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults_of(page, [f"{live_server.url}/en{path}" for path in paths]) == []


@BROWSER
@pytest.mark.django_db(transaction=True)
def test_secretariat_works_without_barriers_and_without_inline_code(
    page: Page, live_server: Any, sign_in: Callable[[Any], Page]
) -> None:
    cases.referred()
    sign_in(cases.person(secretariat=True))
    paths = ["", "members/user/", "members/invitation/add/", "members/organisation/add/", "members/letter/"]
    paths += ["events/newsitem/add/", "workinggroups/programme/add/", "proposals/worksuspension/add/"]
    paths += ["proposals/calendarday/?day__year=2026", "proposals/referral/", "proposals/deadlinepolicy/"]
    assert faults_of(page, [f"{live_server.url}/admin/{path}" for path in paths]) == []


@BROWSER
@pytest.mark.django_db(transaction=True)
def test_case_is_accepted_from_the_queue_after_a_look_at_what_will_happen(
    page: Page, live_server: Any, sign_in: Callable[[Any], Page]
) -> None:
    case = cases.submitted()
    sign_in(cases.convener_of(case))
    page.goto(f"{live_server.url}/admin/proposals/proposal/")
    page.locator("input.action-select").first.check()
    page.locator("button[value=accept]").click()
    expect(page.locator(".bulk-row")).to_have_count(1)
    page.locator(".submit-row input.default").click()
    page.wait_for_selector(".messagelist .success")
    case.refresh_from_db()
    assert case.state == "discussion"


@BROWSER
@pytest.mark.django_db(transaction=True)
def test_case_is_referred_with_the_keyboard_alone(
    page: Page, live_server: Any, sign_in: Callable[[Any], Page]
) -> None:
    case, body = cases.submitted(), cases.ministry()
    sign_in(cases.convener_of(case))
    page.goto(f"{live_server.url}/admin/proposals/proposal/{case.pk}/change/")
    page.locator("#step-refer summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.locator("#step-refer button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist .success")
    assert cases.lead_of(case).ministry == body
