from typing import Any, NamedTuple

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from workinggroups.states import RedactionKind

from .groups import WorkingGroup
from .meetings import Meeting


class Trace(NamedTuple):
    """What everybody reads of a redaction: when and why, and no word of what."""

    made_at: Any
    kind: str
    reason: str


class MeetingRedactionQuerySet(models.QuerySet):
    def traces(self) -> list[Trace]:
        """One for each redaction, however many texts it has changed; the newest first."""
        rows = self.order_by("-made_at").values_list("made_at", "kind", "reason").distinct()
        return [Trace(at, str(RedactionKind(kind).label), reason) for at, kind, reason in rows]


class MeetingRedaction(models.Model):
    """遮蔽: one column of one row of a meeting's record or of a group's papers, from which words were taken.

    It holds digests (SHA-256 of the column as text) and never the words. The database lets published minutes
    change only by such rows, written in the same transaction.
    """

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, related_name="redactions", verbose_name=_("meeting")
    )
    group = models.ForeignKey(
        WorkingGroup, models.PROTECT, null=True, related_name="redactions", verbose_name=_("group")
    )
    table_name = models.CharField(max_length=63)
    row_key = models.CharField(max_length=40)
    field = models.CharField(max_length=63)
    old_digest = models.CharField(max_length=64)
    new_digest = models.CharField(max_length=64)
    kind = models.CharField(_("kind of reason"), max_length=10, choices=RedactionKind.choices)
    reason = models.TextField(_("reason"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made"), default=clock.now)
    made_in = models.BigIntegerField(default=0, editable=False)

    objects = MeetingRedactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("redaction of a meeting")
        verbose_name_plural = _("redactions of meetings")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=True, group__isnull=False)
                | Q(meeting__isnull=False, group__isnull=True),
                name="workinggroups_redaction_of_meeting_or_group",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="workinggroups_redaction_has_reason"),
            models.CheckConstraint(
                condition=~Q(old_digest=F("new_digest")), name="workinggroups_redaction_changes_something"
            ),
        ]
        indexes = [models.Index(fields=["table_name", "row_key"], name="workinggroups_redaction_of_row")]
        triggers = [
            pgtrigger.Protect(
                name="meeting_redaction_is_never_undone", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="meeting_redaction_knows_its_transaction",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="NEW.made_in = txid_current(); RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting or self.group} {self.made_at:%Y-%m-%d}"


class StandsButForRedactions(pgtrigger.Trigger):
    """As `pgtrigger.Protect`: refuses every change and deletion; lets redactions through."""

    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: Any) -> str:
        digest = "encode(sha256(convert_to(coalesce({}, ''), 'UTF8')), 'hex')"
        was, becomes = digest.format("changed.value"), digest.format("to_jsonb(NEW) ->> changed.key")
        return f"""
            IF TG_OP = 'UPDATE' THEN
                IF (SELECT coalesce(bool_and(EXISTS (
                    SELECT 1 FROM workinggroups_meetingredaction r
                    WHERE r.table_name = '{model._meta.db_table}' AND r.row_key = OLD.id::text
                    AND r.field = changed.key AND r.made_in = txid_current()
                    AND r.old_digest = {was} AND r.new_digest = {becomes}
                )), false)
                FROM jsonb_each_text(to_jsonb(OLD)) AS changed
                WHERE changed.value IS DISTINCT FROM to_jsonb(NEW) ->> changed.key)
                THEN RETURN NEW; END IF;
            END IF;
            RAISE EXCEPTION 'pgtrigger: Cannot change or delete rows from % table', TG_TABLE_NAME;
        """  # noqa: S608 — names of our own tables only
