"""The page of a body: what it was called, what became of it, its functions, its own word on its figures."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from members import clock
from members.actions.bodies import open_name, publish_comment, rename_body
from members.models import Affiliation, BodyComment, Named, Organisation, Succession
from tests import cases

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 11, 2)


def get(path: str, client: Client | None = None) -> Any:
    with clock.at(NOW):
        return (client or Client()).get(path)


def renamed() -> Organisation:
    body = cases.ministry("moenv", name_zh="環保署", name_en="Protection Agency")
    return rename_body(
        body=body,
        names=Named("環境部", "Ministry of Environment"),
        self_name="本部",
        on=date(2023, 8, 22),
        document_number="院授字第1號",
    )


def test_page_tells_the_names_then_and_now() -> None:
    renamed()
    page = get("/en/ministries/moenv/").content.decode()
    assert "Protection Agency" in page
    assert "until" in page
    assert "院授字第1號" in page


def test_page_of_a_body_with_one_name_says_nothing_of_names() -> None:
    body = cases.ministry()
    open_name(body, None).save()
    assert 'id="then-and-now"' not in get("/ministries/fsc/").content.decode()


def test_page_names_who_took_over_and_from_whom() -> None:
    old, new, part = cases.ministry("most"), cases.ministry("nstc"), cases.ministry("ndc")
    on = date(2022, 7, 27)
    Succession.objects.create(predecessor=old, successor=new, on=on, document_number="院令第2號")
    Succession.objects.create(predecessor=part, successor=new, on=on, is_partial=True)
    page = get("/en/ministries/nstc/").content.decode()
    assert "Took over the matters of" in page
    assert "Took over a part of the matters of" in page
    assert "院令第2號" in page
    assert "A part of its matters passed to" in get("/en/ministries/ndc/").content.decode()


def test_contacts_are_functions_and_never_persons() -> None:
    body = cases.ministry()
    user = cases.person("liaison@fsc.example", name="窗口甲", liaison_of=body)
    press = cases.person("press@fsc.example", name="新聞乙")
    Affiliation.objects.create(
        user=press, organisation=body, role=Affiliation.Role.PRESS, starts_on=date(2026, 1, 1)
    )
    answer = get("/en/ministries/fsc/")
    assert answer.context["functions"] == ["ministry liaison", "press contact"]
    page = answer.content.decode()
    assert not [
        text for text in (user.name, user.email, press.name, press.email, body.mailbox) if text in page
    ]


def test_press_contact_sees_what_the_public_sees() -> None:
    body = cases.ministry()
    user = cases.person("press@fsc.example")
    Affiliation.objects.create(user=user, organisation=body, role="press", starts_on=date(2026, 1, 1))
    assert get("/dashboard/", cases.signed_in(user)).status_code == 404


def test_comment_stands_beside_the_figures_with_its_date() -> None:
    body = cases.ministry()
    with clock.at(NOW):
        publish_comment(user=cases.liaison_of(body), body=body, text="人力不足", text_en="Short of staff")
    assert "人力不足" in get("/ministries/fsc/").content.decode()
    page = get("/en/ministries/fsc/").content.decode()
    assert "Short of staff" in page
    assert "2026-11-02" in page
    assert "/comment/" not in page


@pytest.mark.parametrize(
    ("role", "status"), [("liaison_of", 200), ("supervises", 200), ("researches_for", 404)]
)
def test_comment_is_written_by_those_who_speak_for_the_body(role: str, status: int) -> None:
    body = cases.ministry()
    client = cases.signed_in(cases.person("one@fsc.example", **{role: body}))
    assert get("/ministries/fsc/comment/", client).status_code == status
    assert ("/ministries/fsc/comment/" in get("/ministries/fsc/", client).content.decode()) is (status == 200)


def test_comment_is_published_and_withdrawn_on_its_page() -> None:
    body = cases.ministry()
    client = cases.signed_in(cases.person("one@fsc.example", liaison_of=body))
    answer = client.post("/en/ministries/fsc/comment/", {"text": "人力不足", "text_en": ""})
    assert answer.status_code == 302
    assert BodyComment.objects.standing().get().text == "人力不足"
    assert client.post("/en/ministries/fsc/comment/", {"withdraw": "1"}).status_code == 302
    assert not BodyComment.objects.standing().exists()
    again = client.post("/en/ministries/fsc/comment/", {"withdraw": "1"}, follow=True)
    assert "There is no comment to withdraw" in again.content.decode()


def test_comment_that_is_refused_keeps_what_was_typed() -> None:
    body = cases.ministry()
    client = cases.signed_in(cases.person("one@fsc.example", liaison_of=body))
    answer = client.post("/en/ministries/fsc/comment/", {"text": "", "text_en": "Only English"})
    assert (answer.status_code, "Only English" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_page_takes_the_same_statements_however_much_has_changed(
    rows: int, django_assert_num_queries: Any
) -> None:
    body = renamed()
    for n in range(rows):
        former = cases.ministry(f"old{n}", valid_to=date(2020, 1, 1), successor=body)
        Succession.objects.create(predecessor=former, successor=body, on=date(2020, 1, 1))
        Succession.objects.create(predecessor=body, successor=cases.ministry(f"new{n}"), on=date(2024, 1, 1))
        cases.ministry(f"unit{n}", parent=body)
        cases.person(f"{n}@moenv.example", liaison_of=body)
    with django_assert_num_queries(13):
        get("/ministries/moenv/")
