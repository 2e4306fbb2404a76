"""Following by mail: two steps in, one click out, public happenings only, one letter a day."""

import re
from datetime import timedelta
from email import message_from_string, policy

import pytest
from django.test import Client

from members import clock
from members.actions.sending import message_of
from members.models import Letter
from proposals.actions import follows
from proposals.models import Follow, Follower, Proposal
from proposals.reminders.undelivered import write_undelivered
from tests import cases
from tests.cases import signed_in

from .following import ADDRESS, MONDAY, MORNING, at, follow, happens, letters, link, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Proposal:
    with clock.at(MONDAY - timedelta(days=7)):
        return cases.referred()


# --- in --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_address_is_asked_confirmed_by_a_button_and_told(prefix: str, case: Proposal) -> None:
    page = f"{prefix}/proposals/{case.number}/follow/"
    assert at(MONDAY, page).status_code == 200
    assert at(MONDAY, page, {"email": ADDRESS.upper()}).status_code == 200
    [letter] = letters("follow_confirm")
    assert (letter.to, letter.recipient) == (ADDRESS, None)
    assert letter.language == ("en" if prefix else "zh-hant")
    path = link(letter, "/confirm/")
    assert path.startswith(prefix + "/following/confirm/")
    assert at(MONDAY, path).status_code == 200
    assert not Follow.objects.confirmed().exists()  # looking confirms nothing
    assert at(MONDAY, path, {}).status_code == 302
    happens(case)
    [news] = tell()
    assert case.number in news.subject


def test_address_of_a_follower_without_an_account_is_shown_to_nobody(case: Proposal) -> None:
    at(MONDAY, f"/proposals/{case.number}/follow/", {"email": ADDRESS})
    [letter] = letters("follow_confirm")
    Letter.objects.filter(pk=letter.pk).update(state="failed")
    office = signed_in(cases.person("office@example.org", secretariat=True))
    for path in ("", "?delivery=undelivered", f"?q={ADDRESS}"):
        assert letter not in office.get(f"/admin/members/letter/{path}").context["cl"].result_list
    assert office.get(f"/admin/members/letter/{letter.pk}/change/").status_code == 404
    with clock.at(MONDAY):
        write_undelivered()
    assert not letters("undelivered")


def test_nothing_is_told_before_the_address_has_confirmed(case: Proposal) -> None:
    with clock.at(MONDAY):
        follows.ask_to_follow(email=ADDRESS, language="en", proposal=case)
    happens(case)
    assert tell() == []


def test_answer_to_a_known_address_is_that_to_an_unknown_one(case: Proposal) -> None:
    follow(case)
    page = f"/proposals/{case.number}/follow/"
    known, unknown = (at(MONDAY, page, {"email": mail}) for mail in (ADDRESS, "nobody@example.net"))
    assert known.content.decode().replace(ADDRESS, "x") == unknown.content.decode().replace(
        "nobody@example.net", "x"
    )
    assert [letter.to for letter in letters("follow_confirm")] == [ADDRESS, "nobody@example.net"]


def test_address_is_asked_three_times_a_day_at_most_and_once_about_the_same(case: Proposal) -> None:
    others = [cases.group(f"g{n}") for n in range(4)]
    with clock.at(MONDAY):
        for _ in range(3):
            follows.ask_to_follow(email=ADDRESS, language="en", proposal=case)
        assert len(letters("follow_confirm")) == 1
        for group in others:
            follows.ask_to_follow(email=ADDRESS, language="en", group=group)
    assert len(letters("follow_confirm")) == follows.CONFIRMATIONS_A_DAY
    assert Follow.objects.count() == follows.CONFIRMATIONS_A_DAY
    with clock.at(MONDAY + timedelta(days=2)):
        follows.ask_to_follow(email=ADDRESS, language="en", group=others[3])
    assert len(letters("follow_confirm")) == follows.CONFIRMATIONS_A_DAY + 1


def test_one_place_cannot_enter_addresses_without_end(case: Proposal) -> None:
    page = f"/proposals/{case.number}/follow/"
    answers = [at(MONDAY, page, {"email": f"a{n}@example.net"}) for n in range(22)]
    assert {answer.status_code for answer in answers[:20]} == {200}
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert Follower.objects.count() == 20


@pytest.mark.parametrize("email", ["", "no address", "a@b", "x@example.net\nBcc: y@example.net"])
def test_what_is_no_address_is_said_and_nothing_written(email: str, case: Proposal) -> None:
    assert at(MONDAY, f"/proposals/{case.number}/follow/", {"email": email}).status_code == 422
    assert not Follower.objects.exists()


