"""The directory of members and the pages of public bodies."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from members import clock
from members.actions.organisations import index_organisation, public_words
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


@pytest.mark.parametrize("rows", [1, 3])
def test_directory_takes_one_statement(rows: int, django_assert_num_queries: Any) -> None:
    for n in range(rows):
        cases.member_org(f"m{n}")
    with django_assert_num_queries(1):
        get("/members/")


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
