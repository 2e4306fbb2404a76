"""The filters of the public lists of promises and of clarifications."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import bigrams, clock
from members.models import Law, Organisation
from proposals.articles import article_keys
from proposals.models import Clarification, FollowUp, LegalNature, Milestone, Proposal

FOLLOW_UP_STATES = [
    ("open", pgettext_lazy("follow-up", "open")),
    ("overdue", _("Overdue")),
    ("done", pgettext_lazy("follow-up", "done")),
    ("dropped", pgettext_lazy("follow-up", "dropped")),
]


class ListFilter(django_filters.FilterSet):
    """A GET form; an unknown value finds nothing."""

    @property
    def qs(self) -> QuerySet:
        return super().qs if self.form.is_valid() else self.queryset.none()

    @property
    def words(self) -> str:
        return (self.form.cleaned_data.get("q") or "") if self.form.is_valid() else ""

    @property
    def is_narrowed(self) -> bool:
        """Whether the reader asked for less than everything."""
        return bool(
            self.form.is_valid() and any(v not in (None, "") for v in self.form.cleaned_data.values())
        )


class FollowUpFilter(ListFilter):
    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=bigrams.LONGEST_QUERY)
    body = django_filters.ModelChoiceFilter(
        label=_("Body"),
        field_name="ministry",
        to_field_name="slug",
        queryset=lambda request: _bodies_with(FollowUp),
        empty_label=pgettext_lazy("filter", "All"),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=FOLLOW_UP_STATES,
        method="by_state",
        empty_label=pgettext_lazy("filter", "All"),
    )
    milestone = django_filters.ChoiceFilter(
        label=_("Milestone"), choices=Milestone.choices, empty_label=pgettext_lazy("filter", "All")
    )

    class Meta:
        model = FollowUp
        fields: list[str] = []

    def by_words(self, queryset: QuerySet[FollowUp], name: str, value: str) -> QuerySet[FollowUp]:
        """Words of the promise itself, or of its case: its number, title, asks, laws."""
        cases = Proposal.objects.public()
        found = cases.matching(value) | cases.numbered(value)
        return queryset.filter(title__icontains=value.strip()) | queryset.filter(
            proposal__in=found.order_by().values("pk")
        )

    def by_state(self, queryset: QuerySet[FollowUp], name: str, value: str) -> QuerySet[FollowUp]:
        return queryset.overdue(clock.today()) if value == "overdue" else queryset.filter(state=value)


def _bodies_with(model: type) -> QuerySet[Organisation]:
    rows = model.objects.filter(ministry=OuterRef("pk"))
    return Organisation.objects.filter(Exists(rows)).order_by("name_zh")


class ClarificationFilter(ListFilter):
    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=bigrams.LONGEST_QUERY)
    law = django_filters.ModelChoiceFilter(
        label=_("Law"),
        queryset=lambda request: Law.objects.filter(
            Exists(Clarification.objects.published().filter(law=OuterRef("pk")))
        ),
        empty_label=pgettext_lazy("filter", "All"),
    )
    article = django_filters.CharFilter(label=_("Article"), method="by_article", max_length=40)
    nature = django_filters.ChoiceFilter(
        label=_("Legal nature"), choices=LegalNature.choices, empty_label=pgettext_lazy("filter", "All")
    )
    year = django_filters.ChoiceFilter(
        label=_("Year"), field_name="dated_on", lookup_expr="year", empty_label=pgettext_lazy("filter", "All")
    )

    class Meta:
        model = Clarification
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = Clarification.objects.published().dates("dated_on", "year", order="DESC")
        self.filters["year"].extra["choices"] = [(str(day.year), str(day.year)) for day in years]

    def by_words(self, queryset: QuerySet[Clarification], name: str, value: str) -> QuerySet[Clarification]:
        return queryset.matching(value)

    def by_article(self, queryset: QuerySet[Clarification], name: str, value: str) -> QuerySet[Clarification]:
        """However the article is written; with a law chosen, of that law."""
        keys = article_keys(value)
        return queryset.filter(article_keys__overlap=keys) if keys else queryset.none()
