"""Words that stand in guarded texts only: on which pages, and for whom, they come to light."""

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tests import canaries
from tests.canaries import OTHER_READERS, OTHERS, PAGES, READERS, SECRETS
from tests.crawl import Crawl
from tests.rights import CIRCLES, ROLES

pytestmark = pytest.mark.timeout(600)

TEXT_KINDS = (models.TextField, models.CharField, models.JSONField, models.FileField, SearchVectorField)
HOUSE = ("members", "workinggroups", "proposals", "events")


def roles(text: str) -> set[str]:
    return {role for name in text.split() for role in CIRCLES.get(name, (name,))}


def found(crawled: Crawl, word: str) -> set[tuple[str, str]]:
    """(row, role) of every answer that holds the word."""
    return {
        key
        for answers in (crawled.gets, crawled.posts)
        for key, answer in answers.items()
        if word in answer.words
    }


@pytest.mark.parametrize("kind", READERS)
def test_guarded_text_is_read_by_its_readers_only(kind: str, crawled: Crawl) -> None:
    leaks = {(row, role) for row, role in found(crawled, SECRETS[kind]) if role not in roles(READERS[kind])}
    assert not leaks


@pytest.mark.parametrize("kind", OTHER_READERS)
def test_guarded_text_of_the_other_organisation_is_read_by_its_readers_only(
    kind: str, crawled: Crawl
) -> None:
    allowed = roles(OTHER_READERS[kind])
    assert not {(row, role) for row, role in found(crawled, OTHERS[kind]) if role not in allowed}


@pytest.mark.parametrize("kind", PAGES)
def test_guarded_text_stands_on_its_own_pages_only(kind: str, crawled: Crawl) -> None:
    pages = {row.split()[0] for row, _role in found(crawled, SECRETS[kind])}
    assert pages <= set(PAGES[kind])


@pytest.mark.parametrize("kind", [kind for kind in SECRETS if READERS.get(kind) != ""])
def test_the_walk_meets_every_guarded_text(kind: str, crawled: Crawl) -> None:
    """A word that nobody ever meets would prove nothing; of one without readers see `test_takeover_seal`."""
    assert found(crawled, SECRETS[kind])


def test_restricted_text_opens_to_others_than_its_author_by_a_logged_button_only(crawled: Crawl) -> None:
    openers = {
        role
        for role in ROLES
        if SECRETS["restricted"] in crawled.gets["proposals:restricted referred", role].words
    }
    assert openers == {"representative"}
    for role in roles("group ministry"):
        answer = crawled.posts["proposals:restricted referred", role]
        assert SECRETS["restricted"] in answer.words
        assert any("restrictedopening" in sql for sql in answer.writes)


# --- the table of all texts ------------------------------------------------------------------------


def text_fields() -> dict[str, set[str]]:
    """Of each table of the house the fields that hold words; those with a fixed list of values hold none."""
    return {
        model._meta.label: {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, TEXT_KINDS) and not field.choices
        }
        for model in apps.get_models()
        if model._meta.app_label in HOUSE and not model._meta.proxy
    }


def told(label: str) -> set[str]:
    return {name for names in canaries.TEXTS.get(label, {}) for name in names.split()}


def test_every_text_of_every_table_is_public_or_guarded_by_a_word() -> None:
    found = {label: fields for label, fields in text_fields().items() if label not in canaries.ELSEWHERE}
    missing = {label: sorted(fields - told(label)) for label, fields in found.items() if fields - told(label)}
    assert not missing, f"texts without a row in tests/canaries.py: {missing}"
    gone = {label: sorted(told(label) - found.get(label, set())) for label in canaries.TEXTS}
    assert not {label: fields for label, fields in gone.items() if fields}


def test_every_kind_of_secret_stands_in_a_text_and_has_its_readers() -> None:
    said = {what for row in canaries.TEXTS.values() for what in row.values()} - set(canaries.UNGUARDED)
    kinds = {kind for row in said for kind in row.split()}
    assert kinds | set(canaries.NAMED) == set(SECRETS)
    assert set(SECRETS) == set(READERS) | {kind for kind in PAGES if kind not in READERS}


def test_tables_guarded_elsewhere_name_a_test_that_is_there() -> None:
    root = Path(__file__).parent.parent
    assert {label: path for label, path in canaries.ELSEWHERE.items() if not (root / path).exists()} == {}
