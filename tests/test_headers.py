"""What browsers are told with every page of the matrix, and what pages may not hold."""

import pytest

from tests.crawl import Crawl
from tests.rights import PUBLIC, ROWS, Row

pytestmark = pytest.mark.timeout(600)

every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@every_row
def test_strict_policy_on_every_answer(row: Row, crawled: Crawl) -> None:
    for role in row.roles:
        answer = crawled.gets[row.name, role]
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "default-src 'none'" in policy or "default-src 'self'" in policy, (answer.url, role)
        assert "unsafe" not in policy
        assert answer.headers.get("X-Content-Type-Options") == "nosniff", (answer.url, role)
        assert answer.headers.get("X-Frame-Options") == "DENY"
        assert answer.headers.get("Referrer-Policy") == "same-origin"


@every_row
def test_no_inline_script_or_style(row: Row, crawled: Crawl) -> None:
    walked = [crawled.gets, crawled.posts] if row.post is not None else [crawled.gets]
    faults = [
        (role, found) for answers in walked for role in row.roles if (found := answers[row.name, role].faults)
    ]
    assert not faults


@pytest.mark.parametrize("name", [row.name for row in PUBLIC])
def test_public_page_sets_no_cookie_and_carries_no_token(name: str, crawled: Crawl) -> None:
    answer = crawled.gets[name, "anonymous"]
    assert (answer.cookies, answer.has_token) == (set(), False)


@pytest.mark.parametrize("name", [row.name for row in ROWS if row.route == "proposals:detail"])
def test_case_page_sets_no_cookie_and_carries_no_token(name: str, crawled: Crawl) -> None:
    answer = crawled.gets[name, "anonymous"]
    assert (answer.cookies, answer.has_token) == (set(), False)


@every_row
def test_page_of_somebody_signed_in_is_kept_by_no_shared_cache(row: Row, crawled: Crawl) -> None:
    for role in row.roles:
        answer = crawled.gets[row.name, role]
        if role != "anonymous" and answer.outcome == "ok":
            said = answer.headers.get("Cache-Control", "")
            assert "public" not in said, (answer.url, role)
