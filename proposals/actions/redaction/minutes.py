"""Words blacked out of what a meeting or a group has left: texts, papers, and minutes, published ones too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from members import clock
from members.models import User
from proposals.redactable import blacked
from workinggroups.models import (
    ActionItem,
    AgendaItem,
    Document,
    Meeting,
    MeetingRedaction,
    Minutes,
    Participant,
    WorkingGroup,
)

from .digests import digest_of

MINUTES = ("opening", "other_business", "correction_reason", "record")
TEXTS: dict[Any, tuple[str, ...]] = {
    Meeting: ("title_zh", "title_en", "place_zh", "place_en", "chaired_by", "recorded_by", "cancel_reason"),
    AgendaItem: ("title_zh", "title_en", "minutes_text", "decision_text"),
    ActionItem: ("text",),
    Participant: ("represented_by",),
    Document: ("title_zh", "title_en", "name"),
    Minutes: MINUTES,
}
"""Every text that an officer writes for a meeting. What a case says is redacted from the case's own page."""


@dataclass(frozen=True)
class MeetingText:
    """One text of a meeting or of a group's paper in which the words stand, and what it is to say."""

    row: Any
    column: str
    becomes: Any

    @property
    def label(self) -> str:
        field = self.row._meta.get_field(self.column)
        if self.column == "record":
            return str(self.row._meta.verbose_name)
        return f"{self.row._meta.verbose_name}: {field.verbose_name}"


def rows_of_meeting(meeting: Meeting, model: Any) -> Any:
    rows = model._base_manager.order_by("pk")
    return rows.filter(pk=meeting.pk) if model is Meeting else rows.filter(meeting=meeting)


def found_in_meeting(meeting: Meeting, words: Sequence[str]) -> list[MeetingText]:
    return [text for model in TEXTS for text in found_in(rows_of_meeting(meeting, model), words)]


def found_in(rows: Any, words: Sequence[str]) -> Iterator[MeetingText]:
    for row in rows:
        for column in TEXTS[type(row)]:
            value = getattr(row, column)
            becomes = blacked(value, words, longest=row._meta.get_field(column).max_length)
            if becomes != value:
                yield MeetingText(row, column, becomes)


def black_out_minutes(meeting: Meeting, words: Sequence[str], *, kind: str, reason: str, user: User) -> None:
    """The minutes repeat what a case says: they follow its redaction, each version."""
    found = list(found_in(rows_of_meeting(meeting, Minutes), words))
    write_in_record(meeting, found, kind=kind, reason=reason, user=user, at=clock.now())


def write_in_record(
    of: Meeting | WorkingGroup,
    changes: Sequence[MeetingText],
    *,
    kind: str,
    reason: str,
    user: User,
    at: datetime,
) -> None:
    """First the rows that allow it and are its trace, then the columns, those of one row at once."""
    MeetingRedaction.objects.bulk_create(
        MeetingRedaction(
            **({"meeting": of} if isinstance(of, Meeting) else {"group": of}),
            table_name=change.row._meta.db_table,
            row_key=str(change.row.pk),
            field=change.row._meta.get_field(change.column).column,
            old_digest=digest_of(getattr(change.row, change.column)),
            new_digest=digest_of(change.becomes),
            kind=kind,
            reason=reason,
            made_by=user,
            made_at=at,
        )
        for change in changes
    )
    columns: dict[tuple[Any, Any], dict[str, Any]] = {}
    for change in changes:
        columns.setdefault((type(change.row), change.row.pk), {})[change.column] = change.becomes
    for (model, pk), values in columns.items():
        model._base_manager.filter(pk=pk).update(**values)
