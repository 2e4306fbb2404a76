"""Every role at every address of the URLconf, held against the hand-written table in `tests/rights/`."""

import pytest
from django.contrib import admin

from tests import rights
from tests.crawl import Answer, Crawl, routes
from tests.rights import FAMILIES, ROWS, Row

pytestmark = pytest.mark.timeout(600)  # the first test waits for the whole walk

every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def differences(answers: dict[str, Answer], cell: str) -> str:
    """ "ok instead of no: convener, auditor; …", or nothing."""
    expected = rights.read(cell)
    wrong: dict[str, list[str]] = {}
    for role, answer in answers.items():
        if answer.outcome != expected[role]:
            wrong.setdefault(f"{answer.outcome} instead of {expected[role]}", []).append(role)
    return "; ".join(f"{said}: {', '.join(roles)}" for said, roles in wrong.items())


def test_every_route_has_a_row() -> None:
    without = {name: url for name, url in routes().items() if name not in {row.route for row in ROWS}}
    assert not without, f"routes without a row in tests/rights/: {without}"


def test_every_row_has_a_route() -> None:
    without = {row.route for row in ROWS} - set(routes())
    assert not without, f"rows of tests/rights/ whose route is gone: {sorted(without)}"


def test_every_model_of_the_admin_has_a_family() -> None:
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert registered - {"proposals.proposal"} == {name for family in FAMILIES for name in family.models}


@every_row
def test_get(row: Row, crawled: Crawl) -> None:
    """What each role gets, and that looking changes nothing."""
    answers = {role: crawled.gets[row.name, role] for role in row.roles}
    assert not (wrong := differences(answers, row.get)), f"{answers['anonymous'].url} {wrong}"
    wrote = {role: answer.writes for role, answer in answers.items() if answer.writes}
    assert set(wrote) <= set(row.writes), f"GET {answers['anonymous'].url} wrote: {wrote}"


@pytest.mark.parametrize("row", [row for row in ROWS if row.post is not None], ids=lambda row: row.name)
def test_post(row: Row, crawled: Crawl) -> None:
    """What each role may do; whoever may not leaves no trace."""
    answers = {role: crawled.posts[row.name, role] for role in row.roles}
    assert not (wrong := differences(answers, row.post or "")), f"{answers['anonymous'].url} {wrong}"
    wrote = {
        role: answer.writes
        for role, answer in answers.items()
        if answer.writes and answer.outcome in ("no", "denied", "in", "unsigned", "method", "gone")
    }
    assert not wrote, f"POST {answers['anonymous'].url} was refused, but wrote: {wrote}"


@pytest.mark.parametrize("route", sorted({row.route for row in ROWS} - set(rights.BY_TOKEN)))
def test_forged_post_is_refused(route: str, crawled: Crawl) -> None:
    """Without the token of the form nothing is taken, from nobody."""
    answer = crawled.forged[route]
    assert (answer.outcome, answer.writes) == ("denied", []), answer.url
