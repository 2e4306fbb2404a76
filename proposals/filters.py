"""The filters of the lists. Those of the public one that would tell of a hidden case leave such cases out."""

from collections.abc import Iterable
from datetime import timedelta

import django_filters
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members import bigrams, clock
from members.models import Law, Organisation
from workinggroups.models import WorkingGroup

from .models import Answer, Ask, Deadline, Proposal, Referral
from .states import OPEN_PROPOSAL, Outcome, ProposalState

STATES = [
    ("open", _("Open")),
    ("overdue", _("Overdue")),
    ("very_overdue", _("Very overdue")),
    *[(state.value, state.label) for state in ProposalState if state != ProposalState.DRAFT],
]
COUNTED_TO = 1000


class ProposalFilter(django_filters.FilterSet):
    """Each filter by the public address of what it names; an unknown value finds nothing."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=bigrams.LONGEST_QUERY)
    group = django_filters.CharFilter(label=_("Working group"), field_name="group__slug")
    ministry = django_filters.CharFilter(label=_("Ministry"), method="by_ministry")
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="by_state")
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=Outcome.choices, method="by_outcome")
    law = django_filters.NumberFilter(
        label=_("Law"), method="by_law", min_value=1, max_value=2**31 - 1, decimal_places=0
    )

    class Meta:
        model = Proposal
        fields: list[str] = []

    @property
    def words(self) -> str:
        return (self.form.cleaned_data.get("q") or "") if self.form.is_valid() else ""

    @property
    def is_narrowed(self) -> bool:
        """Whether the reader asked for less than everything."""
        return bool(
            self.form.is_valid() and any(v not in (None, "") for v in self.form.cleaned_data.values())
        )

    def by_words(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """Case numbers are among the words; a hidden case is found by its whole number only."""
        return queryset.public().matching(value) | queryset.numbered(value)

    def by_ministry(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        return queryset.public().filter(
            Exists(Referral.objects.filter(proposal=OuterRef("pk"), ministry__slug=value))
        )

    def by_state(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        if value == "open":
            return queryset.filter(state__in=OPEN_PROPOSAL)
        if value in ("overdue", "very_overdue"):
            return overdue(queryset.public(), is_very=value == "very_overdue")
        return queryset.filter(state=value)

    def by_outcome(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        return queryset.public().filter(
            Exists(Answer.objects.current().filter(referral__proposal=OuterRef("pk"), outcome=value))
        )

    def by_law(self, queryset: QuerySet[Proposal], name: str, value: int) -> QuerySet[Proposal]:
        return queryset.public().filter(Exists(Ask.objects.filter(proposal=OuterRef("pk"), law=int(value))))

    @cached_property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """What the reader may choose from, in one statement: groups, bodies and laws of public cases."""
        found: dict[str, list[tuple[str, str]]] = {"group": [], "ministry": [], "law": []}
        english = get_language() == "en"
        for kind, key, zh, en in _named():
            found[kind].append((key, en if english and en else zh))
        found["ministry"].sort(key=lambda choice: choice[1])
        found["law"].sort(key=lambda choice: choice[1])
        return found


DUE_WITHIN = [("7", _("Within 7 days")), ("14", _("Within 14 days")), ("30", _("Within 30 days"))]
SMALL_NUMBER = {"min_value": 1, "max_value": 2**31 - 1, "decimal_places": 0}


class ReferralFilter(django_filters.FilterSet):
    """What a ministry looks for among its own parts; the rows are those that its people may see."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=bigrams.LONGEST_QUERY)
    part = django_filters.ChoiceFilter(label=_("Part"), choices=Referral.Part.choices)
    due = django_filters.ChoiceFilter(label=_("Due"), choices=DUE_WITHIN, method="by_due")
    law = django_filters.NumberFilter(label=_("Law"), method="by_law", **SMALL_NUMBER)
    proposer = django_filters.CharFilter(label=_("Proposer"), field_name="proposal__organisation__slug")

    class Meta:
        model = Referral
        fields: list[str] = []

    @property
    def is_narrowed(self) -> bool:
        """Whether the reader asked for less than everything."""
        return bool(
            self.form.is_valid() and any(v not in (None, "") for v in self.form.cleaned_data.values())
        )

    def by_words(self, queryset: QuerySet[Referral], name: str, value: str) -> QuerySet[Referral]:
        cases = Proposal.objects.matching(value) | Proposal.objects.numbered(value)
        return queryset.filter(proposal__in=cases.order_by().values("pk"))

    def by_due(self, queryset: QuerySet[Referral], name: str, value: str) -> QuerySet[Referral]:
        """Open, and due until a day so far ahead; what is late is due before."""
        return queryset.open().filter(due_on__lte=clock.today() + timedelta(days=int(value)))

    def by_law(self, queryset: QuerySet[Referral], name: str, value: int) -> QuerySet[Referral]:
        return queryset.filter(Exists(Ask.objects.filter(proposal=OuterRef("proposal"), law=int(value))))

    @staticmethod
    def choices_of(rows: QuerySet[Referral]) -> dict[str, list[tuple[str, str]]]:
        """The laws and the proposers of a body's parts, in one statement."""
        cases = rows.order_by().values("proposal")
        laws = Law.objects.filter(Exists(Ask.objects.filter(law=OuterRef("pk"), proposal__in=cases)))
        firms = Organisation.objects.filter(
            Exists(Proposal.objects.filter(organisation=OuterRef("pk"), pk__in=cases))
        )
        found: dict[str, list[tuple[str, str]]] = {"law": [], "proposer": []}
        english = get_language() == "en"
        for kind, key, zh, en in _rows(laws, "law", "pk").union(_rows(firms, "proposer", "slug"), all=True):
            found[kind].append((key, en if english and en else zh))
        return {kind: sorted(choices, key=lambda choice: choice[1]) for kind, choices in found.items()}


def overdue(queryset: QuerySet[Proposal], *, is_very: bool = False) -> QuerySet[Proposal]:
    """Cases that are late, or late by half the period again, anywhere: with a body, or with the group itself.

    Derived from dates.
    """
    today = clock.today()
    late = Referral.objects.very_overdue(today) if is_very else Referral.objects.overdue(today)
    bodies = late.filter(proposal=OuterRef("pk"))
    group = Deadline.objects.running().filter(
        proposal=OuterRef("pk"), due_on__lt=today, proposal__state__in=OPEN_PROPOSAL
    )
    if is_very:
        group = group.filter(very_overdue_on__lte=today)
    return queryset.filter(Q(Exists(bodies)) | Q(Exists(group)))


def _named() -> Iterable[tuple[str, str, str, str]]:
    groups = WorkingGroup.objects.filter(takes_proposals=True)
    public = Proposal.objects.public().values("pk")
    bodies = Organisation.objects.filter(
        Exists(Referral.objects.filter(ministry=OuterRef("pk"), proposal__in=public))
    )
    laws = Law.objects.filter(Exists(Ask.objects.filter(law=OuterRef("pk"), proposal__in=public)))
    return _rows(groups, "group", "slug").union(
        _rows(bodies, "ministry", "slug"), _rows(laws, "law", "pk"), all=True
    )


def _rows(queryset: QuerySet, kind: str, key: str) -> QuerySet:
    return queryset.order_by().values_list(
        Value(kind, CharField()), Cast(key, CharField()), F("name_zh"), F("name_en")
    )
