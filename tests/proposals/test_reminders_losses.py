"""What nobody received, and drafts that nobody touches: told once, to those who can do something."""

from datetime import date, timedelta

import pytest

from members import clock
from members.actions.bounces import note_bounce
from members.actions.letters import write_letter
from members.actions.resend import send_letter_again
from members.models import Letter, User
from proposals.models import Proposal, Referral
from proposals.reminders import sweep
from tests import cases
from tests.members.test_bounces import notification, read_notification

at = cases.at
pytestmark = pytest.mark.django_db
State = Letter.State


def sweep_on(*moment: int) -> dict[str, int]:
    with clock.at(at(*moment)):
        return sweep()


def letters(kind: str) -> list[Letter]:
    return list(Letter.objects.filter(kind=kind).order_by("pk"))


# ── Receipts that a mail proved ─────────────────────────────────────────────────────────────────


def referred(on: date = date(2026, 3, 2)) -> Referral:
    """Referred by a mail that our relay took at once."""
    with clock.at(at(on.year, on.month, on.day)):
        case = cases.referred()
        Letter.objects.update(state=State.SENT, sent_at=clock.now())
    return cases.lead_of(case)


def mail_of(referral: Referral) -> Letter:
    return Letter.objects.get(kind="referred", recipient=cases.liaison_of(referral.ministry))


def came_back(letter: Letter, *moment: int) -> None:
    with clock.at(at(*moment)):
        note_bounce(read_notification(notification(letter)))


def receipt(referral: Referral) -> tuple[date | None, str]:
    row = Referral.objects.get(pk=referral.pk)
    return row.received_on, row.receipt


def test_letter_that_came_back_is_no_receipt():
    referral = referred()
    came_back(mail_of(referral), 2026, 3, 3)
    sweep_on(2026, 3, 9)
    assert receipt(referral) == (None, "")


def test_receipt_taken_from_a_mail_is_taken_back_when_the_mail_comes_back():
    referral = referred()
    sweep_on(2026, 3, 6)
    assert receipt(referral) == (date(2026, 3, 5), "mail")
    came_back(mail_of(referral), 2026, 3, 9)
    assert sweep_on(2026, 3, 9)["unreceived"] == 1
    assert receipt(referral) == (None, "")
    assert sweep_on(2026, 3, 10)["unreceived"] == 0
    assert receipt(referral) == (None, "")


def test_receipt_stands_while_another_letter_arrived():
    cases.person("deputy@fsc.gov.example", deputy_of=cases.ministry())
    referral = referred()
    sweep_on(2026, 3, 6)
    came_back(mail_of(referral), 2026, 3, 9)
    assert sweep_on(2026, 3, 9)["unreceived"] == 0
    assert receipt(referral) == (date(2026, 3, 5), "mail")


def test_letter_sent_again_counts_from_the_day_on_which_it_left():
    referral = referred()
    letter = mail_of(referral)
    came_back(letter, 2026, 3, 3)
    with clock.at(at(2026, 3, 16)):
        send_letter_again(user=cases.person(secretariat=True), letter=letter)
        Letter.objects.filter(pk=letter.pk).update(state=State.SENT, sent_at=clock.now())
    sweep_on(2026, 3, 18)
    assert receipt(referral) == (None, "")
    sweep_on(2026, 3, 20)
    assert receipt(referral) == (date(2026, 3, 19), "mail")


# ── What the secretariat hears of letters that came back ────────────────────────────────────────


def failed(to: User, key: str = "f") -> Letter:
    row = write_letter(key=key, kind="test", recipient=to, template="members/letters/base.txt", context={})
    Letter.objects.filter(pk=row.pk).update(state=State.FAILED, subject="提案已轉請")
    return row


@pytest.fixture
def offices():
    cases.time_rules()
    return [cases.person(f"office{n}@example.org", secretariat=True, language="en") for n in (1, 2)]


def test_secretariat_hears_once_a_day_what_nobody_received(offices, settings):
    one = failed(cases.person("one@example.org"), "1")
    sweep_on(2026, 3, 2)
    sweep_on(2026, 3, 2, 11)
    first = letters("undelivered")
    assert {letter.recipient for letter in first} == set(offices)
    assert one.to in first[0].body
    assert f"{settings.SITE_URL}/en/admin/members/letter/?delivery=undelivered" in first[0].body
    failed(cases.person("two@example.org"), "2")
    sweep_on(2026, 3, 2, 15)
    assert len(letters("undelivered")) == 2
    sweep_on(2026, 3, 3)
    later = letters("undelivered")[2:]
    assert len(later) == 2
    assert "two@example.org" in later[0].body
    assert one.to not in later[0].body


