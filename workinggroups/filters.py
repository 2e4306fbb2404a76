"""Which meetings to show: coming or past, of which group, kind or series, and of those past of which year."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Meeting, MeetingSeries, WorkingGroup

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

    series = django_filters.ModelChoiceFilter(
        label=_("Series"), queryset=MeetingSeries.objects.none(), empty_label=pgettext_lazy("filter", "All")
    )
    year = django_filters.ChoiceFilter(
        label=_("Year"),
        field_name="starts_at",
        lookup_expr="year",
        empty_label=pgettext_lazy("filter", "All"),
    )

    class Meta:
        model = Meeting
        fields = ("when", "group", "kind", "series", "year")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offered are the series and the years of what the reader may know of."""
        super().__init__(*args, **kwargs)
        known = self.queryset.order_by()
        self.filters["series"].queryset = MeetingSeries.objects.filter(
            pk__in=known.filter(series__isnull=False).values("series")
        )
        if self.is_past:
            years = {moment.year for moment in known.past().datetimes("starts_at", "year")}
            self.filters["year"].extra["choices"] = [(year, year) for year in sorted(years, reverse=True)]
        else:
            del self.filters["year"]

    def by_time(self, rows: QuerySet[Meeting], name: str, value: str) -> QuerySet[Meeting]:
        """Told apart in `in_time`, by a link above the list: what is to come where nothing is chosen."""
        return rows

    @property
    def is_past(self) -> bool:
        return self.data.get("when") == PAST

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in ("group", "kind", "series", "year"))

    def in_time(self) -> Any:
        return self.qs.past() if self.is_past else self.qs.coming()
