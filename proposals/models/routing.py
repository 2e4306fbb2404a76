from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Domain, Law, Organisation
from members.permissions import AnyUser, reads_all
from members.said import local
from workinggroups.permissions import triaged_groups

from .referrals import Referral


class RoutingRuleQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """The officers of the groups, the secretariat and the auditors read all of them."""
        return self if reads_all(user) or triaged_groups(user) else self.none()

    def in_force(self, on: date | None = None) -> Self:
        """The rules that hold on a day (today unless told)."""
        day = on or clock.today()
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)

    def standing(self) -> Self:
        """The rules that hold today or will."""
        ends_later = Q(valid_to__gt=clock.today()) & Q(valid_to__gt=F("valid_from"))
        return self.filter(Q(valid_to__isnull=True) | ends_later)


class RoutingRule(models.Model):
    """Which body a law, a field, or both together belong to. It proposes; an officer decides.

    A rule is ended, never changed or deleted: what was proposed on a day can be explained later.
    """

    law = models.ForeignKey(
        Law, models.PROTECT, null=True, blank=True, related_name="routing_rules", verbose_name=_("law")
    )
    domain = models.ForeignKey(
        Domain, models.PROTECT, null=True, blank=True, related_name="routing_rules", verbose_name=_("domain")
    )
    body = models.ForeignKey(
        Organisation, models.PROTECT, related_name="routing_rules", verbose_name=_("ministry")
    )
    part = models.CharField(
        _("part"), max_length=8, choices=Referral.Part.choices, default=Referral.Part.LEAD
    )
    reason_zh = models.CharField(_("reason (Chinese)"), max_length=200, blank=True)
    reason_en = models.CharField(_("reason (English)"), max_length=240, blank=True)
    valid_from = models.DateField(_("from"), default=clock.today)
    valid_to = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day on which it no longer holds.")
    )

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["law__name_zh", "domain__slug", "part", "body__name_zh", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(law__isnull=False) | Q(domain__isnull=False),
                name="proposals_routing_rule_is_about_something",
                violation_error_message=_("Name a law, a domain, or both."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="proposals_routing_rule_ends_after_start",
                violation_error_message=_("The rule would end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["law", "domain", "body"],
                condition=Q(valid_to__isnull=True),
                nulls_distinct=False,
                name="proposals_routing_rule_once",
                violation_error_message=_("There is a rule in force for this already: end it first."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="rule_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="rule_is_ended_not_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__law_id__df=pgtrigger.F("new__law_id"))
                | pgtrigger.Q(old__domain_id__df=pgtrigger.F("new__domain_id"))
                | pgtrigger.Q(old__body_id__df=pgtrigger.F("new__body_id"))
                | pgtrigger.Q(old__part__df=pgtrigger.F("new__part"))
                | pgtrigger.Q(old__valid_from__df=pgtrigger.F("new__valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.body}"

    @property
    def subject(self) -> str:
        """The law, the domain, or both, by name."""
        return " + ".join(str(thing) for thing in (self.law, self.domain) if thing)

    @property
    def reason(self) -> str:
        return local(self.reason_zh, self.reason_en)
