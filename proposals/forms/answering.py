"""What a ministry types. Forms read and check the typing; whether a step is possible the actions decide."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation
from proposals.models import Answer, AnswerDraft, Ask, Deadline, Referral
from proposals.states import MAX_QUESTIONS, Outcome

LONGEST_TEXT = 20_000


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def text_field(label: Any, *, rows: int = 4, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        **kwargs,
    )


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **kwargs)


class StepForm(forms.Form):
    """The form of one step; `step` keeps the ids of several on one page apart."""

    step = ""

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        self.referral = referral
        super().__init__(*args, auto_id=f"id_{self.step}_%s", **kwargs)


class AcceptForm(StepForm):
    step = "accept"


class ReturnForm(StepForm):
    step = "return"
    body = forms.ModelChoiceField(
        label=_("Competent body"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose a body"),
    )
    reason = text_field(
        _("Why that body is competent"),
        help_text=_("Published on the page of the case, with the body that you name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.bodies().existing()
        self.fields["body"].queryset = bodies.exclude(pk=self.referral.ministry_id)


class AskForm(StepForm):
    step = "ask"
    text = text_field(_("Question to the proposer"))
    restricted = text_field(
        _("Restricted part"),
        rows=3,
        required=False,
        help_text=_(
            "Only where the question itself touches business secrets. Read by the proposer, the bodies of "
            "this case and its officers, who leave a line in a log; never by the public, and in no letter."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = MAX_QUESTIONS - self.referral.questions.asked().count()
        self.fields["text"].help_text = ngettext_lazy(
            "The clock stands still until the reply, or until the proposer's time to reply is over. The "
            "question is published as the reason. You can ask %(left)d more time.",
            "The clock stands still until the reply, or until the proposer's time to reply is over. The "
            "question is published as the reason. You can ask %(left)d more times.",
            "left",
        ) % {"left": left}


class ExtendForm(StepForm):
    step = "extend"
    amount = forms.IntegerField(label=_("Extend by"), min_value=1)
    reason = text_field(_("Reason"), rows=3)
    progress = text_field(
        _("Progress so far"),
        rows=3,
        required=False,
        help_text=_("What has been examined, and what is still to be done."),
    )

    def __init__(self, *args: Any, deadline: Deadline, most: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline = deadline
        most = most or deadline.amount
        amount = self.fields["amount"]
        amount.widget.attrs["max"] = most
        amount.help_text = {
            "workday": gettext("In working days, %(most)d at most."),
            "month": gettext("In months, %(most)d at most."),
        }.get(deadline.unit, gettext("In days, %(most)d at most.")) % {"most": most}


class RecordForm(StepForm):
    step = "record"
    received_on = day_field(
        _("Day of receipt of the letter"),
        required=False,
        help_text=_("收文日. The period is counted from the day after it."),
    )
    reply_number = forms.CharField(label=_("Number of your letter"), max_length=60, required=False)
    reply_on = day_field(_("Date of your letter"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not any(values.values()):
            raise forms.ValidationError(_("Fill in at least one of the fields."))
        return values


class SignOffForm(StepForm):
    step = "sign_off"
    since = day_field(
        _("In sign-off since"),
        required=False,
        help_text=_(
            "Only your own body sees this. The clock runs on. Leave it empty when the draft has come back."
        ),
    )
    approved_on = day_field(
        _("Approved on"), required=False, help_text=_("Is published with the answer, with its number.")
    )
    document_number = forms.CharField(label=_("Document number"), max_length=60, required=False)


class ShareForm(StepForm):
    step = "share_draft"


class UnshareForm(StepForm):
    step = "unshare_draft"


class InterimForm(StepForm):
    step = "interim"
    text = text_field(
        _("Interim reply"),
        help_text=_("Is published. It stops no clock and counts as no answer."),
    )
    expected_on = day_field(
        _("Under study until"),
        required=False,
        help_text=_("The day by which you expect to answer."),
    )


class DelayForm(StepForm):
    step = "delay"
    reason = text_field(
        _("Why the answer is late"),
        help_text=_("Is published, and stays readable when you give another reason later."),
    )
    expected_on = day_field(_("You expect to answer by"))


class DraftForm(forms.Form):
    """One ask's draft. Everything may be incomplete: only publishing asks for the whole."""

    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    reason = text_field(_("Reason"), rows=6)
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=300,
        help_text=_("Law and article, or the number of the interpretative letter."),
    )
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_on = day_field(_("Planned by"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        ask: Ask,
        draft: AnswerDraft | None,
        answer: Answer | None,
        outcomes: list[Outcome],
        **kwargs: Any,
    ) -> None:
        self.ask, self.draft, self.answer = ask, draft, answer
        initial = {name: getattr(draft, name) for name in self.texts} if draft else {}
        initial["seen"] = moment_seen(draft)
        super().__init__(
            *args, prefix=f"ask-{ask.pk}", initial=initial, use_required_attribute=False, **kwargs
        )
        self.fields["outcome"].choices = [(o.value, o.label) for o in outcomes]

    texts = ("outcome", "reason", "legal_basis", "next_step", "next_on")

    def full_clean(self) -> None:
        """Reads what is there; the fields that publishing needs are marked as such, not asked for here."""
        needed = [field for field in self.fields.values() if field.required]
        for field in needed:
            field.required = False
        super().full_clean()
        for field in needed:
            field.required = True

    @property
    def typed(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in self.texts}

    @property
    def seen_at(self) -> datetime | None:
        return parse_seen(self.cleaned_data["seen"])

    def differs_from(self, other: AnswerDraft | Answer) -> bool:
        return any(getattr(other, name) != value for name, value in self.typed.items())


class PublishForm(StepForm):
    """Which drafts to publish, and the word that it is meant."""

    step = "publish"
    asks = forms.TypedMultipleChoiceField(
        label=_("Answers to publish"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one answer.")},
    )
    sure = forms.BooleanField(
        label=_("I publish these answers for my body. This cannot be undone."),
        error_messages={"required": _("Confirm that you want to publish: it cannot be undone.")},
    )

    def __init__(self, *args: Any, drafts: list[AnswerDraft], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asks"].choices = [
            (d.ask_id, gettext("Ask %(number)s") % {"number": d.ask.number}) for d in drafts
        ]
        for draft in drafts:
            self.fields[f"seen-{draft.ask_id}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=moment_seen(draft)
            )

    @property
    def seen(self) -> dict[int, datetime | None]:
        return {pk: parse_seen(self.cleaned_data.get(f"seen-{pk}", "")) for pk in self.cleaned_data["asks"]}


class CheckForm(StepForm):
    """Which drafts the proposer is to check for business secrets."""

    step = "check_secrecy"
    asks = forms.TypedMultipleChoiceField(
        label=_("Answers that touch the restricted text"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the drafts that touch the restricted text.")},
    )

    def __init__(self, *args: Any, drafts: list[AnswerDraft], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asks"].choices = [
            (d.ask_id, gettext("Ask %(number)s") % {"number": d.ask.number}) for d in drafts
        ]


class CorrectForm(StepForm):
    """Another version of a published answer; everything stands as it was published."""

    step = "correct"
    change = forms.ChoiceField(
        label=_("What you do"),
        widget=forms.RadioSelect,
        choices=[
            (Answer.Change.CORRECTED, _("Correct: what stands there is wrong, or law or facts have changed")),
            (Answer.Change.SUPPLEMENTED, _("Supplement: it stays right, and something is added")),
            (
                Answer.Change.WITHDRAWN,
                _("Withdraw: the answer no longer holds, and none takes its place"),
            ),
        ],
        error_messages={"required": _("Say whether you correct, supplement or withdraw.")},
    )
    change_reason = text_field(
        _("Why"),
        rows=3,
        help_text=_("Is published beside the new version, and sent to the proposer and the working group."),
        error_messages={"required": _("A change is published with its reason: write it.")},
    )
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    reason = text_field(_("Reason"), rows=8, required=False)
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300, required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_on = day_field(_("Planned by"), required=False)
    approved_on = day_field(_("Approved on"), required=False)
    document_number = forms.CharField(label=_("Document number"), max_length=60, required=False)
    answer = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label=_("I publish this for my body. The version before stays readable for everybody."),
        error_messages={"required": _("Confirm that you want to publish.")},
    )

    def __init__(self, *args: Any, answer: Answer, outcomes: list[Outcome], **kwargs: Any) -> None:
        initial = {name: getattr(answer, name) for name in DraftForm.texts}
        super().__init__(*args, initial=initial | {"answer": answer.pk}, **kwargs)
        self.fields["outcome"].choices = [("", "—"), *((o.value, o.label) for o in outcomes)]

    @property
    def typed(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in DraftForm.texts}


def moment_seen(draft: AnswerDraft | None) -> str:
    return draft.updated_at.isoformat() if draft else ""


def parse_seen(text: str) -> datetime | None:
    """The moment that the page carried; for nonsense the oldest one, so that the draft counts as changed."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(clock.TAIPEI)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=clock.TAIPEI)


STEP_FORMS: dict[str, type[StepForm]] = {
    form.step: form
    for form in (
        AcceptForm,
        ReturnForm,
        AskForm,
        ExtendForm,
        RecordForm,
        SignOffForm,
        ShareForm,
        UnshareForm,
        InterimForm,
        DelayForm,
    )
}
