"""Atom feeds: valid, stable, public, and no more work for many rows than for one."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from members import clock
from proposals.actions.answering import accept_referral, ask_proposer
from proposals.actions.proposer import withdraw_proposal
from proposals.actions.triage import add_triage_note
from proposals.models import Proposal
from tests import cases

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 11, 2)
ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def get(path: str, moment: Any = NOW, **headers: str) -> Any:
    with clock.at(moment):
        return Client().get(path, headers=headers)


def feed(path: str) -> ElementTree.Element:
    """The feed, with what RFC 4287 asks of each."""
    response = get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.tag == f"{ATOM}feed"
    for place in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            [found] = place.findall(f"{ATOM}{name}")
            assert found.text
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    ids = ids_of(root)
    assert len(ids) == len(set(ids))
    return root


def ids_of(root: ElementTree.Element) -> list[str]:
    return [str(place.findtext(f"{ATOM}id")) for place in (root, *root.findall(f"{ATOM}entry"))]


def titles(root: ElementTree.Element) -> list[str]:
    return [str(entry.findtext(f"{ATOM}title")) for entry in root.findall(f"{ATOM}entry")]


def case(**options: Any) -> Proposal:
    with clock.at(NOW - timedelta(days=7)):
        return cases.referred(**options)


def test_feed_of_a_case_tells_its_public_timeline_newest_first() -> None:
    row = case()
    referral = cases.lead_of(row)
    with clock.at(NOW - timedelta(hours=1)):
        accept_referral(user=cases.liaison_of(referral.ministry), referral=referral)
    root = feed(f"/en/proposals/{row.number}/feed.atom")
    assert titles(root)[0].endswith("took the matter on")
    assert "submitted the proposal" in titles(root)[-1]
    [link] = [node for node in root.findall(f"{ATOM}link") if node.get("rel") == "self"]
    assert str(link.get("href")).endswith(f"/en/proposals/{row.number}/feed.atom")


def test_feed_speaks_the_language_of_its_address() -> None:
    row = case()
    chinese, english = (feed(f"{prefix}/proposals/{row.number}/feed.atom") for prefix in ("", "/en"))
    assert (chinese.get(XML_LANG), english.get(XML_LANG)) == ("zh-Hant", "en")
    assert titles(chinese) != titles(english)


def test_ids_stay_and_are_tag_uris() -> None:
    row = case()
    path = f"/proposals/{row.number}/feed.atom"
    before = ids_of(feed(path))
    with clock.at(NOW):
        accept_referral(user=cases.liaison_of(cases.lead_of(row).ministry), referral=cases.lead_of(row))
    after = ids_of(feed(path))
    assert set(before) < set(after)
    assert all(found.startswith("tag:localhost,2026:") for found in after)


def test_feeds_hold_nothing_that_is_not_public() -> None:
    shown = case()
    hidden = case(title="zyxhidden", restricted="zyxrestricted")
    with clock.at(NOW - timedelta(hours=2)):
        add_triage_note(user=cases.convener_of(shown), proposal=shown, text="zyxnote")
        withdraw_proposal(user=cases.proposer_of(hidden), proposal=hidden, text="zyxreason")
        waiting = cases.submitted(title="zyxscreening", restricted="zyxrestricted")
    for path in (
        "/proposals/feed.atom",
        "/groups/regulation/feed.atom",
        f"/proposals/{shown.number}/feed.atom",
        f"/proposals/feed.atom?q={hidden.number}",
    ):
        assert "zyx" not in get(path).content.decode()
    assert titles(feed("/proposals/feed.atom")) == [f"{shown.number} {shown.title}"]
    assert titles(feed(f"/proposals/feed.atom?q={hidden.number}")) == []
    for number in (hidden.number, waiting.number, "115-9999"):
        assert get(f"/proposals/{number}/feed.atom").status_code == 404
    assert get("/groups/nowhere/feed.atom").status_code == 404


def test_feed_of_a_list_takes_the_filters_of_the_list() -> None:
    other = case(group=cases.group("application"), lead=cases.ministry("moea"))
    own = case()
    assert titles(feed("/proposals/feed.atom?ministry=moea")) == [f"{other.number} {other.title}"]
    assert titles(feed("/groups/regulation/feed.atom")) == [f"{own.number} {own.title}"]
    assert len(titles(feed("/proposals/feed.atom"))) == 2
    assert titles(feed("/proposals/feed.atom?state=nonsense&law=x")) is not None
    link = feed("/proposals/feed.atom?ministry=moea").find(f"{ATOM}link")
    assert link is not None
    assert str(link.get("href")).endswith("/proposals/?ministry=moea")


def test_case_taken_up_last_comes_first_in_a_list() -> None:
    with clock.at(NOW - timedelta(days=9)):
        early = cases.submitted()
    late = case()
    with clock.at(NOW - timedelta(days=1)):
        cases.accept_proposal(user=cases.convener_of(early), proposal=early)
    assert [title.split()[0] for title in titles(feed("/proposals/feed.atom"))] == [
        early.number,
        late.number,
    ]


def test_nothing_new_is_304() -> None:
    row = case()
    for path in (f"/proposals/{row.number}/feed.atom", "/proposals/feed.atom"):
        first = get(path)
        assert first["Last-Modified"]
        tomorrow = NOW + timedelta(days=1)
        by_tag = get(path, tomorrow, **{"If-None-Match": first["ETag"]})
        by_time = get(path, tomorrow, **{"If-Modified-Since": first["Last-Modified"]})
        assert (by_tag.status_code, by_time.status_code) == (304, 304)
        assert "public" in by_tag["Cache-Control"]
    with clock.at(NOW):
        referral = cases.lead_of(row)
        ask_proposer(user=cases.liaison_of(referral.ministry), referral=referral, text="請補充")
    again = get(path, **{"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 200


def test_text_that_xml_cannot_hold_is_left_out_and_markup_is_text() -> None:
    row = case(title="<b>粗體</b> & co", summary="a\x0bb <script>alert(1)</script>")
    root = feed("/proposals/feed.atom")
    assert titles(root) == [f"{row.number} <b>粗體</b> & co"]
    summary = str(root.findtext(f"{ATOM}entry/{ATOM}summary"))
    assert "<script>" not in summary
    assert "ab &lt;script&gt;" in summary


@pytest.mark.parametrize("path", ["/proposals/feed.atom", "/groups/regulation/feed.atom"])
def test_feeds_of_lists_take_as_many_statements_for_three_cases_as_for_one(
    path: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    case()
    with django_assert_max_num_queries(3) as one:
        get(path)
    case()
    case()
    with django_assert_num_queries(len(one)):
        assert len(titles(feed(path))) == 3


def test_feed_of_a_case_takes_as_many_statements_for_five_bodies_as_for_one(
    django_assert_num_queries: Any,
) -> None:
    small = case()
    big = case(supporting=[cases.ministry(f"body{n}") for n in range(4)], asks=5)
    with django_assert_num_queries(3):
        get(f"/proposals/{small.number}/feed.atom")
    with django_assert_num_queries(3):
        get(f"/proposals/{big.number}/feed.atom")


def test_pages_lead_feed_readers_to_their_feed() -> None:
    row = case()
    for page, address in (
        (f"/proposals/{row.number}/", f"/proposals/{row.number}/feed.atom"),
        ("/en/proposals/?ministry=fsc", "/en/proposals/feed.atom?ministry=fsc"),
        ("/groups/regulation/", "/groups/regulation/feed.atom"),
    ):
        html = get(page).content.decode()
        [link] = [part for part in html.split("<link ")[1:] if "application/atom+xml" in part.split(">")[0]]
        assert f'href="{address}"' in link.split(">")[0]
        assert get(address).status_code == 200
