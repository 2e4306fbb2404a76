"""The steps of a meeting in the admin, each with its form and the action that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import User
from workinggroups.actions.meetings import cancel_meeting, send_invitations
from workinggroups.actions.minutes import (
    approve_minutes,
    correct_minutes,
    publish_minutes,
    take_back_approval,
    write_minutes,
)
from workinggroups.models import Meeting, Minutes
from workinggroups.permissions import approves_minutes


class StepForm(forms.Form):
    """Labels stand above their fields, without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class ReasonForm(StepForm):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class MinutesForm(StepForm):
    opening = forms.CharField(
        label=_("Words of the chair (optional)"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    other_business = forms.CharField(
        label=_("Other business (optional)"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


def _nothing(meeting: Meeting) -> dict[str, Any]:
    return {}


def _draft(meeting: Meeting) -> dict[str, Any]:
    minutes = meeting.minutes.open().first()
    return {"opening": minutes.opening, "other_business": minutes.other_business} if minutes else {}


@dataclass(frozen=True)
class Step:
    """One step: `run(user=, meeting=, **data)` is its action."""

    name: str
    label: str | Promise
    hint: str | Promise
    done: str | Promise
    run: Callable[..., object]
    form: type[forms.Form] = StepForm
    initial: Callable[[Meeting], dict[str, Any]] = _nothing


STEPS = {
    step.name: step
    for step in (
        Step(
            "invite",
            _("Send the invitations"),
            _(
                "To everybody with a seat in the group, and to the participants you have added; each letter "
                "carries an entry for the calendar. Whoever has been written to already gets no second one."
            ),
            _("The invitations are on their way."),
            send_invitations,
        ),
        Step(
            "cancel",
            _("Cancel the meeting"),
            _("Whoever is invited is told, with the reason. The meeting stays listed as cancelled."),
            _("The meeting is cancelled; whoever was invited is told."),
            cancel_meeting,
            ReasonForm,
        ),
        Step(
            "minutes",
            _("Write the minutes"),
            _(
                "What was said and decided on each item, who came, and what is to be done is entered on the "
                "page of the meeting. Here is what belongs to no item."
            ),
            _("The draft is saved."),
            write_minutes,
            MinutesForm,
            _draft,
        ),
        Step(
            "approve",
            _("Approve the minutes"),
            _("The convener's or deputy's word that they are right. They are then kept as they stand."),
            _("The minutes are approved."),
            approve_minutes,
        ),
        Step(
            "take_back",
            _("Take the approval back"),
            _("Back to the draft; nothing is published yet."),
            _("The minutes are a draft again."),
            take_back_approval,
        ),
        Step(
            "publish",
            _("Publish the minutes"),
            _("What is published is never changed; a correction is a new version that says why."),
            _("The minutes are published."),
            publish_minutes,
        ),
        Step(
            "correct",
            _("Correct the minutes"),
            _("Begins a new version. The reason stands on it; the version before stays readable."),
            _("A new version has begun: change it, then have it approved."),
            correct_minutes,
            ReasonForm,
        ),
    )
}


def open_steps(user: User, meeting: Meeting) -> list[Step]:
    """The steps that the state of the meeting and of its minutes allows now."""
    if meeting.is_cancelled:
        return []
    if not meeting.has_begun:
        return [STEPS["invite"], STEPS["cancel"]]
    last = meeting.minutes.order_by("version").last()
    if last is None:
        return [STEPS["minutes"]]
    names = {
        Minutes.State.DRAFT: ["minutes", "approve"],
        Minutes.State.APPROVED: ["publish", "take_back"],
        Minutes.State.PUBLISHED: ["correct"],
    }[Minutes.State(last.state)]
    if not approves_minutes(user, meeting):
        names = [name for name in names if name not in ("approve", "take_back")]
    return [STEPS[name] for name in names]
