"""What a ministry reports of something it promised. Whether a step is possible the actions decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from proposals.models import FollowUp
from proposals.models.follow_ups import OUT_OF_HAND

from .answering import DayInput, day_field, text_field


class FollowUpForm(forms.Form):
    """`step` keeps the ids of several forms on one page apart."""

    step = ""

    def __init__(self, *args: Any, item: FollowUp, **kwargs: Any) -> None:
        self.item = item
        super().__init__(*args, auto_id=f"id_{self.step}_%s", use_required_attribute=False, **kwargs)


def link_field(**kwargs: Any) -> forms.URLField:
    return forms.URLField(
        label=_("Link"), required=False, max_length=200, assume_scheme="https", empty_value="", **kwargs
    )


class ReportForm(FollowUpForm):
    step = "report"
    milestone = forms.ChoiceField(label=_("Milestone reached"), required=False)
    text = text_field(_("What has happened"), required=False)
    url = link_field(help_text=_("Of the draft, the gazette, the minutes, where there is one."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        track = [(stage.value, stage.label) for stage in self.item.track]
        self.fields["milestone"].choices = [("", _("as it is")), *track]
        if self.item.milestone in OUT_OF_HAND:
            self.fields["planned_on"] = forms.DateField(
                label=_("Planned for, should it come back to you"), required=False, widget=DayInput()
            )


class ReviseForm(FollowUpForm):
    step = "revise"
    planned_on = day_field(_("New planned day"))
    text = text_field(_("Why"), help_text=_("Public, beside the day that was promised before."))


class DoneForm(FollowUpForm):
    step = "done"
    text = text_field(_("What was done"), required=False)
    url = link_field(help_text=_("Where it can be seen. In words or with a link: one of both is needed."))


class DropForm(FollowUpForm):
    step = "drop"
    text = text_field(_("Why it is not done"), help_text=_("Public. This cannot be undone."))


FOLLOW_UP_FORMS: dict[str, type[FollowUpForm]] = {
    form.step: form for form in (ReportForm, ReviseForm, DoneForm, DropForm)
}
