from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.permissions import AnyUser, bodies_of, is_known, reads_all, represented
from proposals.ledger import Owner
from workinggroups.permissions import triaged_groups

from .case import HIDDEN_STATES, Proposal
from .lasting import Lasting
from .leading import led_by
from .referrals import Referral


class Visibility(models.TextChoices):
    PUBLIC = "public", _("everybody")
    PARTIES = "parties", _("the parties")
    GROUP = "group", _("the group's triage officers")
    MINISTRY = "ministry", _("the ministry")
    SECRETARIAT = "secretariat", _("the secretariat")


class TimelineQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Public rows of public cases, and those of the circles to which the user belongs today."""
        allowed = Q(visibility=Visibility.PUBLIC, proposal__accepted_at__isnull=False) & ~Q(
            proposal__state__in=HIDDEN_STATES
        )
        if is_known(user):
            bodies = bodies_of(user)
            own_group = Q(proposal__group__in=triaged_groups(user))
            own = represented(user)
            party = led_by(own, "proposal") | own_group
            if own:
                rows = Proposal._meta.get_field("sponsors").related_model.objects
                rows = rows.filter(proposal=OuterRef("proposal"), organisation__in=own)
                party |= Q(Exists(rows.confidants()))
                allowed |= Q(visibility=Visibility.PUBLIC) & Q(Exists(rows.joined()))
            if bodies:
                party |= Q(proposal__referrals__ministry__in=bodies)
                allowed |= Q(visibility=Visibility.MINISTRY, referral__ministry__in=bodies)
            if reads_all(user):
                party |= Q(pk__isnull=False)
                allowed |= Q(visibility__in=[Visibility.GROUP, Visibility.SECRETARIAT])
            allowed |= Q(visibility__in=[Visibility.PUBLIC, Visibility.PARTIES]) & party
            allowed |= Q(visibility=Visibility.GROUP) & own_group
        return self.filter(allowed).distinct()

    def turns(self) -> Self:
        """The rows on which a case changed hands: what the ledger of days is made of."""
        return self.exclude(turn="")


class TimelineEntry(models.Model):
    """One thing that happened to a case. Never edited, never deleted; names and free text stand beside it."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="timeline")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="timeline")
    kind = models.CharField(max_length=40)
    role = models.CharField(max_length=16)
    body = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField(default=clock.now)
    recorded_at = models.DateTimeField(default=clock.now)
    data = models.JSONField(default=dict)
    turn = models.CharField(
        max_length=12,
        choices=[(o.value, o.value) for o in Owner],
        blank=True,
        help_text="With whom the case lies from this day on; empty where that does not change.",
    )
    visibility = models.CharField(max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC)

    objects = TimelineQuerySet.as_manager()

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")
        ordering = ["happened_at", "pk"]
        indexes = [models.Index(fields=["proposal", "happened_at"], name="proposals_timeline_of_case")]
        triggers = [
            Lasting(name="history_is_never_changed"),
            pgtrigger.Trigger(
                name="history_is_never_emptied",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'history is never emptied';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d} {self.kind}"


class TimelineNote(models.Model):
    """Who acted, and what was said in free words: erasable without breaking the record.

    The words go by a redaction alone, the name by being taken away; the row stays with its entry.
    """

    entry = models.OneToOneField(TimelineEntry, models.PROTECT, related_name="note", primary_key=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        triggers = [
            Lasting(
                name="words_of_history_are_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__text__df=pgtrigger.F("new__text")),
            ),
            pgtrigger.Protect(name="note_of_history_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="nobody_else_acted",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__entry_id__df=pgtrigger.F("new__entry_id"))
                | pgtrigger.Q(new__actor_id__isnull=False)
                & pgtrigger.Q(old__actor_id__df=pgtrigger.F("new__actor_id")),
            ),
        ]
