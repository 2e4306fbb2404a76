"""Government bodies through time: what they were called, what became of them, what they say of themselves."""

from datetime import date
from typing import Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from members import clock

from .organisations import Organisation, OrganisationQuerySet
from .people import User

KEEPS_FORMER_NAMES = """
UPDATE members_organisation SET former_names = (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'until', n.ends_on, 'name_zh', n.name_zh, 'name_en', n.name_en,
        'short_zh', n.short_zh, 'short_en', n.short_en) ORDER BY n.ends_on), '[]'::jsonb)
    FROM members_bodyname n WHERE n.body_id = coalesce(NEW.body_id, OLD.body_id) AND n.ends_on IS NOT NULL
) WHERE id = coalesce(NEW.body_id, OLD.body_id);
RETURN NULL;
"""


class BodyNameQuerySet(models.QuerySet):
    def on(self, day: date) -> Self:
        """The names that were borne on a day."""
        begun = Q(starts_on__isnull=True) | Q(starts_on__lte=day)
        return self.filter(begun, Q(ends_on__isnull=True) | Q(ends_on__gt=day))


class BodyName(models.Model):
    """A name that a body bore from a day until before another; on no day two of them.

    The open row repeats the present name. Names that ended are repeated on the body itself by a trigger,
    so that an old paper finds the name of its time without another query (`Organisation.named_on`).
    """

    body = models.ForeignKey(
        Organisation, models.CASCADE, related_name="names", verbose_name=_("government body")
    )
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=160, blank=True)
    short_zh = models.CharField(_("short name (Chinese)"), max_length=40, blank=True)
    short_en = models.CharField(_("short name (English)"), max_length=40, blank=True)
    self_name = models.CharField(_("calls itself"), max_length=10, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day on which it no longer holds.")
    )
    document_number = models.CharField(_("document number"), max_length=80, blank=True)

    objects = BodyNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("name of a body")
        verbose_name_plural = _("names of bodies")
        ordering = [F("starts_on").asc(nulls_first=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="members_bodyname_ends_after_start",
            ),
            ExclusionConstraint(
                name="members_bodyname_one_at_a_time",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    (
                        Func("starts_on", "ends_on", function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message=_("A body bears one name at a time: these days overlap."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="former_names_are_kept_beside",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.After,
                func=KEEPS_FORMER_NAMES,
            )
        ]

    def __str__(self) -> str:
        return self.name_zh


class Succession(models.Model):
    """That the matters of one body, or a part of them, passed to another on a day. Never changed."""

    predecessor = models.ForeignKey(
        Organisation, models.PROTECT, related_name="successions", verbose_name=_("predecessor")
    )
    successor = models.ForeignKey(
        Organisation, models.PROTECT, related_name="inheritances", verbose_name=_("successor")
    )
    on = models.DateField(_("on"))
    document_number = models.CharField(_("document number"), max_length=80, blank=True)
    is_partial = models.BooleanField(_("a part of its matters"), default=False)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "on"], name="members_succession_once"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="members_succession_is_of_two"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="succession_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class BodyCommentQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those that the body has not withdrawn: what its public page shows."""
        return self.filter(withdrawn_at__isnull=True)


class BodyComment(models.Model):
    """What a body says itself of its figures, dated; a new one takes the place of the one before.

    The text never changes. Withdrawn it is read no more in public; that there was one stays in the table.
    """

    body = models.ForeignKey(Organisation, models.PROTECT, related_name="comments")
    text = models.TextField(_("comment"), max_length=1000)
    text_en = models.TextField(_("the same in English"), max_length=1500, blank=True)
    written_at = models.DateTimeField(_("written"), default=clock.now)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    objects = BodyCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment of a body on its figures")
        verbose_name_plural = _("comments of bodies on their figures")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["body"],
                condition=Q(withdrawn_at__isnull=True),
                name="members_bodycomment_one_stands",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="members_bodycomment_has_text"),
        ]
        triggers = [
            pgtrigger.Protect(name="body_comment_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="body_comment_text_never_changes",
                fields=["body", "text", "text_en", "written_at", "written_by"],
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class BodyManager(models.Manager.from_queryset(OrganisationQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> OrganisationQuerySet:
        return super().get_queryset().bodies()


class Body(Organisation):
    """The same row as a body of government: what the secretariat keeps of it has a page of its own."""

    objects = BodyManager()

    class Meta:
        proxy = True
        verbose_name = _("government body")
        verbose_name_plural = _("government bodies")
