"""The directory of members and the pages of public bodies."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.actions.organisations import index_organisation, public_words
from members.models import Domain, FundingRecord, Organisation, Profile, UseCase
from tests import cases

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 11, 2)


def get(path: str) -> Any:
    with clock.at(NOW):
        return Client().get(path)


def test_directory_lists_members_of_today_only() -> None:
    member = cases.member_org("here")
    cases.member_org("left", left_on=date(2026, 11, 1))
    cases.member_org("later", joined_on=date(2026, 12, 1))
    cases.ministry("fsc")
    assert get("/members/").context["members"] == [member]
    assert get("/members/left/").status_code == 404
    assert get("/members/here/").status_code == 200


def test_directory_filters_by_sector() -> None:
    cases.member_org("firm")
    league = cases.member_org("league", sector="academia", kind="university_league")
    assert get("/members/?sector=academia").context["members"] == [league]
    assert len(get("/members/?sector=nonsense").context["members"]) == 2


def test_directory_names_no_person_and_no_mailbox() -> None:
    firm = cases.member_org("firm", mailbox="unit@firm.example")
    user = cases.person("rep@firm.example", name="代表甲", represents=firm)
    page = get("/members/firm/").content.decode()
    assert not [text for text in (user.email, user.name, firm.mailbox) if text in page]


@pytest.mark.parametrize("path", ["/members/", "/members/?domain=finance&use=payment", "/members/matrix/"])
def test_directory_takes_as_many_statements_for_three_members_as_for_one(path: str) -> None:
    finance = Domain.objects.create(slug="finance", name_zh="金融")
    counts = []
    for number in range(3):
        with_profile(f"m{number}", finance)
        with CaptureQueriesContext(connection) as queries:
            assert get(path).status_code == 200
        counts.append(len(queries))
    assert counts == counts[:1] * 3
    assert counts[0] <= 4


def with_profile(slug: str, domain: Domain, kind: str = "payment", **fields: Any) -> Organisation:
    """A member that works in a field and has one use case in it."""
    member = cases.member_org(slug)
    Profile.objects.create(organisation=member, **fields).domains.add(domain)
    UseCase.objects.create(organisation=member, domain=domain, kind=kind, title_zh=f"{slug} 應用實例")
    index_organisation(member)
    return member


@pytest.fixture
def two_members() -> dict[str, Organisation]:
    finance = Domain.objects.create(slug="finance", name_zh="金融")
    health = Domain.objects.create(slug="health", name_zh="醫療")
    pay = with_profile("pay", finance, founded=2018, is_startup=True)
    care = with_profile("care", health, kind="evidence", founded=1990)
    UseCase.objects.create(organisation=care, domain=finance, kind="evidence", title_zh="存證")
    left = cases.member_org("left", left_on=date(2026, 11, 1))
    UseCase.objects.create(organisation=left, domain=finance, kind="payment", title_zh="付款")
    return {"pay": pay, "care": care}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("domain=finance", {"pay", "care"}),
        ("domain=health", {"care"}),
        ("use=payment", {"pay"}),
        ("domain=health&use=payment", set()),
        ("domain=finance&use=evidence", {"care"}),
        ("startup=yes", {"pay"}),
        ("since=2000", {"pay"}),
        ("until=2000", {"care"}),
        ("since=1&until=never", {"pay", "care"}),
        ("kind=company", {"pay", "care"}),
        ("q=存證", {"care"}),
        ("q=pay", {"pay"}),
        ("q=應用實例", {"pay", "care"}),
        ("q=%25", set()),
        ("domain=nowhere", set()),
    ],
)
def test_directory_filters(query: str, found: set[str], two_members: dict[str, Organisation]) -> None:
    assert {member.slug for member in get(f"/members/?{query}").context["members"]} == found


def test_matrix_counts_members_of_today_and_leads_to_them(two_members: dict[str, Organisation]) -> None:
    page = get("/en/members/matrix/").content.decode()
    assert "?domain=finance&amp;use=payment" in page
    assert "payment and settlement: 1 member" in page
    assert page.count("?domain=") == 3


def test_directory_shows_twenty_five_members_on_a_page() -> None:
    for number in range(26):
        cases.member_org(f"m{number}")
    assert len(get("/members/").context["members"]) == 25
    assert len(get("/members/?page=2").context["members"]) == 1
    assert get("/members/?page=99").status_code == 200


def test_export_holds_what_the_filters_find(two_members: dict[str, Organisation]) -> None:
    table = get("/members/export.csv?domain=health").content.decode()
    assert table.startswith("\ufeffname_zh,")
    assert "care Ltd" in table
    assert "pay Ltd" not in table
    rows = json.loads(get("/members/export.json").content)["members"]
    assert {row["domains"] for row in rows} == {"finance", "health"}
    assert get("/members/export.xml").status_code == 404


def test_page_of_a_member_shows_funding_as_its_reader_may_see(two_members: dict[str, Organisation]) -> None:
    for visibility in FundingRecord.Visibility:
        FundingRecord.objects.create(
            organisation=two_members["pay"],
            round="seed",
            year=2024,
            source=f"zyxfunding-{visibility}",
            visibility=visibility,
        )
    public = get("/members/pay/").content.decode()
    assert "zyxfunding-public" in public
    assert "zyxfunding-members" not in public
    with clock.at(NOW):
        reader = cases.signed_in(cases.person(represents=two_members["care"]))
        assert "zyxfunding-members" in reader.get("/members/pay/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_bodies_take_one_statement(rows: int, django_assert_num_queries: Any) -> None:
    for n in range(rows):
        cases.ministry(f"b{n}")
    with django_assert_num_queries(1):
        get("/ministries/")


def test_former_body_names_its_successor_and_the_successor_its_predecessor() -> None:
    nstc = cases.ministry("nstc", name_zh="國家科學及技術委員會")
    cases.ministry("most", name_zh="科技部", valid_to=date(2022, 7, 27), successor=nstc)
    former = get("/ministries/most/")
    assert former.context["is_gone"] is True
    assert "國家科學及技術委員會" in former.content.decode()
    assert "科技部" in get("/ministries/nstc/").content.decode()
    assert [body.slug for body in get("/ministries/").context["former"]] == ["most"]


def test_member_firm_has_no_page_among_the_bodies() -> None:
    cases.member_org("firm")
    assert get("/ministries/firm/").status_code == 404


def test_index_of_an_organisation_holds_its_names_and_not_its_mailbox() -> None:
    body = cases.ministry("fsc", name_zh="金融監督管理委員會", mailbox="secretbox@fsc.gov.example")
    index_organisation(body)
    body.refresh_from_db()
    assert "金融" in body.search
    assert "secretbox" not in public_words(body)