def test_case_that_is_not_public_cannot_be_followed() -> None:
    with clock.at(MONDAY):
        hidden = cases.submitted()
    assert at(MONDAY, f"/proposals/{hidden.number}/follow/").status_code == 404
    with clock.at(MONDAY), pytest.raises(follows.Refused):
        follows.ask_to_follow(email=ADDRESS, language="en", proposal=hidden)
    assert not Follower.objects.exists()


def test_account_follows_by_one_button_and_sees_what_it_follows(case: Proposal) -> None:
    user = cases.person(language="en")
    client = signed_in(user)
    page = f"/en/proposals/{case.number}/follow/"
    assert at(MONDAY, page, {}, client).status_code == 302
    assert at(MONDAY, page, {}, client).status_code == 302
    row = Follow.objects.confirmed().get(follower__user=user)
    assert row.follower.email is None
    assert case.number in at(MONDAY, "/en/my/following/", client=client).content.decode()
    happens(case)
    [news] = tell()
    assert news.recipient == user
    assert at(MONDAY, "/my/following/", {"follow": str(row.pk)}, client).status_code in (200, 302)
    assert not Follower.objects.exists()


def test_account_takes_over_what_its_address_followed(case: Proposal) -> None:
    follow(case, email="person@example.org")
    user = cases.person("person@example.org")
    with clock.at(MONDAY):
        follows.follow_with_account(user=user, group=case.group)
        follows.ask_to_follow(email="person@example.org", language="en")
    follower = Follower.objects.get()
    assert (follower.user, follower.email, follower.follows.count()) == (user, None, 3)


# --- out -------------------------------------------------------------------------------------------


def test_every_letter_carries_the_headers_of_one_click(case: Proposal) -> None:
    follow(case)
    happens(case)
    tell()
    for letter in Letter.objects.filter(kind__startswith="follow_"):
        mail = message_from_string(message_of(letter).message().as_string(), policy=policy.default)
        address = re.fullmatch(r"<(https?://\S+/off/)>", mail["List-Unsubscribe"].strip())
        assert address
        assert address.group(1) in letter.body
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_click_ends_everything_and_deletes_the_address(case: Proposal) -> None:
    row = follow(case)
    token = row.follower.token
    follow(group=case.group)
    happens(case)
    [news] = tell()
    path = link(news, "/off/")
    assert at(MORNING, path).status_code == 200
    assert Follow.objects.count() == 2  # a GET acts not
    stranger = Client(enforce_csrf_checks=True)
    answer = at(MORNING, path, {"List-Unsubscribe": "One-Click"}, stranger)
    assert answer.status_code == 200
    assert not Follower.objects.exists()
    assert not Letter.objects.filter(to=ADDRESS).exists()
    assert at(MORNING, path, {"List-Unsubscribe": "One-Click"}, stranger).status_code == 200
    for gone in (path, f"/following/{token}/", f"/following/confirm/{row.token}/"):
        assert at(MORNING, gone).status_code == 410


def test_one_click_in_the_first_letter_ends_only_what_it_asked(case: Proposal) -> None:
    follow(case)
    with clock.at(MONDAY):
        follows.ask_to_follow(email=ADDRESS, language="en", group=case.group)
    path = link(letters("follow_confirm")[-1], "/off/")
    at(MONDAY, path, {"List-Unsubscribe": "One-Click"})
    assert [row.proposal for row in Follow.objects.all()] == [case]


def test_page_of_an_address_ends_one_thing_or_all(case: Proposal) -> None:
    row = follow(case)
    other = follow(group=case.group)
    page = f"/following/{row.follower.token}/"
    assert case.number in at(MONDAY, page).content.decode()
    assert at(MONDAY, page, {"follow": "999999"}).status_code == 404
    assert at(MONDAY, page, {"follow": str(row.pk)}).status_code == 302
    assert list(Follow.objects.all()) == [other]
    assert at(MONDAY, page, {"all": "1"}).status_code == 200
    assert not Follower.objects.exists()


def test_nobody_ends_what_another_follows(case: Proposal) -> None:
    mine, theirs = follow(case), follow(case, email="other@example.net")
    at(MONDAY, f"/following/{mine.follower.token}/", {"follow": str(theirs.pk)})
    assert Follow.objects.filter(pk=theirs.pk).exists()
