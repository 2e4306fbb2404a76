"""Letters to followers: one a day with all that is public; and addresses that are forgotten."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Letter
from proposals.actions import follows
from proposals.actions.answering import ask_proposer, publish_interim_reply
from proposals.actions.proposer import withdraw_proposal
from proposals.actions.triage import accept_proposal, add_triage_note
from proposals.models import Follow, Follower, Proposal
from tests import cases

from .following import ADDRESS, MONDAY, MORNING, follow, happens, letters, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Proposal:
    with clock.at(MONDAY - timedelta(days=7)):
        return cases.referred()


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
