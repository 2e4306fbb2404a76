"""Words that stand in guarded texts only: on which pages, and for whom, they come to light."""

import pytest

from tests.crawl import Crawl
from tests.rights import CIRCLES, ROLES
from tests.world import OTHERS, SECRETS

pytestmark = pytest.mark.timeout(600)

READERS = {
    "draft": "representative",
    "restricted": "representative group ministry",
    "submitted": "representative group readers",
    "declined": "representative group readers",
    "note": "group readers",
    "answer": "ministry",
    "information": "representative group readers",
    "file": "representative group ministry readers",
    "secret_file": "representative group ministry",
    "sponsored": "representative other_representative",
    "news": "readers",
    "rating": "representative ministry readers",
    "entry": "group readers",
    "shared": "ministry other_liaison",
}
"""Who may read each kind of text of the own organisation's cases."""
OTHER_READERS = {
    "draft": "other_representative",
    "restricted": "other_representative other_convener other_liaison",
    "submitted": "other_representative other_convener readers",
    "answer": "other_liaison",
    "file": "other_representative other_convener other_liaison readers",
    "secret_file": "other_representative other_convener other_liaison",
}
PAGES = {
    "rating": ("proposals:rate", "proposals:referral", "admin:proposals_answerrating_change"),
    "entry": ("proposals:clarification", "admin:proposals_clarification_change"),
    "restricted": (
        "proposals:restricted",
        "proposals:draft",
        "proposals:submit",
        "proposals:attach",
        "proposals:dossier_zip",
    ),
    "answer": (
        "proposals:referral",
        "proposals:referral_step",
        "proposals:draft_odt",
        "proposals:dossier_zip",
    ),
    "shared": (
        "proposals:referral_step",
        "proposals:draft_odt",
        "proposals:dossier_zip",
    ),
    "note": ("admin:proposals_proposal_change", "admin:proposals_proposal_step", "proposals:dossier_zip"),
}
"""Texts that even their readers meet on these pages only."""


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


@pytest.mark.parametrize("kind", READERS)
def test_the_walk_meets_every_guarded_text(kind: str, crawled: Crawl) -> None:
    """A word that nobody ever meets would prove nothing."""
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
