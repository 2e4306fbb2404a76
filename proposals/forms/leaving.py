"""From which day a role ends, and who takes over what hangs on it (交接)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import Organisation, User
from proposals.models.leftovers import Work


class LeavingForm(forms.Form):
    """One select for each kind of work, limited to those who hold a fitting role from that day."""

    ends_on = forms.DateField(
        label=pgettext_lazy("of a role", "Ends on"),
        help_text=_("The first day on which it no longer holds."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, works: Iterable[Work], colleagues: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.works = list(works)
        self.colleagues = {str(user.pk): user for user in colleagues}
        people = [(pk, f"{user.name} ({user.email})") for pk, user in self.colleagues.items()]
        for work in self.works:
            stays = _("stays with %(name)s") % {"name": work.keeper} if work.keeper else _("choose somebody")
            needs_somebody = work.keeper is None and bool(people)
            self.fields[work.key] = forms.ChoiceField(
                label=work.label, required=needs_somebody, choices=[("", stays), *people]
            )

    def rows(self) -> Iterator[tuple[Work, BoundField]]:
        for work in self.works:
            yield work, self[work.key]

    @property
    def day(self) -> date:
        return self.cleaned_data["ends_on"]

    def takers(self) -> dict[str, User | None]:
        return {work.key: self.colleagues.get(self.cleaned_data[work.key]) for work in self.works}


class MembershipForm(forms.Form):
    """From which day on an organisation is no member, and why."""

    on = forms.DateField(
        label=pgettext_lazy("of a membership", "Ends on"),
        help_text=_("The first day on which it is no member any more. It may lie ahead."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = forms.ChoiceField(
        label=_("Why it leaves"),
        choices=[("", _("choose")), *Organisation.LeftFor.choices],
        help_text=_(
            "Kept with the organisation; the portal's letters and pages say that it left, and not why."
        ),
    )
