"""The secretariat's desk: what waits, what was found, and the four decisions."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from alliance.todo import todo
from members import clock
from members.actions.admissions import withdraw_invitation_to_apply
from members.actions.applications import apply_to_join
from members.checks import applications_like, checks_of, organisations_like
from members.models import Application, InvitationToApply, Letter, Organisation
from members.namesakes import compact_ubn, is_ubn, key_of, likeness, site_of
from members.refusals import NotAllowed
from tests import cases
from tests.cases import signed_in
from tests.members import joining

pytestmark = pytest.mark.django_db
LIST = "/en/admin/members/application/"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.at(cases.at(2026, 11, 9)), override("en"):
        yield


@pytest.fixture
def office() -> Client:
    return signed_in(joining.office())


def decide(client: Client, row: Application, step: str, **data: Any) -> Any:
    address = reverse("admin:members_application_step", args=[row.pk, step])
    return client.post(address, {f"{step}-{name}": value for name, value in data.items()})


def page_of(client: Client, row: Application) -> str:
    answer = client.get(reverse("admin:members_application_change", args=[row.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


# --- the queue ---------------------------------------------------------------------------------------


def test_queue_shows_what_waits_the_oldest_first(office: Client) -> None:
    with clock.at(cases.at(2026, 11, 2)):
        older = joining.in_review()
    newer = joining.confirmed()
    joining.sent()
    joining.refused()
    rows = list(office.get(LIST).context["cl"].queryset)
    assert rows == [older, newer]
    assert office.get(f"{LIST}?queue=all").context["cl"].queryset.count() == 4
    assert office.get(f"{LIST}?queue=applicant").context["cl"].queryset.count() == 1


def test_tile_counts_what_waits() -> None:
    joining.confirmed()
    joining.information_asked()
    tiles = {item.url: item.count for item in todo(joining.office())}
    assert tiles[reverse("admin:members_application_changelist")] == 1


def test_page_takes_as_many_queries_beside_three_others_as_beside_one(office: Client) -> None:
    row = joining.in_review(ubn=joining.UBN)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            page_of(office, row)
        return len(asked)

    joining.refused(ubn=joining.UBN)
    cases.member_org("one", ubn=joining.UBN)
    few = count()
    for number in (2, 3):
        joining.refused(ubn=joining.UBN)
        joining.confirmed(ubn=joining.UBN)
        cases.member_org(f"org{number}", ubn=joining.UBN)
    assert count() == few


# --- the decisions -----------------------------------------------------------------------------------


def test_decisions_by_the_buttons(office: Client) -> None:
    row = joining.confirmed()
    assert "step-take_up" in page_of(office, row)
    assert "step-admit" not in page_of(office, row)
    decide(office, row, "take_up")
    decide(office, row, "ask", text="請提供章程")
    row.refresh_from_db()
    assert row.state == "information_asked"
    decide(office, row, "refuse", reason="未補正")
    row.refresh_from_db()
    assert row.state == "refused"
    assert "未補正" in page_of(office, row)


def test_admission_by_the_button_as_new_and_as_known(office: Client) -> None:
    row = joining.in_review(name_en="Jiayi")
    assert decide(office, row, "admit", slug="jiayi", joined_on="2026-11-09").status_code == 302
    assert Organisation.objects.get(slug="jiayi").is_member
    known = cases.member_org("known", joined_on=None)
    other = joining.in_review()
    decide(office, other, "admit", organisation=str(known.pk), joined_on="2026-11-09")
    other.refresh_from_db()
    assert other.organisation == known


def test_refused_decision_keeps_what_was_typed(office: Client) -> None:
    row = joining.in_review()
    answer = decide(office, row, "refuse", reason="")
    assert answer.status_code == 422
    taken = decide(office, row, "admit", slug=cases.member_org("taken").slug, joined_on="2026-11-09")
    assert taken.status_code == 409
    assert 'value="taken"' in taken.content.decode()
    gone = joining.withdrawn()
    late = decide(office, gone, "refuse", reason="太遲的理由")
    assert late.status_code == 409
    assert "太遲的理由" in late.content.decode()


def test_member_is_not_offered_to_be_linked(office: Client) -> None:
    member, free = cases.member_org("member"), cases.member_org("free", joined_on=None)
    answer = office.get(reverse("admin:members_application_change", args=[joining.in_review().pk]))
    panel = next(panel for panel in answer.context["panels"] if panel["name"] == "admit")
    offered = panel["form"].fields["organisation"].queryset
    assert free in offered
    assert member not in offered


def test_organisation_that_the_portal_knows_by_this_name_is_chosen(office: Client) -> None:
    known = cases.member_org("known", joined_on=None, name_zh="臺灣 甲乙公司")
    cases.member_org("other", joined_on=None)
    for name, chosen in (("台灣甲乙股份有限公司", known.pk), ("丙丁公司", None)):
        row = joining.in_review(name_zh=name, name_en="")
        answer = office.get(reverse("admin:members_application_change", args=[row.pk]))
        panel = next(panel for panel in answer.context["panels"] if panel["name"] == "admit")
        assert panel["form"]["organisation"].value() == chosen


def test_date_of_admission_is_filled_in_whatever_the_language(office: Client) -> None:
    row = joining.in_review()
    for prefix in ("", "/en"):
        page = office.get(f"{prefix}/admin/members/application/{row.pk}/change/").content.decode()
        assert 'value="2026-11-09"' in page


def test_auditor_reads_and_is_offered_nothing() -> None:
    client = signed_in(cases.person(audits=True))
    assert 'id="step-' not in page_of(client, joining.in_review())


def test_private_address_and_letters_with_it_are_not_shown_in_the_admin(office: Client) -> None:
    row = joining.in_review()
    assert row.token not in page_of(office, row)
    for letter in Letter.objects.filter(to=row.email):
        page = office.get(reverse("admin:members_letter_change", args=[letter.pk])).content.decode()
        assert row.token not in page
        assert row.confirm_key not in page


def test_invitation_to_apply_is_written_in_the_admin(office: Client) -> None:
    values = {
        "kind": "company",
        "name_zh": "受邀公司",
        "contact": "甲",
        "email": "a@invited.example",
        "language": "en",
    }
    address = reverse("admin:members_invitationtoapply_add")
    assert office.post(address, values).status_code == 302
    invitation = InvitationToApply.objects.get()
    assert Letter.objects.get(to="a@invited.example").language == "en"
    assert "open invitation" in office.post(address, values).content.decode()
    rows = reverse("admin:members_invitationtoapply_changelist")
    assert list(office.get(rows).context["cl"].result_list) == [invitation]
    InvitationToApply.objects.update(expires_at=clock.now())
    assert not office.get(rows).context["cl"].result_list
    assert list(office.get(f"{rows}?which=all").context["cl"].result_list) == [invitation]
    change = reverse("admin:members_invitationtoapply_change", args=[invitation.pk])
    assert invitation.token not in office.get(change).content.decode()


def test_invitation_to_apply_is_withdrawn_while_nobody_has_applied_with_it(office: Client) -> None:
    open_one, used = joining.invited(email="typo@example.org"), joining.invited(name_zh="已申請公司")
    apply_to_join(form_key=uuid4(), about=joining.about(), contact=joining.contact(), invitation=used)
    rows = reverse("admin:members_invitationtoapply_changelist")
    ticked = {"action": "withdraw", "_selected_action": [open_one.pk, used.pk]}
    said = office.post(f"{rows}?which=all", ticked, follow=True).content.decode()
    assert "Withdrawn: " in said
    assert "open no more" in said
    assert list(InvitationToApply.objects.open()) == []
    assert Letter.objects.get(to="typo@example.org").state == Letter.State.CANCELLED
    page = Client().get(open_one.get_absolute_url()).content.decode()
    assert open_one.contact not in page
    with pytest.raises(NotAllowed):
        withdraw_invitation_to_apply(user=cases.person(), invitation=open_one)


SECRET = "zyxapplicant"
"""Stands in what an applicant writes, and nowhere else."""


@pytest.mark.parametrize("role", ["represents", "liaison_of", "convenes", "chairs", "nobody"])
def test_words_of_an_applicant_are_read_on_its_private_page_and_at_the_desk_only(role: str) -> None:
    to = joining.contact(contact=SECRET, email=f"{SECRET}@jiayi.example", phone=SECRET)
    asked = joining.information_asked(to=to, wishes=SECRET, name_zh=SECRET)
    member = joining.admitted(to=to, wishes=SECRET, kind="association", name_en="Jiayi").organisation
    invitation = joining.invited(name_zh=SECRET, contact=SECRET, email=f"{SECRET}@example.org")
    holds = {"represents": cases.member_org, "liaison_of": cases.ministry, "convenes": cases.group}
    rights = {} if role == "nobody" else {role: holds[role]() if role in holds else True}
    client = signed_in(None if role == "nobody" else cases.person(**rights))
    assert member
    for path in (
        "/members/",
        member.get_absolute_url(),
        "/search/?q=Jiayi",
        "/sitemap/",
        "/admin/",
        "/admin/members/application/?queue=all",
        f"/admin/members/application/{asked.pk}/change/",
        f"/admin/members/application/{asked.pk}/history/",
        f"/admin/members/invitationtoapply/{invitation.pk}/change/",
        "/admin/members/letter/",
    ):
        assert SECRET not in client.get(path).content.decode(), path
    assert SECRET in page_of(signed_in(joining.office()), asked)
    assert SECRET in client.get(asked.get_absolute_url()).content.decode()


# --- the checks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("台灣甲乙股份有限公司", "臺灣 甲乙 公司"),
        ("ＡＢＣ Co., Ltd.", "abc limited"),
        ("財團法人甲乙研究院", "甲乙研究院"),
        ("The Foo-Bar Company", "foobar Inc."),
    ],
)
def test_name_is_compared_without_width_space_and_legal_form(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_name_of_a_legal_form_alone_keeps_something() -> None:
    assert key_of("公司") == "公司"
    assert key_of("Limited") == "limited"


def test_likeness_is_of_bigrams() -> None:
    assert likeness("甲乙丙", "甲乙丙") == 1.0
    assert 0.6 <= likeness("青嵐資產託管", "青嵐資產託管科技") < 1.0
    assert likeness("甲", "乙") == likeness("", "") == 0.0


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("a@mail.jiayi.com.tw", "jiayi.com.tw"),
        ("https://www.jiayi.com.tw/about", "jiayi.com.tw"),
        ("a@jiayi.example", "jiayi.example"),
        ("a@GMAIL.com", ""),
        ("a@msa.hinet.net", ""),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_site_of_an_address(address: str, site: str) -> None:
    assert site_of(address) == site


def test_check_digit_of_business_numbers() -> None:
    assert is_ubn(joining.UBN)
    assert not is_ubn("04595258")
    assert compact_ubn("0459-5257") == joining.UBN


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"name_zh": "臺灣甲乙公司"}, "same name"),
        ({"name_zh": "台灣甲乙科技公司"}, "similar name"),
        ({"ubn": joining.UBN}, "same business number"),
        ({"website": "https://www.jiayi.com.tw/"}, "same domain"),
        ({"mailbox": "box@jiayi.com.tw"}, "same domain"),
    ],
)
def test_organisation_like_the_applicant_is_found(known: dict[str, str], why: str) -> None:
    cases.member_org("known", **known)
    cases.member_org("stranger")
    row = joining.in_review(
        name_zh="台灣甲乙股份有限公司", name_en="", ubn=joining.UBN, website="https://jiayi.com.tw"
    )
    (match,) = [match for match in organisations_like(row) if "known" in match.url or match.why]
    assert [str(reason) for reason in match.why] == [why]


def test_earlier_refusal_is_found_apart_from_other_applications() -> None:
    refused, open_one = joining.refused(ubn=joining.UBN), joining.confirmed(ubn=joining.UBN)
    row = joining.in_review(ubn=joining.UBN)
    earlier, others = applications_like(row)
    assert [match.name for match in earlier] == [refused.name]
    assert [match.name for match in others] == [open_one.name]


@pytest.mark.parametrize(
    ("email", "website", "tone"),
    [
        ("a@jiayi.example", "https://www.jiayi.example", "ok"),
        ("a@jiayi.example", "https://other.example", "soon"),
        ("a@gmail.com", "https://jiayi.example", "soon"),
        ("a@jiayi.example", "", "muted"),
    ],
)
def test_email_is_compared_with_the_website(email: str, website: str, tone: str) -> None:
    row = joining.sent(to=joining.contact(email=email), website=website)
    assert checks_of(row)[1].tone == tone
