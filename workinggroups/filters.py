"""Which meetings to show: coming or past, of which group, of which year."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Meeting, WorkingGroup

COMING, PAST = "coming", "past"


class MeetingFilter(django_filters.FilterSet):
    when = django_filters.ChoiceFilter(
        label=_("When"),
        choices=[(PAST, pgettext_lazy("meetings", "past"))],
        widget=forms.HiddenInput,
        method="by_time",
    )
    group = django_filters.ModelChoiceFilter(
        label=_("Group"),
        queryset=WorkingGroup.objects.all(),
        to_field_name="slug",
        empty_label=pgettext_lazy("filter", "All"),
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=Meeting.Kind.choices, empty_label=pgettext_lazy("filter", "All")
    )

    class Meta:
        model = Meeting
        fields = ("when", "group", "kind")

    def by_time(self, rows: QuerySet[Meeting], name: str, value: str) -> QuerySet[Meeting]:
        """Told apart in `in_time`, by a link above the list: what is to come where nothing is chosen."""
        return rows

    @property
    def is_past(self) -> bool:
        return self.data.get("when") == PAST

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in ("group", "kind"))

    def in_time(self) -> Any:
        return self.qs.past() if self.is_past else self.qs.coming()
