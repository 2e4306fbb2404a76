"""How a redaction is written: the trace, a row with digests for each column, then the columns themselves.

Letters, the history of the admin and the indexes of the search follow, so that the words are nowhere else.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from members import clock
from members.actions.rewriting import rewrite_letter
from members.models import Letter, User
from proposals import personal
from proposals.models import Clarification, Proposal, Redaction, Referral
from proposals.models.timeline import TimelineEntry, Visibility
from proposals.permissions import triage_side
from proposals.redactable import HISTORY, LETTER, PLACES, black_out, blacked
from workinggroups.models import Meeting

from ..notices import notify_ministry, notify_proposer
from ..record import record
from ..register import index_clarification
from ..search import index_proposal
from .digests import digest_of
from .minutes import black_out_minutes
from .texts import Text, rows_of


@dataclass(frozen=True)
class Change:
    """A text, and what it is to say."""

    text: Text
    becomes: Any


@dataclass
class Order:
    """One redaction as it is asked for."""

    user: User
    kind: str
    reason: str
    happening: str = "redacted"
    is_emergency: bool = False
    file_sha256: str = ""
    silent: set[str] = field(default_factory=set)
    """Keys of texts that get no line of their own: whoever redacts would learn from it what stands there."""
    entries: list[TimelineEntry] = field(default_factory=list)


def write(case: Proposal, changes: Sequence[Change], order: Order) -> list[TimelineEntry]:
    """Writes the changes, each circle with one line of the history; the line that most may read first."""
    silent = [change for change in changes if change.text.key in order.silent]
    groups: dict[tuple[str, int | None], list[Change]] = defaultdict(list)
    for change in changes:
        if change in silent:
            continue
        circle: str = change.text.circle
        referral = change.text.referral
        if change.text.place.circle == "of_entry":
            referral = _entry_of(change.text).referral
        is_own = circle == Visibility.MINISTRY and referral is not None
        groups[circle, referral.pk if is_own and referral else None].append(change)
    for (width, referral_pk), members in sorted(groups.items(), key=lambda item: _width(item[0][0])):
        entry = record(
            case,
            order.happening,
            role=triage_side(order.user, case),
            actor=order.user,
            referral=Referral.objects.get(pk=referral_pk) if referral_pk else None,
            text=order.reason,
            visibility=width,
            places=list(dict.fromkeys(change.text.name for change in members)),
            cause=order.kind,
        )
        order.entries.append(entry)
        _apply(case, entry, members, order)
    if silent:
        _apply(case, order.entries[0], silent, order)
    return order.entries


def _entry_of(text: Text) -> TimelineEntry:
    return text.row if text.place.model == "proposals.TimelineEntry" else text.row.entry


def _width(circle: str) -> int:
    return list(Visibility.values).index(circle)


def _apply(case: Proposal, entry: TimelineEntry, changes: Sequence[Change], order: Order) -> None:
    """First the rows that allow it, then the columns, those of one row at once."""
    now = clock.now()
    Redaction.objects.bulk_create(
        Redaction(
            proposal=case,
            entry=entry,
            table_name=change.text.row._meta.db_table,
            row_key=str(change.text.row.pk),
            field=change.text.row._meta.get_field(change.text.column).column,
            place=change.text.name,
            old_digest=digest_of(change.text.value),
            new_digest=digest_of(change.becomes),
            kind=order.kind,
            reason=order.reason,
            is_emergency=order.is_emergency,
            file_sha256=order.file_sha256 if change.text.column == "file" else "",
            made_by=order.user,
            made_at=now,
        )
        for change in changes
    )
    rows: dict[tuple[Any, Any], dict[str, Any]] = defaultdict(dict)
    for change in changes:
        rows[type(change.text.row), change.text.row.pk][change.text.column] = change.becomes
    for (model, pk), columns in rows.items():
        if model is not Letter:
            model._base_manager.filter(pk=pk).update(**columns)


def changes_for(texts: Iterable[Text], words: Sequence[str]) -> Iterator[Change]:
    """Of the texts those in which the words stand, with the blacked-out wording."""
    for text in texts:
        becomes = blacked(text.value, words, longest=text.longest)
        if becomes != text.value:
            yield Change(text, becomes)


# --- what is no text of the case, but repeats it ---------------------------------------------------


def letters_about(case: Proposal) -> Iterator[Letter]:
    """Letters that an entry of the case gave rise to, or that name its number or its draft's address."""
    keys = "|".join(map(str, case.timeline.values_list("pk", flat=True)))
    about = Q(body__contains=str(case.draft_id))
    if keys:
        about |= Q(key__regex=rf"^case/({keys})/")
    if case.number:
        about |= Q(subject__contains=case.number) | Q(body__contains=case.number)
        about |= Q(calendar__contains=case.number)
    return Letter.objects.filter(about).order_by("pk").iterator()