def test_nobody_is_told_of_letters_to_oneself_and_no_loop_begins(offices):
    first, second = offices
    failed(first)
    sweep_on(2026, 3, 2)
    (told,) = letters("undelivered")
    assert told.recipient == second
    for day in range(3, 10):
        Letter.objects.filter(kind="undelivered").update(state=State.FAILED)
        sweep_on(2026, 3, day)
    assert letters("undelivered") == [told]


def test_letter_that_fails_again_is_told_again(offices):
    row = failed(cases.person("one@example.org"))
    sweep_on(2026, 3, 2)
    send_letter_again(user=offices[0], letter=row)
    Letter.objects.filter(pk=row.pk).update(state=State.FAILED)
    sweep_on(2026, 3, 3)
    assert len(letters("undelivered")) == 4


def test_copy_that_came_back_is_told_by_itself_and_the_letter_again_if_it_comes_back_too(offices):
    row = write_letter(
        key="k",
        kind="test",
        recipient=cases.person("one@example.org"),
        template="members/letters/base.txt",
        context={},
        copies=["unit@fsc.gov.example"],
    )
    Letter.objects.filter(pk=row.pk).update(state=State.SENT, sent_at=clock.now(), subject="提案已轉請")
    note_bounce(read_notification(notification(row, to="unit@fsc.gov.example")))
    sweep_on(2026, 3, 2)
    first, _ = letters("undelivered")
    assert first.subject.startswith("The copy of 1 letter")
    assert "unit@fsc.gov.example" in first.body
    assert row.to not in first.body
    sweep_on(2026, 3, 3)
    assert len(letters("undelivered")) == 2
    note_bounce(read_notification(notification(row)))
    sweep_on(2026, 3, 4)
    assert row.to in letters("undelivered")[-1].body


# ── Drafts ──────────────────────────────────────────────────────────────────────────────────────

SAVED = date(2026, 3, 2)


def stale_on(days: int, hour: int = 10) -> list[Letter]:
    """The letters after a sweep so many days after 2 March 2026, or on the next working day."""
    day = SAVED + timedelta(days=days)
    sweep_on(day.year, day.month, day.day, hour)
    return letters("draft_stale")


def drafted(**options: object) -> Proposal:
    with clock.at(at(2026, 3, 2)):
        return cases.draft(**options)


def test_draft_untouched_for_a_month_is_told_and_once_more_after_two(settings):
    case = drafted()
    assert stale_on(29) == []
    assert stale_on(30, hour=8) == []
    (letter,) = stale_on(30)
    assert stale_on(31) == stale_on(45) == [letter]
    assert letter.recipient == cases.proposer_of(case)
    assert f"{settings.SITE_URL}/my/drafts/{case.draft_id}/" in letter.body
    assert case.title in letter.subject
    assert len(stale_on(91)) == 2  # the ninetieth day is a Sunday
    assert len(stale_on(200)) == 2


def test_drafts_of_one_person_are_one_letter():
    first, second = drafted(), drafted()
    (letter,) = stale_on(30)
    assert str(first.draft_id) in letter.body
    assert str(second.draft_id) in letter.body


def test_draft_that_was_told_is_not_told_again_with_the_next():
    first = drafted()
    with clock.at(at(2026, 3, 5)):
        second = cases.draft()
    stale_on(30)
    letter = stale_on(37)[-1]
    assert str(second.draft_id) in letter.body
    assert str(first.draft_id) not in letter.body


def test_draft_that_was_saved_again_begins_a_new_silence():
    case = drafted()
    stale_on(30)
    Proposal.objects.filter(pk=case.pk).update(saved_at=at(2026, 4, 2))
    assert len(stale_on(45)) == 1
    assert len(stale_on(61)) == 1  # 2 May is a Saturday
    assert len(stale_on(63)) == 2


def test_draft_forgotten_long_ago_is_told_once():
    drafted()
    assert len(stale_on(150)) == 1
    assert len(stale_on(151)) == 1


@pytest.mark.parametrize("gone", ["person", "organisation", "draft"])
def test_nobody_is_told_of_a_draft_that_cannot_go_on(gone):
    case = drafted()
    if gone == "person":
        User.objects.filter(pk=cases.proposer_of(case).pk).update(is_active=False)
    elif gone == "organisation":
        type(case.organisation).objects.filter(pk=case.organisation.pk).update(left_on=date(2026, 3, 20))
    else:
        case.delete()
    assert stale_on(30) == []
