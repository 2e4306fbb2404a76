import uuid
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members import bigrams, clock
from members.models import Domain, Organisation, User
from members.permissions import AnyUser, bodies_of, is_known, reads_all, represented
from proposals.states import OPEN_PROPOSAL, TONES, DeclineReason, ProposalState
from workinggroups.models import WorkingGroup
from workinggroups.permissions import triaged_groups

from .case_rules import CONSTRAINTS, TRIGGERS
from .leading import led_by

if TYPE_CHECKING:
    from .asks import Ask

NEAR_BY_FIELD = 50
HIDDEN_STATES = (ProposalState.DECLINED, ProposalState.WITHDRAWN)


class ProposalQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Cases that anybody may read: accepted once, and neither declined nor withdrawn since."""
        return self.filter(accepted_at__isnull=False).exclude(state__in=HIDDEN_STATES)

    def listed(self) -> Self:
        """What the public list shows: public cases, and declined or withdrawn ones by number only."""
        return self.filter(
            Q(accepted_at__isnull=False) | Q(state__in=HIDDEN_STATES),
            number__isnull=False,
        )

    def visible_to(self, user: AnyUser) -> Self:
        """Public cases, and those to which the user is a party today. The start of every read."""
        if reads_all(user):
            own = represented(user)
            return self.filter(~Q(state=ProposalState.DRAFT) | led_by(own) | self.sponsored(own))
        allowed = Q(accepted_at__isnull=False) & ~Q(state__in=HIDDEN_STATES)
        if is_known(user):
            own = represented(user)
            if own:
                allowed |= led_by(own) | self.sponsored(own)
            groups = triaged_groups(user)
            if groups:
                allowed |= Q(group__in=groups) & ~Q(state=ProposalState.DRAFT)
            bodies = bodies_of(user)
            if bodies:
                referrals = self.model._meta.get_field("referrals").related_model
                allowed |= Exists(referrals.objects.filter(proposal=OuterRef("pk"), ministry__in=bodies))
                invited = self.model._meta.get_field("consultations").related_model.objects
                allowed |= Exists(invited.filter(proposal=OuterRef("pk"), ministry__in=bodies)) & ~Q(
                    state__in=HIDDEN_STATES
                )
        return self.filter(allowed)

    def of(self, organisations: list[Organisation]) -> Self:
        """Cases that one of the organisations leads today."""
        return self.filter(led_by(organisations))

    def sponsored(self, organisations: list[Organisation]) -> Q:
        """Cases that one of the organisations signed or joined by a merger, or drafts that it is to sign."""
        if not organisations:
            return Q(pk__in=[])
        sponsors = self.model._meta.get_field("sponsors").related_model.objects.active()
        return Q(Exists(sponsors.filter(proposal=OuterRef("pk"), organisation__in=organisations)))

    def backed_by(self, organisations: list[Organisation]) -> Self:
        """Cases of which one of the organisations is the lead or a co-sponsor."""
        return self.filter(led_by(organisations) | self.sponsored(organisations))

    def open(self) -> Self:
        return self.filter(state__in=OPEN_PROPOSAL)

    def numbered(self, text: str) -> Self:
        """The case that has this number, however wide the characters are in which it was typed."""
        return self.filter(number=bigrams.normalised(text).strip().upper())

    def matching(self, words: str) -> Self:
        """Cases whose public text contains the words, two Chinese characters or more being exact."""
        query = bigrams.query(words)
        return (
            self.filter(search=SearchQuery(query, config="simple", search_type="raw"))
            if query
            else self.none()
        )

    def related_to(self, case: "Proposal", asks: Iterable["Ask"]) -> Self:
        """Others that ask of the same article of a law, then others of the same fields; the newest first."""
        cited = [Q(law=ask.law_id, article=ask.article) for ask in asks if ask.law_id and ask.article]
        alike = self.model._meta.get_field("asks").related_model.objects.order_by()
        alike = alike.filter(reduce(or_, cited, Q(pk__in=[])))
        fields = self.model.domains.through.objects.filter(domain__in=case.domains.values("pk"))
        near = fields.order_by("-proposal").values_list("proposal")[:NEAR_BY_FIELD]
        return (
            self.filter(pk__in=alike.values_list("proposal").union(near))
            .exclude(pk=case.pk)
            .exclude(merged_into=case)
            .annotate(is_alike=Exists(alike.filter(proposal=OuterRef("pk"))))
            .order_by("-is_alike", "-submitted_at", "-pk")
            .only("number", "title", "title_other", "language", "state")
        )

    def merged_with(self, case: "Proposal") -> Self:
        """Those that are dealt with in the case since they were merged into it."""
        rows = self.filter(merged_into=case).order_by("number")
        return rows.only("number", "title", "title_other", "language", "state")


class CaseNumber(models.Model):
    """The last case number given in a ROC year; locked while the next one is taken."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Proposal(models.Model):
    """One case of a member: what it asks, and where it stands. Its state changes in actions only."""

    class Origin(models.TextChoices):
        PORTAL = "portal", _("submitted here")
        IMPORTED = "imported", _("imported")

    draft_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("case number"), max_length=20, unique=True, null=True, editable=False)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.PORTAL, editable=False)
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=ProposalState.choices,
        default=ProposalState.DRAFT,
        editable=False,
    )
    group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        related_name="proposals",
        verbose_name=_("working group"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="proposals",
        verbose_name=_("proposing organisation"),
    )
    taken_over_by = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="taken_over",
        verbose_name=_("taken over by"),
        help_text="Repeats what the newest `Takeover` says; a trigger compares the two.",
    )
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    language = models.CharField(
        _("language"),
        max_length=8,
        choices=User.Language.choices,
        default=User.Language.CHINESE,
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    title_other = models.CharField(_("title in the other language"), max_length=200, blank=True)
    summary = models.TextField(_("public summary"), blank=True)
    summary_other = models.TextField(_("public summary in the other language"), blank=True)
    business_model = models.TextField(_("business model"), blank=True)
    conflict = models.TextField(_("where business and law conflict"), blank=True)
    benefit_firms = models.TextField(_("benefit to firms"), blank=True)
    benefit_public = models.TextField(_("benefit and risk to the public"), blank=True)
    domains = models.ManyToManyField(Domain, related_name="proposals", blank=True, verbose_name=_("domains"))
    created_at = models.DateTimeField(_("begun"), default=clock.now, editable=False)
    saved_at = models.DateTimeField(_("saved"), default=clock.now, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="merged_cases",
        verbose_name=_("merged into"),
    )
    decline_reason = models.CharField(
        max_length=20, choices=DeclineReason.choices, blank=True, editable=False
    )
    round = models.PositiveSmallIntegerField(_("round of referral"), default=1, editable=False)
    return_state = models.CharField(max_length=20, blank=True, editable=False)
    questions_asked = models.PositiveSmallIntegerField(default=0, editable=False)
    latest_overall_on = models.DateField(_("answered at the latest on"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    source_id = models.CharField(max_length=64, unique=True, null=True, editable=False)
    source_name = models.CharField(_("source"), max_length=120, blank=True, editable=False)
    source_number = models.CharField(max_length=40, blank=True, editable=False)
    source_url = models.URLField(blank=True, editable=False)
    search = SearchVectorField(null=True, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-submitted_at", "-pk"]
        constraints = CONSTRAINTS
        indexes = [
            models.Index(F("submitted_at").desc(), F("id").desc(), name="proposals_by_submission"),
            models.Index(
                F("accepted_at").desc(nulls_last=True), F("id").desc(), name="proposals_by_acceptance"
            ),
            models.Index(fields=["group", "state"], name="proposals_by_group_state"),
            GinIndex(fields=["search"], name="proposals_search"),
        ]
        triggers = TRIGGERS

    def __str__(self) -> str:
        return f"{self.number or _('Draft')} {self.title}"

    def get_absolute_url(self) -> str:
        if self.number is None:
            return reverse("proposals:draft", args=[self.draft_id])
        return reverse("proposals:detail", args=[self.number])

    @property
    def is_public(self) -> bool:
        return self.accepted_at is not None and self.state not in HIDDEN_STATES

    @property
    def is_hidden(self) -> bool:
        """Declined or withdrawn: the public sees the number, the group and the kind of reason."""
        return self.state in HIDDEN_STATES

    @property
    def is_draft(self) -> bool:
        return self.state == ProposalState.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_PROPOSAL

    @property
    def is_merged(self) -> bool:
        """Dealt with in another case: read here, decided there."""
        return self.state == ProposalState.MERGED

    @property
    def lead(self) -> Organisation | None:
        """Whose case it is today; the proposer stays on the record whoever takes it over."""
        return self.taken_over_by or self.organisation

    @property
    def is_orphaned(self) -> bool:
        """Whether its lead has ended; see `leading.orphaned`."""
        return self.lead is not None and self.lead.has_left

    @property
    def is_sealed(self) -> bool:
        """Whether its restricted text is sealed; see `leading.sealed`."""
        return self.taken_over_by_id is not None or (
            self.organisation is not None and self.organisation.has_left
        )

    @property
    def is_imported(self) -> bool:
        return self.origin == self.Origin.IMPORTED

    @property
    def tone(self) -> tuple[str, str]:
        return TONES[self.state]

    @property
    def local_title(self) -> str:
        """The title in the reader's language where the author gave one."""
        return self.title_other if self.title_other and get_language() != self.language else self.title

    @property
    def local_summary(self) -> str:
        return self.summary_other if self.summary_other and get_language() != self.language else self.summary

    @property
    def text_language(self) -> str:
        """The language in which the reader finds the title: for the page's lang mark."""
        return get_language() or self.language if self.title_other else self.language
