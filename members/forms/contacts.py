"""Writing to another member, and the three ways to answer."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from members.actions.contacts import Address
from members.models import Organisation
from members.models.contacts import LONGEST_MESSAGE


def words(label: Any, required: bool = False, rows: int = 5) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=LONGEST_MESSAGE, widget=area)


class ContactForm(forms.Form):
    sender = forms.TypedChoiceField(label=_("For which organisation"), coerce=int)
    subject = forms.CharField(label=_("Subject"), max_length=120)
    message = words(_("Message"), required=True, rows=9)
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, senders: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.senders = {row.pk: row for row in senders}
        self.fields["sender"].choices = [(row.pk, row.name) for row in senders]  # type: ignore[attr-defined]
        if len(senders) == 1:
            self.fields["sender"].widget = forms.HiddenInput()
            self.fields["sender"].initial = senders[0].pk

    @property
    def said(self) -> dict[str, Any]:
        return self.cleaned_data | {"sender": self.senders[self.cleaned_data["sender"]]}


class ShareForm(forms.Form):
    which = forms.ChoiceField(
        label=_("Which address?"), choices=Address.choices, initial=Address.OWN, widget=forms.RadioSelect
    )
    text = words(_("A few words"))

    def __init__(self, *args: Any, own: str, mailbox: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        addresses = {Address.OWN: own, Address.MAILBOX: mailbox}
        self.fields["which"].choices = [  # type: ignore[attr-defined]
            (which, f"{which.label}: {address}") for which, address in addresses.items() if address
        ]


class AnswerForm(forms.Form):
    text = words(_("Your answer"), required=True)


class DeclineForm(forms.Form):
    text = words(_("Reason"))
