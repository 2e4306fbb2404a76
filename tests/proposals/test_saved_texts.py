"""Saved texts: whose they are, what the table refuses, and what a new portal begins with."""

import pytest
from django.db import DatabaseError, transaction

from proposals.actions.seed import seed_phrases
from proposals.models import RoutingRule, SavedText
from proposals.phrases import PHRASES
from tests import cases

pytestmark = pytest.mark.django_db


def text(title: str, **fields: object) -> SavedText:
    return SavedText.objects.create(**{"kind": "note", "title": title, "text_zh": "文字"} | fields)


def test_texts_are_read_by_their_owners_and_those_of_all_by_whoever_works_on_cases() -> None:
    group, body = cases.group("regulation"), cases.ministry("fsc")
    text("all"), text("group", group=group), text("body", body=body)
    text("other group", group=cases.group("application")), text("other body", body=cases.ministry("moda"))
    seen = {
        "secretary": (cases.person(secretary_of=group), {"all", "group"}),
        "liaison": (cases.person(liaison_of=body), {"all", "body"}),
        "secretariat": (cases.person(secretariat=True), {"all", "group", "other group"}),
        "auditor": (cases.person(audits=True), {"all", "group", "other group"}),
        "chair": (cases.person(chairs=True), set()),
        "representative": (cases.person(represents=cases.member_org()), set()),
    }
    for role, (user, titles) in seen.items():
        found = set(SavedText.objects.visible_to(user).values_list("title", flat=True))
        assert found == titles, role


def test_rules_are_read_by_officers_and_the_secretariat() -> None:
    from members.models import Law

    RoutingRule.objects.create(law=Law.objects.create(name_zh="銀行法"), body=cases.ministry())
    readers = (
        cases.person(secretary_of=cases.group()),
        cases.person(secretariat=True),
        cases.person(audits=True),
    )
    for user in readers:
        assert RoutingRule.objects.visible_to(user).count() == 1
    for user in (cases.person(chairs=True), cases.person(liaison_of=cases.ministry())):
        assert not RoutingRule.objects.visible_to(user).exists()


@pytest.mark.parametrize("wrong", ["two owners", "no words", "same title"])
def test_table_refuses_what_is_no_saved_text(wrong: str) -> None:
    fields: dict[str, object] = {
        "two owners": {"group": cases.group(), "body": cases.ministry()},
        "no words": {"text_zh": ""},
        "same title": {},
    }[wrong]
    text("一")
    with pytest.raises(DatabaseError), transaction.atomic():
        text("一" if wrong == "same title" else "二", **fields)
    assert text("一", group=cases.group())


@pytest.mark.parametrize(("zh", "en", "expected"), [("中", "E", ("中", "E")), ("中", "", ("中", "中"))])
def test_text_is_given_in_a_language_or_else_in_the_other(
    zh: str, en: str, expected: tuple[str, str]
) -> None:
    row = text("一", text_zh=zh, text_en=en)
    assert (row.text_in("zh-hant"), row.text_in("en")) == expected


def test_seed_brings_texts_once_and_leaves_what_officers_did_alone() -> None:
    assert seed_phrases() == len(PHRASES)
    SavedText.objects.filter(kind="note").delete()
    assert seed_phrases() == 0
    assert {row.kind for row in PHRASES} == set(SavedText.Kind.values)