def letters_with(case: Proposal, words: Sequence[str]) -> list[tuple[Letter, dict[str, str]]]:
    """Of these the letters in which the words stand, with their blacked-out wording."""
    return told_anew(letters_about(case), words)


def told_anew(letters: Iterable[Letter], words: Sequence[str]) -> list[tuple[Letter, dict[str, str]]]:
    return [
        (letter, told)
        for letter in letters
        if (told := _told_anew(letter, words)) != {name: getattr(letter, name) for name in LETTER.fields}
    ]


def _told_anew(letter: Letter, words: Sequence[str]) -> dict[str, str]:
    unfolded = re.sub(r"\r?\n ", "", letter.calendar)
    calendar = black_out(unfolded, words)
    return {
        "subject": black_out(letter.subject, words, longest=200),
        "body": black_out(letter.body, words),
        "calendar": letter.calendar if calendar == unfolded else calendar,
    }


def write_elsewhere(case: Proposal, words: Sequence[str], order: Order) -> int:
    """Letters, the admin's own history, minutes, and the indexes; how many letters had to be rewritten."""
    letters = letters_with(case, words)
    echoes = list(changes_for(_history_of(case), words))
    for letter, told in letters:
        changed = [name for name, text in told.items() if text != getattr(letter, name)]
        echoes += [Change(Text(LETTER, letter, name), told[name]) for name in changed]
    if echoes and not order.entries:
        write(case, echoes, order)
    elif echoes:
        _apply(case, order.entries[0], echoes, order)
    for letter, told in letters:
        rewrite_letter(letter, **told)
    for meeting in Meeting.objects.filter(agenda__case__proposal=case).distinct():
        black_out_minutes(meeting, words, kind=order.kind, reason=order.reason, user=order.user)
    reindex(case)
    return len(letters)


def _history_of(case: Proposal) -> Iterator[Text]:
    """What the admin wrote down of rows of the case when they were saved there."""
    about = Q(pk__in=[])
    for place in PLACES:
        keys = [str(pk) for pk in rows_of(place, case).values_list("pk", flat=True)]
        if keys:
            kind = ContentType.objects.get_by_natural_key(*place.model.lower().split("."))
            about |= Q(content_type=kind, object_id__in=keys)
    for entry in LogEntry.objects.filter(about):
        yield from (Text(HISTORY, entry, column) for column in HISTORY.fields)


def reindex(case: Proposal) -> None:
    index_proposal(Proposal.objects.select_related("organisation").get(pk=case.pk))
    for clarification in Clarification.objects.filter(answer__referral__proposal=case):
        index_clarification(clarification)
    for place in PLACES:
        if place.reindex is not None:
            for row in rows_of(place, case):
                place.reindex(row)


# --- who is told -----------------------------------------------------------------------------------


def tell(case: Proposal, changes: Sequence[Change], order: Order) -> None:
    """The proposer of what its circle may know, and each body of what it wrote. No letter has the words."""
    told = Proposal.objects.get(pk=case.pk)
    for entry in order.entries:
        entry.proposal = told
    open_to_all = [e for e in order.entries if e.visibility in (Visibility.PUBLIC, Visibility.PARTIES)]
    context = {"kind": Redaction.Kind(order.kind).label, "reason": order.reason, "happening": order.happening}
    for entry in open_to_all[:1]:
        places = [name for each in open_to_all for name in each.data["places"]]
        places += [change.text.name for change in changes if change.text.key in order.silent]
        told_of = list(dict.fromkeys(places))
        notify_proposer(entry, "redacted", **context, places=told_of)
    bodies: dict[int, tuple[Referral, list[str]]] = {}
    for change in changes:
        if (referral := change.text.referral) is not None:
            bodies.setdefault(referral.pk, (referral, []))[1].append(change.text.name)
    for referral, names in bodies.values():
        own = [e for e in order.entries if e.referral_id == referral.pk]
        referral.proposal = told
        notify_ministry(
            (own or order.entries)[0],
            "redacted_ministry",
            referral,
            **context,
            places=list(dict.fromkeys(names)),
        )


def has_personal_data(text: str) -> bool:
    return bool(personal.found_in({"": text}))
