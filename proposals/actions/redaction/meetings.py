"""遮蔽 of a meeting: words taken out of its record, and papers withdrawn, with a trace that everybody reads.

It reaches published minutes, letters about the meeting, the history of the admin, and what the histories of
cases call the meeting. The minutes' page, print, OpenDocument and feed are made from these rows.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from members import clock
from members.actions.rewriting import rewrite_letter
from members.models import Letter, User
from members.refusals import NotAllowed, Refused
from proposals.models import Proposal, TimelineEntry
from workinggroups.actions.meetings import lock_meeting
from workinggroups.models import Document, Meeting
from workinggroups.permissions import runs_group

from ..record import lock
from .minutes import TEXTS, MeetingText, found_in_meeting, rows_of_meeting, write_in_record
from .papers import black_out_history, lock_papers, withdraw_papers
from .texts import texts_of
from .words import check_order, check_words
from .writing import Order, changes_for, told_anew, write


@dataclass(frozen=True)
class MeetingPreview:
    """What would be blacked out, and how many letters would be rewritten."""

    changes: list[MeetingText]
    letters: int


def preview_meeting(*, user: User, meeting: Meeting, words: Sequence[str]) -> MeetingPreview:
    """Changes nothing. For those who keep the meeting, who read all of its texts."""
    if not runs_group(user, meeting.group):
        raise NotAllowed
    check_words(words)
    return MeetingPreview(found_in_meeting(meeting, words), len(told_anew(_letters_about(meeting), words)))


@transaction.atomic
def redact_meeting(
    *,
    user: User,
    meeting: Meeting,
    words: Sequence[str] = (),
    papers: Collection[Document] = (),
    kind: str,
    reason: str,
) -> None:
    """Blacks words out of everything that a meeting has left, and withdraws papers. Not to be undone.

    Raises NotAllowed, Refused.
    """
    row = lock_meeting(meeting, user)
    order = Order(user=user, kind=kind, reason=reason.strip())
    if words or not papers:
        check_words(words)
    check_order(order, words)
    said: dict[str, Any] = {"kind": order.kind, "reason": order.reason, "user": user, "at": clock.now()}
    gone = lock_papers(row.papers, papers)
    found = found_in_meeting(row, words) if words else []
    letters = told_anew(_letters_about(row), words) if words else []
    if words and not found and not letters:
        raise Refused(_("These words stand nowhere in the record of this meeting. Nothing was changed."))
    withdraw_papers(row, gone, said)
    still = [change for change in found if change.column != "name" or change.row not in gone]
    write_in_record(row, still, **said)
    for letter, told in letters:
        rewrite_letter(letter, **told)
    for model in TEXTS:
        black_out_history(rows_of_meeting(row, model), words)
    for case in Proposal.objects.filter(on_agendas__item__meeting=row).distinct():
        _rename_in(lock(case), row, words, order)


def _letters_about(meeting: Meeting) -> Iterator[Letter]:
    """Those that a meeting gave rise to, by itself or in the history of a case, or that lead to its page."""
    with translation.override("zh-hant"):
        path = reverse("workinggroups:meeting", args=[meeting.pk])
    about = Q(key__startswith=f"meeting/{meeting.pk}/") | Q(body__contains=path)
    entries = TimelineEntry.objects.filter(data__meeting=meeting.pk).values_list("pk", flat=True)
    if keys := "|".join(map(str, entries)):
        about |= Q(key__regex=rf"^case/({keys})/")
    return Letter.objects.filter(about).order_by("pk").iterator()


def _rename_in(case: Proposal, meeting: Meeting, words: Sequence[str], order: Order) -> None:
    """What the history of a case calls the meeting by: a line of its own, as for every redaction there."""
    named = [
        text
        for text in texts_of(case)
        if text.place.model == "proposals.TimelineEntry" and text.value.get("meeting") == meeting.pk
    ]
    if changes := list(changes_for(named, words)):
        write(case, changes, Order(user=order.user, kind=order.kind, reason=order.reason))
