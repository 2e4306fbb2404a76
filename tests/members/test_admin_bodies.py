"""The page of a body in the admin: existing ones first, names in place, contacts, units."""

from datetime import date
from typing import Any

import pytest

from members.actions.bodies import open_name
from members.models import Body, Organisation
from tests import cases

pytestmark = pytest.mark.django_db

LIST = "/admin/members/body/"


def staff() -> Any:
    return cases.signed_in(cases.person("office@example.org", secretariat=True))


def form_of(body: Organisation, **changes: object) -> dict[str, object]:
    """What the page would send: the body's own fields, its names, its units."""
    data: dict[str, object] = {
        name: getattr(body, name) or ""
        for name in (
            "name_zh",
            "name_en",
            "short_zh",
            "short_en",
            "self_name",
            "slug",
            "area",
            "mailbox",
            "website",
            "oid",
            "org_code",
            "about_zh",
            "about_en",
        )
    }
    for prefix in ("names", "affiliations", "units", "successions"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return data | {"parent": "", "valid_from": ""} | changes


def names_of(body: Organisation, first_ends: str, second_begins: str) -> dict[str, object]:
    """Two names, the rows that are there already or new ones."""
    there = list(body.names.all())
    has_both = len(there) == 2
    return {
        "names-TOTAL_FORMS": 2,
        "names-INITIAL_FORMS": len(there),
        "names-0-id": there[0].pk,
        "names-0-name_zh": "舊名署" if has_both else body.name_zh,
        "names-0-starts_on": "" if has_both else second_begins,
        "names-0-ends_on": first_ends if has_both else "",
        "names-1-id": there[1].pk if has_both else "",
        "names-1-name_zh": body.name_zh if has_both else "舊名署",
        "names-1-starts_on": second_begins if has_both else "",
        "names-1-ends_on": "" if has_both else first_ends,
        "names-0-body": body.pk,
        "names-1-body": body.pk,
    }


def test_list_begins_with_the_bodies_that_exist() -> None:
    here, gone = cases.ministry("here"), cases.ministry("gone", valid_to=date(2020, 1, 1))
    cases.member_org()
    assert [row.pk for row in staff().get(LIST).context["cl"].result_list] == [here.pk]
    assert [row.pk for row in staff().get(f"{LIST}?standing=gone").context["cl"].result_list] == [gone.pk]
    assert len(staff().get(f"{LIST}?standing=all").context["cl"].result_list) == 2


def test_list_says_who_has_nobody_to_answer() -> None:
    cases.ministry("alone")
    cases.liaison_of(cases.ministry("manned"))
    rows = {row.slug: row.answering for row in staff().get(LIST).context["cl"].result_list}
    assert rows == {"alone": 0, "manned": 1}


def test_body_is_found_by_a_name_that_it_bore() -> None:
    body = cases.ministry()
    body.names.create(name_zh="舊名署", ends_on=date(2020, 1, 1))
    assert [row.pk for row in staff().get(f"{LIST}?q=舊名").context["cl"].result_list] == [body.pk]


def test_corrected_name_is_the_open_one_and_former_ones_stay() -> None:
    body = cases.ministry()
    body.names.create(name_zh="舊名署", ends_on=date(2020, 1, 1))
    open_name(body, date(2020, 1, 1)).save()
    page = f"{LIST}{body.pk}/change/"
    names = {
        "names-TOTAL_FORMS": 0,
        "names-INITIAL_FORMS": 0,
    }
    answer = staff().post(page, form_of(body, name_en="Corrected", **names))
    assert answer.status_code == 302, answer.context["errors"]
    assert list(body.names.values_list("name_zh", "name_en")) == [("舊名署", ""), ("fsc 部", "Corrected")]


def test_former_name_that_overlaps_is_refused_in_words() -> None:
    body = cases.ministry()
    open_name(body, date(2020, 1, 1)).save()
    answer = staff().post(
        f"{LIST}{body.pk}/change/", form_of(body, **names_of(body, "2021-01-01", "2020-01-01"))
    )
    assert answer.status_code == 200
    assert body.names.count() == 1


@pytest.mark.parametrize("day", ["2019-06-01", "2021-01-01"])
def test_day_between_two_names_is_moved_in_both_at_once(day: str) -> None:
    body = cases.ministry()
    body.names.create(name_zh="舊名署", ends_on=date(2020, 1, 1))
    open_name(body, date(2020, 1, 1)).save()
    answer = staff().post(f"{LIST}{body.pk}/change/", form_of(body, **names_of(body, day, day)))
    assert answer.status_code == 302, answer.context["errors"]
    assert [row.starts_on or row.ends_on for row in body.names.all()] == [date.fromisoformat(day)] * 2


def test_unit_has_its_own_mailbox() -> None:
    body = cases.ministry()
    unit = cases.ministry("unit", parent=body)
    units = {
        "units-TOTAL_FORMS": 1,
        "units-INITIAL_FORMS": 1,
        "units-0-id": unit.pk,
        "units-0-parent": body.pk,
        "units-0-mailbox": "new@unit.example",
    }
    answer = staff().post(f"{LIST}{body.pk}/change/", form_of(body, **units))
    assert answer.status_code == 302, answer.context["errors"]
    unit.refresh_from_db()
    assert unit.mailbox == "new@unit.example"


def test_added_organisation_is_a_body() -> None:
    body = Organisation(slug="new", name_zh="新部", area="臺北市")
    answer = staff().post(f"{LIST}add/", form_of(body))
    assert answer.status_code == 302, answer.context["errors"]
    made = Body.objects.get(slug="new")
    assert (made.is_body, made.names.get().name_zh) == (True, "新部")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_statements_however_many(rows: int, django_assert_max_num_queries: Any) -> None:
    client = staff()
    for n in range(rows):
        cases.liaison_of(cases.ministry(f"b{n}", parent=cases.ministry("parent")))
    with django_assert_max_num_queries(14):
        client.get(LIST)
