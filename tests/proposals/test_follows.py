"""Following by mail: two steps in, one click out, public happenings only, one letter a day."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_string, policy
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.actions.sending import message_of
from members.models import Letter
from proposals.actions import follows
from proposals.actions.answering import accept_referral, ask_proposer, publish_interim_reply
from proposals.actions.proposer import withdraw_proposal
from proposals.actions.triage import accept_proposal, add_triage_note
from proposals.models import Follow, Follower, Proposal
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db

MONDAY = cases.at(2026, 11, 2, 14)
MORNING = cases.at(2026, 11, 3, 9)
ADDRESS = "reader@example.net"


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def case() -> Proposal:
    with clock.at(MONDAY - timedelta(days=7)):
        return cases.referred()


def at(moment: datetime, path: str, data: dict[str, str] | None = None, client: Client | None = None) -> Any:
    with clock.at(moment):
        visitor = client or Client()
        return visitor.get(path) if data is None else visitor.post(path, data)


def letters(kind: str) -> list[Letter]:
    return list(Letter.objects.filter(kind=kind).order_by("pk"))


def link(letter: Letter, part: str) -> str:
    """The path of the link in a letter whose address holds `part`."""
    return re.search(rf"https?://[^/\s]+(\S*{part}\S*)", letter.body).group(1)  # type: ignore[union-attr]


def follow(
    case: Proposal | None = None, moment: datetime = MONDAY, email: str = ADDRESS, **thing: Any
) -> Follow:
    """A confirmed follow, without its letter."""
    with clock.at(moment):
        follows.ask_to_follow(email=email, language="en", proposal=case, **thing)
        row = Follow.objects.select_related("follower").get(follower__email=email, proposal=case, **thing)
        return follows.confirm_follow(follow=row)


def happens(case: Proposal, moment: datetime = MONDAY + timedelta(hours=1)) -> None:
    with clock.at(moment):
        referral = cases.lead_of(case)
        accept_referral(user=cases.liaison_of(referral.ministry), referral=referral)


def tell(moment: datetime = MORNING) -> list[Letter]:
    with clock.at(moment):
        for pk in follows.followers_to_tell():
            follows.tell_follower(pk)
    return letters("follow_news")


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


# --- telling ---------------------------------------------------------------------------------------


def test_one_letter_a_day_tells_everything_once(case: Proposal) -> None:
    with clock.at(MONDAY - timedelta(days=7)):
        second = cases.referred()
    for row in (case, second):
        follow(row)
        happens(row)
    assert tell(MORNING - timedelta(minutes=1)) == []
    [news] = tell()
    assert case.number in news.body
    assert second.number in news.body
    assert tell() == [news]
    assert tell(MORNING + timedelta(hours=5)) == [news]
    assert tell(MORNING + timedelta(days=1)) == [news]


def test_outage_of_a_week_is_made_up_for_by_one_letter(case: Proposal) -> None:
    follow(case)
    happens(case)
    user = cases.liaison_of(cases.lead_of(case).ministry)
    with clock.at(MONDAY + timedelta(days=2)):
        publish_interim_reply(user=user, referral=cases.lead_of(case), text="研議中", expected_on=None)
    [news] = tell(MORNING + timedelta(days=7))
    assert "took the matter on" in news.body
    assert "published an interim reply" in news.body


def test_what_was_being_written_at_nine_waits_for_the_next_letter(case: Proposal) -> None:
    follow(case)
    happens(case, MORNING - timedelta(minutes=2))
    assert tell(MORNING + timedelta(hours=1)) == []
    assert len(tell(MORNING + timedelta(days=1))) == 1


def test_followers_hear_public_happenings_only_and_no_free_text(case: Proposal) -> None:
    follow(case)
    with clock.at(MONDAY + timedelta(hours=1)):
        add_triage_note(user=cases.convener_of(case), proposal=case, text="zyxnote")
    assert tell() == []
    referral = cases.lead_of(case)
    with clock.at(MONDAY + timedelta(hours=2)):
        ask_proposer(user=cases.liaison_of(referral.ministry), referral=referral, text="zyxquestion")
    [news] = tell()
    assert "zyx" not in news.body + news.subject
    assert "asked the proposer a question" in news.body


def test_letter_of_english_and_chinese_follower_are_in_their_languages(case: Proposal) -> None:
    follow(case)
    with clock.at(MONDAY):
        follows.ask_to_follow(email="zh@example.net", language="zh-hant", proposal=case)
        follows.confirm_follow(follow=Follow.objects.get(follower__email="zh@example.net"))
    happens(case)
    english, chinese = tell()
    assert english.body.startswith("Hello,")
    assert "/en/following/" in english.body
    assert "/en/" not in chinese.body
    assert "&" not in english.body


def test_hidden_case_is_followed_no_more_and_told_without_its_words(case: Proposal) -> None:
    follow(case)
    with clock.at(MONDAY + timedelta(hours=1)):
        withdraw_proposal(user=cases.proposer_of(case), proposal=case, text="zyxreason")
    [news] = tell()
    assert case.number in news.body
    assert case.title not in news.body + news.subject
    assert "Proposal" not in news.subject
    assert "zyx" not in news.body
    assert "withdrawn" not in news.body.lower()
    assert not Follower.objects.exists()
    assert [letter.pk for letter in tell(MORNING + timedelta(days=1))] == [news.pk]


def test_follower_of_a_list_hears_of_new_public_cases_of_that_list_once() -> None:
    group, other = cases.group("regulation"), cases.group("application")
    with clock.at(MONDAY - timedelta(days=1)):
        waiting = cases.submitted(group=group)
    follow(group=group)
    follow(email="all@example.net")
    with clock.at(MONDAY + timedelta(hours=1)):
        cases.submitted(group=group, title="zyxhidden")
        elsewhere = cases.accepted(group=other)
        accept_proposal(user=cases.convener_of(waiting), proposal=waiting)
    by_address = {letter.to: letter for letter in tell()}
    assert waiting.number in by_address[ADDRESS].body
    assert elsewhere.number not in by_address[ADDRESS].body
    assert elsewhere.number in by_address["all@example.net"].body
    assert all("zyxhidden" not in letter.body for letter in by_address.values())
    assert len(tell(MORNING + timedelta(days=1))) == 2


def test_telling_takes_as_many_statements_for_three_cases_as_for_one(
    django_assert_num_queries: Any, case: Proposal
) -> None:
    follow(case)
    happens(case)
    pk = Follower.objects.get().pk
    with clock.at(MORNING), CaptureQueriesContext(connection) as one:
        follows.tell_follower(pk)
    for _ in range(2):
        with clock.at(MONDAY):
            row = cases.referred()
        follow(row, MORNING)
        happens(row, MORNING + timedelta(hours=2))
    with clock.at(MORNING + timedelta(days=1)), django_assert_num_queries(len(one)):
        assert follows.tell_follower(pk)


# --- forgetting ------------------------------------------------------------------------------------


def forget(moment: datetime) -> int:
    with clock.at(moment):
        return follows.forget_followers()


def test_what_nobody_confirms_is_deleted_after_a_week_with_its_letter(case: Proposal) -> None:
    with clock.at(MONDAY):
        follows.ask_to_follow(email=ADDRESS, language="en", proposal=case)
    Letter.objects.update(state=Letter.State.SENT, sent_at=MONDAY)
    assert forget(MONDAY + timedelta(days=6)) == 0
    assert forget(MONDAY + timedelta(days=7)) == 1
    assert not Follower.objects.exists()
    assert not Letter.objects.filter(to=ADDRESS).exists()


def test_letters_to_an_address_are_kept_a_week(case: Proposal) -> None:
    follow(case)
    happens(case)
    tell()
    Letter.objects.filter(to=ADDRESS).update(state=Letter.State.SENT, sent_at=MORNING)
    forget(MORNING + timedelta(days=6))
    assert len(letters("follow_news")) == 1
    forget(MORNING + timedelta(days=8))
    assert not Letter.objects.filter(to=ADDRESS).exists()
    assert Follower.objects.exists()


def test_address_from_which_letters_come_back_is_forgotten(case: Proposal) -> None:
    follow(case)
    Letter.objects.filter(to=ADDRESS).update(state=Letter.State.FAILED)
    assert forget(MONDAY + timedelta(hours=1)) == 1


def test_closed_account_is_told_nothing_more(case: Proposal) -> None:
    user = cases.person()
    with clock.at(MONDAY):
        follows.follow_with_account(user=user, proposal=case)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert forget(MONDAY) == 1


def test_database_keeps_an_address_once_and_in_small_letters(case: Proposal) -> None:
    row = follow(case)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE proposals_follower SET email = upper(email)")
    with pytest.raises(IntegrityError), transaction.atomic():
        Follower.objects.create(email=ADDRESS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Follow.objects.create(follower=row.follower, proposal=case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Follow.objects.create(follower=row.follower, proposal=case, group=case.group)


def test_tokens_are_long_and_each_its_own(case: Proposal) -> None:
    first, second = follow(case), follow(case, email="other@example.net")
    tokens = {first.token, second.token, first.follower.token, second.follower.token}
    assert len(tokens) == 4
    assert min(map(len, tokens)) >= 32
