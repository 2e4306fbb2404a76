"""遮蔽 of papers, a group's own and a meeting's: words of titles and names, and files withdrawn whole."""

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import NotAllowed, Refused
from proposals.redactable import BLACK, HISTORY, blacked
from workinggroups.models import Document, Meeting, WorkingGroup
from workinggroups.permissions import runs_group

from .minutes import MeetingText, found_in, write_in_record
from .words import check_order, check_words
from .writing import Order


def preview_papers(*, user: User, group: WorkingGroup, words: Sequence[str]) -> list[MeetingText]:
    """Changes nothing. For those who keep the group, who read all of its papers."""
    if not runs_group(user, group):
        raise NotAllowed
    check_words(words)
    return list(found_in(group.documents.order_by("pk"), words))


@transaction.atomic
def redact_papers(
    *,
    user: User,
    group: WorkingGroup,
    words: Sequence[str] = (),
    papers: Collection[Document] = (),
    kind: str,
    reason: str,
) -> None:
    """Blacks words out of the titles of a group's own papers, and withdraws papers. Not to be undone.

    Papers of its meetings go with their meeting. Raises NotAllowed, Refused.
    """
    if not runs_group(user, group):
        raise NotAllowed
    order = Order(user=user, kind=kind, reason=reason.strip())
    if words or not papers:
        check_words(words)
    check_order(order, words)
    said: dict[str, Any] = {"kind": order.kind, "reason": order.reason, "user": user, "at": clock.now()}
    rows = group.documents.select_for_update().order_by("pk")
    found = list(found_in(rows, words)) if words else []
    if words and not found:
        raise Refused(_("These words stand in no title and no name of these papers. Nothing was changed."))
    gone = lock_papers(rows, papers)
    withdraw_papers(group, gone, said)
    write_in_record(group, [text for text in found if text.column != "name" or text.row not in gone], **said)
    black_out_history(group.documents.all(), words)


def lock_papers(rows: Any, papers: Collection[Document]) -> list[Document]:
    """The chosen ones of these rows as they are now; raises Refused where one is gone already."""
    chosen = list(rows.select_for_update().filter(pk__in=[paper.pk for paper in papers]))
    if len(chosen) != len(papers) or any(paper.withdrawn_on for paper in chosen):
        raise Refused(_("A paper that you chose has been withdrawn already. Nothing was changed."))
    return chosen


def withdraw_papers(of: Meeting | WorkingGroup, papers: Collection[Document], said: dict[str, Any]) -> None:
    """The bytes go after commit; the place of each paper stays and says so."""
    for paper in papers:
        suffix = PurePath(paper.name).suffix if len(PurePath(paper.name).suffix) <= 5 else ""
        news = {"file": "", "name": BLACK + suffix, "size": 0, "sha256": ""}
        changes = [MeetingText(paper, column, value) for column, value in news.items()]
        changes = [change for change in changes if str(getattr(paper, change.column)) != str(change.becomes)]
        storage, old = paper.file.storage, str(paper.file.name)
        write_in_record(of, changes, **said)
        Document.objects.filter(pk=paper.pk).update(withdrawn_on=clock.today(), withdrawn_for=said["kind"])
        transaction.on_commit(partial(storage.delete, old))


def black_out_history(rows: QuerySet[Any], words: Sequence[str]) -> None:
    """What the admin wrote down of these rows when they were saved there."""
    keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
    kind = ContentType.objects.get_for_model(rows.model)
    for entry in LogEntry.objects.filter(content_type=kind, object_id__in=keys):
        texts = {name: blacked(getattr(entry, name), words) for name in HISTORY.fields}
        LogEntry.objects.filter(pk=entry.pk).update(**texts)
