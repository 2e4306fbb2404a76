"""What bodies were called, what became of them, and what they say of their figures."""

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import translation

from members import clock
from members.actions.bodies import (
    align_name,
    open_name,
    publish_comment,
    rename_body,
    withdraw_comment,
)
from members.actions.organisations import public_words
from members.actions.seed import seed_bodies, seed_names, seed_successions
from members.models import BodyComment, BodyName, Named, Organisation, Succession
from members.refusals import NotAllowed, Refused
from tests import cases

pytestmark = pytest.mark.django_db

RENAMED_ON = date(2026, 11, 2)


def renamed() -> Organisation:
    body = cases.ministry("epa", name_zh="環保署", name_en="Protection Agency", short_en="EPA")
    return rename_body(
        body=body,
        names=Named("環境部", "Ministry of Environment", "環境部", "MOENV"),
        self_name="本部",
        on=RENAMED_ON,
        document_number="院授字第1號",
    )


def test_name_of_a_day_is_the_one_borne_then() -> None:
    body = renamed()
    body.refresh_from_db()
    with translation.override("en"):
        assert body.name == "Ministry of Environment"
        assert body.named_on(date(2026, 11, 1)).short_name == "EPA"
        assert body.named_on(RENAMED_ON).short_name == "MOENV"
    assert [row.name_zh for row in body.names.on(date(2026, 11, 1))] == ["環保署"]
    assert [row.document_number for row in body.names.on(RENAMED_ON)] == ["院授字第1號"]


def test_body_is_found_by_the_name_of_before() -> None:
    assert "環保署" in public_words(renamed())


def test_second_name_leaves_the_first_one_where_it_was() -> None:
    body = rename_body(
        body=renamed(), names=Named("生態部"), self_name="", on=date(2026, 12, 1), document_number="2"
    )
    body.refresh_from_db()
    days = (date(2020, 1, 1), RENAMED_ON, date(2026, 12, 1))
    assert [body.named_on(day).name_zh for day in days] == ["環保署", "環境部", "生態部"]


@pytest.mark.parametrize(
    ("names", "on"),
    [
        (Named("環境部", "Ministry of Environment", "環境部", "MOENV"), date(2026, 12, 1)),
        (Named("另一部"), RENAMED_ON),
        (Named("另一部"), date(2026, 1, 1)),
        (Named(" "), date(2026, 12, 1)),
    ],
    ids=["same name", "same day", "earlier day", "no name"],
)
def test_name_is_refused(names: Named, on: date) -> None:
    body = renamed()
    with pytest.raises(Refused):
        rename_body(body=body, names=names, self_name="", on=on, document_number="2")
    assert BodyName.objects.count() == 2


def test_two_names_on_one_day_are_impossible() -> None:
    body = renamed()
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        BodyName.objects.create(body=body, name_zh="別名", starts_on=date(2026, 10, 1), ends_on=RENAMED_ON)


def test_former_names_follow_their_rows_whoever_writes_them() -> None:
    body = renamed()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_bodyname SET name_zh = '舊署' WHERE ends_on IS NOT NULL")
    body.refresh_from_db()
    assert body.named_on(date(2020, 1, 1)).name_zh == "舊署"
    body.names.filter(ends_on__isnull=False).delete()
    body.refresh_from_db()
    assert body.named_on(date(2020, 1, 1)).name_zh == "環境部"


def test_correction_of_the_present_name_is_no_new_name() -> None:
    body = renamed()
    body.name_en = "Ministry of the Environment"
    body.save()
    align_name(body)
    assert body.names.count() == 2
    assert body.names.get(ends_on=None).name_en == "Ministry of the Environment"


def test_seed_knows_the_names_of_the_founding_year() -> None:
    seed_bodies()
    assert (seed_names() > 0, seed_names()) == (True, 0)
    assert (seed_successions() > 0, seed_successions()) == (True, 0)
    environment = Organisation.objects.get(slug="moenv")
    assert environment.named_on(date(2019, 7, 1)).name_zh == "行政院環境保護署"
    assert environment.named_on(date(2026, 1, 1)).name_zh == "環境部"
    science = Organisation.objects.get(slug="nstc")
    assert set(science.inheritances.values_list("predecessor__slug", flat=True)) == {"most", "bost"}
    assert Organisation.objects.get(slug="ndf").parent.slug == "ndc"


def test_seed_leaves_names_alone_that_somebody_has_given() -> None:
    seed_bodies()
    body = Organisation.objects.get(slug="moenv")
    open_name(body, date(2020, 1, 1)).save()
    seed_names()
    assert body.names.get().starts_on == date(2020, 1, 1)


def test_succession_is_never_changed() -> None:
    row = Succession.objects.create(
        predecessor=cases.ministry("a"), successor=cases.ministry("b"), on=RENAMED_ON
    )
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Succession.objects.filter(pk=row.pk).update(on=date(2026, 12, 1))
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        row.delete()


def test_comment_takes_the_place_of_the_one_before() -> None:
    body = cases.ministry()
    with clock.at(cases.at(2026, 11, 2)):
        publish_comment(user=cases.person(liaison_of=body), body=body, text="人力不足")
    with clock.at(cases.at(2026, 11, 9)):
        publish_comment(user=cases.person(supervises=body), body=body, text="已補人力", text_en="Staffed")
    assert [row.text for row in BodyComment.objects.standing()] == ["已補人力"]
    assert BodyComment.objects.count() == 2
    withdraw_comment(user=cases.liaison_of(body), body=body)
    assert not BodyComment.objects.standing().exists()
    with pytest.raises(Refused):
        withdraw_comment(user=cases.liaison_of(body), body=body)


@pytest.mark.parametrize("who", ["other_liaison", "research", "secretariat", "convener"])
def test_nobody_else_has_a_word_on_a_bodys_figures(who: str) -> None:
    body = cases.ministry()
    user = {
        "other_liaison": lambda: cases.person(liaison_of=cases.ministry("moea")),
        "research": lambda: cases.person(researches_for=body),
        "secretariat": lambda: cases.person(secretariat=True),
        "convener": lambda: cases.person(convenes=cases.group()),
    }[who]()
    with pytest.raises(NotAllowed):
        publish_comment(user=user, body=body, text="說明")
    assert not BodyComment.objects.exists()


@pytest.mark.parametrize(("text", "text_en"), [(" ", ""), ("字" * 1001, ""), ("字", "a" * 1001)])
def test_comment_is_refused_without_words_or_with_too_many(text: str, text_en: str) -> None:
    body = cases.ministry()
    with pytest.raises(Refused):
        publish_comment(user=cases.liaison_of(body), body=body, text=text, text_en=text_en)


def test_text_of_a_comment_never_changes() -> None:
    body = cases.ministry()
    row = publish_comment(user=cases.liaison_of(body), body=body, text="說明")
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        BodyComment.objects.filter(pk=row.pk).update(text="別的")
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        row.delete()
