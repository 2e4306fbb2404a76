"""The filters of the directory of members."""

from functools import reduce
from operator import or_

import django_filters
from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from members import bigrams

from .actions.organisations import public_words
from .models import Organisation, Profile, Solution, UseCase
from .models.profiles import EARLIEST, LATEST

TITLES = ("title_zh", "title_en")
YEARS = {"min_value": EARLIEST, "max_value": LATEST, "decimal_places": 0}


class MemberFilter(django_filters.FilterSet):
    """Fields by their public address; an unknown one finds nothing."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=bigrams.LONGEST_QUERY)
    sector = django_filters.ChoiceFilter(label=_("Sector"), choices=Organisation.Sector.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Organisation.Kind.choices)
    domain = django_filters.CharFilter(label=_("Field of application"), method="by_domain", max_length=60)
    use = django_filters.ChoiceFilter(label=_("Use"), choices=UseCase.Kind.choices, method="by_use")
    startup = django_filters.ChoiceFilter(
        label=_("Start-up"), choices=[("yes", _("Start-ups only"))], method="by_startup"
    )
    since = django_filters.NumberFilter(
        label=_("Founded from"), field_name="profile__founded", lookup_expr="gte", **YEARS
    )
    until = django_filters.NumberFilter(
        label=_("Founded until"), field_name="profile__founded", lookup_expr="lte", **YEARS
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    @property
    def is_narrowed(self) -> bool:
        """Whether the reader asked for less than everything."""
        return self.form.is_valid() and any(v not in (None, "") for v in self.form.cleaned_data.values())

    @property
    def is_detailed(self) -> bool:
        """Whether one of the folded filters is set."""
        said = self.form.cleaned_data if self.form.is_valid() else {}
        return any(value not in (None, "") for name, value in said.items() if name not in ("q", "sector"))

    def by_words(self, rows: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        """Names, descriptions, and the titles of use cases and solutions."""
        if not (query := bigrams.query(value)):
            return rows.none()
        indexed = rows.filter(search=SearchQuery(query, config="simple", search_type="raw")).defer("search")
        named = [row.pk for row in indexed if bigrams.holds(public_words(row), value)]
        titles = reduce(or_, (Q(**{f"{title}__icontains": value.strip()}) for title in TITLES))
        return rows.filter(
            Q(pk__in=named) | Exists(_of(UseCase).filter(titles)) | Exists(_of(Solution).filter(titles))
        )

    def by_domain(self, rows: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        """Whoever works in the field, or has a use case in it; with a use, whoever has both in one case."""
        if use := self.form.cleaned_data.get("use"):
            return rows.filter(Exists(_of(UseCase).filter(domain__slug=value, kind=use)))
        return rows.filter(
            Exists(_of(Profile).filter(domains__slug=value)) | Exists(_of(UseCase).filter(domain__slug=value))
        )

    def by_use(self, rows: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        return rows.filter(Exists(_of(UseCase).filter(kind=value)))

    def by_startup(self, rows: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        return rows.filter(profile__is_startup=True)


def _of(model: type[Profile | UseCase | Solution]) -> QuerySet:
    return model._default_manager.filter(organisation=OuterRef("pk")).order_by()
