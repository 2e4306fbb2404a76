"""Contact requests: who may, what the tables hold to, what letters say, what is kept for how long."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import Error, IntegrityError, connection, transaction
from django.utils.translation import override

from members import clock
from members.actions import contacts
from members.actions.contacts import (
    A_DAY,
    block_member,
    obstacle,
    send_contact_request,
    takes_contact,
    tend_contact_requests,
    unblock_member,
)
from members.models import Affiliation, ContactBlock, ContactRequest, Letter, Organisation, Profile, User
from members.permissions import AnyUser
from members.refusals import NotAllowed, Refused
from members.states import CONTACT_STEPS, ContactState
from tests import cases
from tests.members.contacting import answered, declined, rep_of, sent, shared

pytestmark = pytest.mark.django_db
NOW = cases.at(2026, 11, 9)
WORDS = "zyxcontactwords"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.at(NOW), override("en"):
        yield


def letters(row: ContactRequest, what: str) -> dict[str, str]:
    """Address → whole letter."""
    rows = Letter.objects.filter(key__startswith=f"contact/{row.pk}/{what}/")
    return {letter.to: letter.subject + letter.body for letter in rows}


def test_request_is_told_to_every_representative_of_the_receiver_without_its_words() -> None:
    asked = cases.member_org("asked")
    people = {cases.person(represents=asked, language="en").email for _ in range(2)}
    row = sent(subject=WORDS, message=WORDS)
    told = letters(row, "asked")
    assert set(told) == people
    for text in told.values():
        assert "asker Ltd" in text
        assert f"/my/contacts/{row.pk}/" in text
        assert WORDS not in text
        assert rep_of(row.sender).email not in text
    assert not Letter.objects.filter(headers__has_key="Reply-To").exists()


def test_address_given_is_told_to_both_sides() -> None:
    asked = cases.member_org("asked", mailbox="unit@asked.example")
    row = shared(sent(), which="mailbox", text=WORDS)
    assert (row.state, row.shared_address) == ("shared", "unit@asked.example")
    sides = {**letters(row, "shared"), **letters(row, "given")}
    assert set(sides) == {rep_of(row.sender).email, rep_of(asked).email}
    assert all("unit@asked.example" in text and WORDS not in text for text in sides.values())


def test_address_that_was_given_is_read_by_the_two_sides_and_not_at_the_desk() -> None:
    asked = cases.member_org("asked", mailbox="given@asked.example")
    shared(sent(receiver=asked), which="mailbox")
    office = cases.signed_in(cases.person("office@example.org", secretariat=True))
    told = [letter for letter in Letter.objects.filter(kind="contact") if "given@asked" in letter.body]
    assert len(told) == 2
    for letter in told:
        page = office.get(f"/admin/members/letter/{letter.pk}/change/")
        assert page.status_code == 200
        assert "given@asked" not in page.content.decode()


def test_own_address_is_that_of_whoever_gives_it() -> None:
    row = sent()
    assert shared(row).shared_address == rep_of(row.receiver).email


def test_mailbox_that_is_not_there_cannot_be_given() -> None:
    with pytest.raises(Refused, match="no mailbox"):
        shared(which="mailbox")
    assert ContactRequest.objects.get().is_open


@pytest.mark.parametrize("end", [answered, declined])
def test_answer_without_an_address_gives_none(end: Any) -> None:
    row = end(sent(), text=WORDS)
    (text,) = letters(row, row.state).values()
    assert not [word for word in (WORDS, rep_of(row.receiver).email) if word in text]
    assert (row.shared_address, row.reply) == ("", WORDS)


def test_empty_answer_is_refused() -> None:
    with pytest.raises(Refused, match="Write an answer"):
        answered(text="  ")


ENDS = {"share": shared, "answer": answered, "decline": declined}


@pytest.mark.parametrize("first", ENDS)
@pytest.mark.parametrize("second", ENDS)
def test_request_is_answered_once(first: str, second: str) -> None:
    row = ENDS[first](sent())
    assert row.state == CONTACT_STEPS[first]
    with pytest.raises(Refused, match="answered meanwhile"):
        ENDS[second](row)


def test_answers_are_given_by_representatives_of_the_receiver_only() -> None:
    row = sent()
    for user in (rep_of(row.sender), cases.person(represents=cases.member_org("third")), office()):
        with pytest.raises(NotAllowed):
            contacts.answer_contact(user=user, contact=row, text="x")
        with pytest.raises(NotAllowed):
            block_member(user=user, organisation=row.receiver, blocked=row.sender)


def office() -> User:
    return cases.person(secretariat=True)


def test_right_to_write_ends_with_the_role() -> None:
    asker = cases.member_org("asker")
    user = cases.person(represents=asker)
    Affiliation.objects.filter(user=user).update(ends_on=NOW.date())
    with pytest.raises(NotAllowed):
        write(User.objects.get(pk=user.pk), asker, cases.member_org("asked"))


def write(user: User, sender: Organisation, receiver: Organisation, **more: Any) -> ContactRequest:
    words = {"subject": "合作", "message": "想請教", "form_key": uuid4()} | more
    return send_contact_request(user=user, sender=sender, receiver=receiver, **words)


def closed(receiver: Organisation) -> None:
    rep_of(receiver)
    Profile.objects.create(organisation=receiver, is_closed_to_contact=True)


def left(receiver: Organisation) -> None:
    rep_of(receiver)
    Organisation.objects.filter(pk=receiver.pk).update(left_on=date(2026, 11, 1))


def blocked(receiver: Organisation) -> None:
    block_member(user=rep_of(receiver), organisation=receiver, blocked=cases.member_org("asker"))


def waiting(receiver: Organisation) -> None:
    sent(receiver=receiver)


def without_people(receiver: Organisation) -> None:
    user = rep_of(receiver)
    User.objects.filter(pk=user.pk).update(is_active=False)


REFUSALS = {
    closed: "takes no contact requests.",
    left: "no member",
    blocked: "from your organisation",
    waiting: "waits for its answer already",
    without_people: "Nobody represents",
}


@pytest.mark.parametrize("make", REFUSALS)
def test_request_that_cannot_be_is_refused_with_the_reason(make: Any) -> None:
    asker, asked = cases.member_org("asker"), cases.member_org("asked")
    make(asked)
    before = ContactRequest.objects.count()
    with pytest.raises(Refused, match=REFUSALS[make]):
        write(rep_of(asker), asker, asked)
    assert ContactRequest.objects.count() == before


def test_public_learns_whether_members_can_write_and_not_who_is_blocked() -> None:
    asked = cases.member_org("asked")
    assert not takes_contact(asked)
    blocked(asked)
    assert takes_contact(asked)
    assert obstacle(cases.member_org("asker"), asked)
    assert obstacle(cases.member_org("third"), asked) is None


def test_request_to_oneself_is_refused() -> None:
    asker = cases.member_org("asker")
    with pytest.raises(Refused, match="your own"):
        write(rep_of(asker), asker, asker)


def test_same_form_twice_is_one_request() -> None:
    asker, asked = cases.member_org("asker"), cases.member_org("asked")
    rep_of(asked)
    key = uuid4()
    first = write(rep_of(asker), asker, asked, form_key=key)
    assert write(rep_of(asker), asker, asked, form_key=key, message="x") == first
    assert ContactRequest.objects.get().message == "想請教"


def test_organisation_sends_so_many_a_day_and_goes_on_tomorrow() -> None:
    asker = cases.member_org("asker")
    colleague = cases.person(represents=asker)
    for n in range(A_DAY):
        sent(asker, cases.member_org(f"asked{n}"))
    last = cases.member_org("last")
    rep_of(last)
    with pytest.raises(Refused, match="tomorrow"):
        write(colleague, asker, last)
    with clock.at(NOW + timedelta(days=1, minutes=1)):
        assert write(colleague, asker, last).pk


def test_block_declines_what_is_open_and_ends_when_taken_back() -> None:
    row = sent()
    user = rep_of(row.receiver)
    block = block_member(user=user, organisation=row.receiver, blocked=row.sender)
    assert block_member(user=user, organisation=row.receiver, blocked=row.sender) == block
    row.refresh_from_db()
    assert (row.state, row.answered_by, row.reply) == ("declined", user, "")
    with pytest.raises(NotAllowed):
        unblock_member(user=rep_of(row.sender), block=block)
    unblock_member(user=user, block=block)
    with pytest.raises(Refused, match="not blocked"):
        unblock_member(user=user, block=block)
    assert sent().is_open


def test_request_lapses_after_thirty_days_and_another_may_follow() -> None:
    row = sent()
    with clock.at(cases.at(2026, 12, 9, 23, 59)):
        assert row.is_open
        assert tend_contact_requests() == 0
    with clock.at(cases.at(2026, 12, 10, 0, 0)):
        assert row.standing == ContactState.LAPSED
        assert not ContactRequest.objects.open().exists()
        with pytest.raises(Refused, match="thirty days"):
            answered(row)
        assert sent().is_open
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("lapsed", None)
    assert len(letters(row, "lapsed")) == 1


def test_sweep_marks_lapsed_requests_once() -> None:
    row = sent()
    with clock.at(NOW + timedelta(days=31)):
        assert (tend_contact_requests(), tend_contact_requests()) == (1, 0)
    row.refresh_from_db()
    assert row.state == "lapsed"


def test_words_and_letters_are_erased_after_a_year_and_the_rest_stays() -> None:
    row = shared(sent(message=WORDS), text=WORDS)
    with clock.at(NOW + timedelta(days=364)):
        assert tend_contact_requests() == 0
    with clock.at(NOW + timedelta(days=365)):
        assert (tend_contact_requests(), tend_contact_requests()) == (1, 0)
    row.refresh_from_db()
    assert [row.subject, row.message, row.reply, row.shared_address] == [""] * 4
    assert (row.state, row.sender.slug, row.receiver.slug) == ("shared", "asker", "asked")
    assert not Letter.objects.filter(kind="contact").exists()


# --- who reads -------------------------------------------------------------------------------------


def test_request_is_read_by_representatives_of_today_of_its_two_sides_only() -> None:
    row = shared()
    ended = cases.person(represents=row.receiver)
    Affiliation.objects.filter(user=ended).update(ends_on=NOW.date())
    sides = [rep_of(row.sender), rep_of(row.receiver)]
    others: list[AnyUser] = [
        AnonymousUser(),
        User.objects.get(pk=ended.pk),
        cases.person(represents=cases.member_org("third")),
        cases.person(liaison_of=cases.ministry()),
        office(),
        cases.person(audits=True),
        cases.person(is_superuser=True),
    ]
    assert all(ContactRequest.objects.visible_to(user).exists() for user in sides)
    assert not any(ContactRequest.objects.visible_to(user).exists() for user in others)
    User.objects.filter(pk=sides[0].pk).update(is_active=False)
    assert not ContactRequest.objects.visible_to(User.objects.get(pk=sides[0].pk)).exists()


def test_block_is_read_by_those_who_set_it_only() -> None:
    row = sent()
    block_member(user=rep_of(row.receiver), organisation=row.receiver, blocked=row.sender)
    assert ContactBlock.objects.visible_to(rep_of(row.receiver)).exists()
    assert not ContactBlock.objects.visible_to(rep_of(row.sender)).exists()


# --- what the tables hold to -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "message = 'x'",
        "subject = ''",
        "sender_id = receiver_id",
        "sent_at = now()",
        "state = 'open', ended_at = NULL, answered_by_id = NULL, reply = ''",
        "state = 'declined'",
        "reply = 'x'",
        "ended_at = now()",
        "erased_at = now()",
        "shared_address = 'a@b.example'",
    ],
)
def test_answered_request_is_never_changed(change: str) -> None:
    row = answered()
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE members_contactrequest SET {change} WHERE id = %s", [row.pk])


@pytest.mark.parametrize("change", ["message = ''", "state = 'answered', ended_at = now()", "reply = 'x'"])
def test_open_request_changes_whole_or_not_at_all(change: str) -> None:
    row = sent()
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE members_contactrequest SET {change} WHERE id = %s", [row.pk])


def test_request_is_never_deleted() -> None:
    row = sent()
    with pytest.raises(Error), transaction.atomic():
        row.delete()


def test_erased_words_do_not_come_back() -> None:
    row = answered()
    with clock.at(NOW + timedelta(days=365)):
        tend_contact_requests()
    with pytest.raises(Error), transaction.atomic():
        ContactRequest.objects.filter(pk=row.pk).update(erased_at=None, subject="x", message="x", reply="x")


def test_table_takes_one_open_request_of_a_pair_none_to_oneself_and_none_that_begins_answered() -> None:
    row = sent()
    fields = {"sender": row.sender, "receiver": row.receiver, "sent_by": row.sent_by}
    words = {"subject": "x", "message": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactRequest.objects.create(**fields, **words)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactRequest.objects.create(**(fields | {"receiver": row.sender}), **words)
    other = {"receiver": cases.member_org("third"), "state": "declined", "ended_at": NOW}
    with pytest.raises(Error), transaction.atomic():
        ContactRequest.objects.create(**(fields | other), answered_by=row.sent_by, **words)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactBlock.objects.create(organisation=row.sender, blocked=row.sender, by=row.sent_by)
