"""Closures and periods typed wrongly: a sentence that names the fault, and nothing written."""

from datetime import date

import pytest

from members import clock
from proposals.admin.calendar import ClosureForm
from proposals.admin.periods import PolicyForm
from proposals.models import WorkSuspension
from tests import cases

pytestmark = pytest.mark.django_db


def test_closure_entered_twice_is_said_in_plain_words() -> None:
    WorkSuspension.objects.create(on=date(2026, 11, 23), area="臺北市", note="一")
    form = ClosureForm({"on": "2026-11-23", "area": "台北市", "note": "二"})
    assert form.non_field_errors() == ["同一日期、同一地區的停止上班已登錄。"]


@pytest.mark.parametrize("amount", ["0", "-1", "1001"])
def test_period_of_no_sane_length_is_refused_at_its_field(amount: str) -> None:
    with clock.at(cases.at(2026, 11, 2)):
        form = PolicyForm({"kind": "answer", "amount": amount, "unit": "day", "valid_from": "2027-01-01"})
        assert list(form.errors) == ["amount"]
