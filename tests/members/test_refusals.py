"""What becomes of an action that a page tries."""

import pytest
from django import forms
from django.core.exceptions import PermissionDenied

from members.refusals import Attempt, NotAllowed, Refused


def answer(error: Exception | None) -> tuple[int, forms.Form]:
    form = forms.Form({})
    with Attempt() as attempt:
        if error:
            raise error
        return 302, form
    return attempt.told_in(form), form


def test_what_is_done_is_answered_from_the_block() -> None:
    status, form = answer(None)
    assert (status, form.errors) == (302, {})


def test_refusal_is_told_above_the_form() -> None:
    status, form = answer(Refused("Not today."))
    assert (status, form.non_field_errors()) == (409, ["Not today."])


def test_missing_right_is_a_403_with_its_sentence() -> None:
    with pytest.raises(PermissionDenied, match="Ask the secretariat"):
        answer(NotAllowed("Ask the secretariat."))


def test_other_errors_pass() -> None:
    with pytest.raises(OSError, match="disk"):
        answer(OSError("disk"))
