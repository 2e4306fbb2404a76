"""The day of receipt: what counts as one, and what never moves it."""

from datetime import date

import pytest

from members import clock
from members.models import User
from members.refusals import Refused
from proposals.actions import answering
from proposals.ledger import Owner
from proposals.models import Referral
from proposals.states import ReferralState
from tests import cases

from .calls import after, answer_due, bring_to, kinds

pytestmark = pytest.mark.django_db


def test_first_opening_counts_as_receipt_once(referral: Referral, liaison: User) -> None:
    with after(1):
        answering.first_opening(user=liaison, referral=referral)
    with after(2):
        answering.first_opening(user=liaison, referral=Referral.objects.get(pk=referral.pk))
    referral.refresh_from_db()
    assert referral.received_on == date(2026, 3, 3)
    assert answer_due(referral) == referral.due_on == date(2026, 5, 4)
    assert kinds(referral).count("received") == 1


def test_opening_by_a_supervisor_is_no_receipt(referral: Referral) -> None:
    answering.first_opening(user=cases.person(supervises=referral.ministry), referral=referral)
    referral.refresh_from_db()
    assert (referral.opened_at, referral.received_on) == (None, None)


def test_letter_goes_before_the_opening_and_moves_the_date(referral: Referral, liaison: User) -> None:
    with after(4):
        answering.first_opening(user=liaison, referral=referral)
    with after(5):
        answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 4))
    referral.refresh_from_db()
    assert (referral.received_on, referral.receipt) == (date(2026, 3, 4), Referral.Receipt.LETTER)
    assert referral.due_on == date(2026, 5, 4)
    assert kinds(referral).count("receipt_corrected") == 1
    turns = referral.timeline.filter(turn=Owner.MINISTRY).order_by("happened_at")
    assert [clock.local_date(t.happened_at) for t in turns] == [date(2026, 3, 4), date(2026, 3, 6)]


def test_later_receipt_is_recorded_once_by_the_ministry_and_again_by_the_secretariat(
    referral: Referral, liaison: User
) -> None:
    with clock.at(cases.at(2026, 3, 20)):
        answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 5))
        with pytest.raises(Refused):
            answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 20))
        answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 4))
        office = cases.person(secretariat=True)
        answering.record_letters(user=office, referral=referral, received_on=date(2026, 3, 9))
    referral.refresh_from_db()
    assert referral.received_on == date(2026, 3, 9)


def test_overdue_mark_is_not_wiped_away_by_a_later_receipt(referral: Referral, liaison: User) -> None:
    with clock.at(cases.at(2026, 3, 4)):
        answering.first_opening(user=liaison, referral=referral)
    referral.refresh_from_db()
    with clock.at(cases.at(2026, 6, 30)):
        assert referral.is_overdue
        with pytest.raises(Refused):
            answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 6, 1))
        answering.record_letters(user=liaison, referral=referral, reply_number="院臺字第1號")
    referral.refresh_from_db()
    assert (referral.received_on, referral.reply_number) == (date(2026, 3, 4), "院臺字第1號")


def test_after_the_answer_only_the_ministrys_own_letter_is_recorded(
    referral: Referral, liaison: User
) -> None:
    with clock.at(cases.at(2026, 3, 4)):
        bring_to(ReferralState.ANSWERED, referral, liaison)
    with clock.at(cases.at(2026, 3, 10)):
        answering.record_letters(user=liaison, referral=referral, reply_number="金管證字第1號")
        with pytest.raises(Refused):
            answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 3))
    referral.refresh_from_db()
    assert (referral.received_on, referral.reply_number) == (date(2026, 3, 4), "金管證字第1號")


def test_mail_is_the_receipt_only_where_nothing_better_is_known(referral: Referral, liaison: User) -> None:
    answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 2))
    answering.record_receipt_by_mail(referral=referral, received_on=date(2026, 3, 5))
    referral.refresh_from_db()
    assert referral.receipt == Referral.Receipt.LETTER


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 12)])
def test_receipt_before_the_letter_or_in_the_future_is_refused(
    referral: Referral, liaison: User, day: date
) -> None:
    with after(9), pytest.raises(Refused):
        answering.record_letters(user=liaison, referral=referral, received_on=day)
    with after(9), pytest.raises(Refused):
        answering.record_letters(user=liaison, referral=referral, reply_on=day)
    referral.refresh_from_db()
    assert (referral.received_on, referral.reply_on) == (None, None)
