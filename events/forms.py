"""Booking a room: when, for whom, what for."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import Room
from events.permissions import groups_of, members_of
from members import clock
from members.models import Organisation, User
from workinggroups.models import Meeting, WorkingGroup


class BookingForm(forms.Form):
    """What is typed stays typed; whether the room is free is decided by the action."""

    holder = forms.ChoiceField(label=_("For"), widget=forms.RadioSelect)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    starts = forms.TimeField(
        label=pgettext_lazy("time", "From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=pgettext_lazy("time", "Until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    people = forms.IntegerField(label=_("Number of people"), min_value=1)
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=200,
        help_text=_("Read by the secretariat and your own people, never in public."),
    )
    meeting = forms.ModelChoiceField(
        Meeting.objects.none(), label=_("For the meeting"), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, user: User, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = room
        members, groups = members_of(user), groups_of(user)
        self.holders: dict[str, Organisation | WorkingGroup] = {
            **{f"member-{row.pk}": row for row in members},
            **{f"group-{row.pk}": row for row in groups},
        }
        choices = [(key, row.name) for key, row in self.holders.items()]
        self.fields["holder"].choices = choices
        if len(choices) == 1:
            self.fields["holder"].initial = choices[0][0]
        for name in ("starts", "ends"):
            self.fields[name].widget.attrs["step"] = room.step * 60
        self.fields["people"].help_text = _("The room has %(seats)d seats.") % {"seats": room.seats}
        if groups:
            self.fields["meeting"].queryset = Meeting.objects.held().coming().filter(group__in=groups)
        else:
            del self.fields["meeting"]

    def booking(self) -> dict[str, Any]:
        """What the action is called with."""
        data = self.cleaned_data
        return {
            "room": self.room,
            "holder": self.holders[data["holder"]],
            "starts_at": datetime.combine(data["day"], data["starts"], clock.TAIPEI),
            "ends_at": datetime.combine(data["day"], data["ends"], clock.TAIPEI),
            "purpose": data["purpose"],
            "people": data["people"],
            "meeting": data.get("meeting"),
        }
