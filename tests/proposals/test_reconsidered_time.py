"""The time of a reconsideration counts like that of an answer: on its receipt, and among the promises."""

from datetime import date

import pytest

from alliance.watch import unreminded
from members import clock
from members.models import Affiliation
from proposals.actions.aftermath import ask_reconsideration
from proposals.actions.answering import extend_referral
from proposals.models import Deadline, DeadlinePolicy, Referral
from proposals.models.deadlines import Kind
from proposals.receipts import Receipt
from proposals.reminders import sweep
from tests import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def reconsidered() -> Referral:
    with clock.at(cases.at(2026, 3, 2)):
        case = cases.answered()
        DeadlinePolicy.objects.filter(kind=Kind.RECONSIDERATION).update(extendable_by=10)
        asks = list(case.asks.values_list("pk", flat=True))
        ask_reconsideration(user=cases.proposer_of(case), proposal=case, asks=asks, reason="理由")
        return cases.lead_of(case)


def test_receipt_of_a_reconsideration_tells_of_its_extension(reconsidered: Referral) -> None:
    with clock.at(cases.at(2026, 3, 9)):
        user = cases.liaison_of(reconsidered.ministry)
        extend_referral(user=user, referral=reconsidered, amount=10, unit="day", reason="尚需會商")
    told = Receipt.of(Deadline.objects.get(kind=Kind.RECONSIDERATION))
    assert told.extension is not None
    assert (told.extension.period.amount, told.extension.granted.reason) == (10, "尚需會商")


def test_overdue_reconsideration_without_anybody_to_remind_is_counted(reconsidered: Referral) -> None:
    Affiliation.objects.filter(organisation=reconsidered.ministry).update(ends_on=date(2026, 3, 3))
    with clock.at(cases.at(2026, 6, 9)):
        sweep()
        assert unreminded(clock.today()).filter(kind=Kind.RECONSIDERATION).count() == 1
