"""Files of a case withdrawn, or replaced by a blacked-out copy; the old bytes leave the storage."""

import uuid
from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import NotAllowed, Refused
from proposals import uploads
from proposals.models import Access, Attachment, PaperAnswer, Proposal, TimelineEntry
from proposals.permissions import can_redact
from proposals.redactable import BLACK, PLACES

from ..files import Arrived, written
from ..record import lock
from .access import accesses_to_file, tell_of_access
from .texts import Text
from .words import check_order
from .writing import Change, Order, tell, write

CaseFile = Attachment | PaperAnswer
FILE_PLACES = {place.model: place for place in PLACES}


def case_of(file: CaseFile) -> Proposal:
    return file.proposal if isinstance(file, Attachment) else file.referral.proposal


@transaction.atomic
def withdraw_file(
    *, user: User, file: CaseFile, kind: str, reason: str, is_emergency: bool = False
) -> list[TimelineEntry]:
    """Takes a file away for good: its page says so, with the day and the kind of reason.

    In an emergency who had access is noted as well. The bytes go after commit. Raises NotAllowed, Refused.
    """
    case, row = _locked(user, file)
    order = Order(
        user=user,
        kind=kind,
        reason=reason.strip(),
        happening="file_withdrawn",
        is_emergency=is_emergency,
        file_sha256=row.sha256,
    )
    check_order(order)
    accesses = accesses_to_file(case, row) if is_emergency else []
    suffix = PurePath(row.name).suffix if len(PurePath(row.name).suffix) <= 5 else ""
    gone: dict[str, Any] = {"file": "", "name": BLACK + suffix, "size": 0, "sha256": ""}
    _write(case, row, gone | {"withdrawn_on": clock.today(), "withdrawn_for": kind}, order)
    if is_emergency:
        for access in accesses:
            access.entry = order.entries[0]
        Access.objects.bulk_create(accesses)
        tell_of_access(order.entries[0], accesses)
    return order.entries


def replace_file(*, user: User, file: CaseFile, upload: File, kind: str, reason: str) -> list[TimelineEntry]:
    """Puts a blacked-out copy in the file's place, at the same address.

    Raises NotAllowed, Refused with what is wrong with the upload, OSError where the disk is full.
    """
    if not can_redact(user, case_of(file)):
        raise NotAllowed
    name = uploads.clean_name(upload.name or "")
    assert upload.file is not None
    content_type = uploads.content_type(upload.file, name, upload.size or 0)
    with written(upload) as (path, digest), path.open("rb") as arrived:
        stored = type(file)(content_type=content_type).file
        stored.save(uuid.uuid4().hex, Arrived(arrived, name=str(path)), save=False)
        news = {
            "file": str(stored.name),
            "name": name,
            "content_type": content_type,
            "size": upload.size or 0,
            "sha256": digest,
        }
        try:
            return _replace(user, file, news, kind, reason)
        except BaseException:
            stored.storage.delete(str(stored.name))
            raise


@transaction.atomic
def _replace(user: User, file: CaseFile, news: dict[str, Any], kind: str, reason: str) -> list[TimelineEntry]:
    case, row = _locked(user, file)
    if row.sha256 == news["sha256"]:
        raise Refused(_("This is the same file. Send the copy in which the words are blacked out."))
    order = Order(
        user=user, kind=kind, reason=reason.strip(), happening="file_replaced", file_sha256=row.sha256
    )
    check_order(order)
    _write(case, row, news, order)
    return order.entries


def _locked(user: User, file: CaseFile) -> tuple[Proposal, CaseFile]:
    case = lock(case_of(file))
    if not can_redact(user, case):
        raise NotAllowed
    rows: Any = type(file)._base_manager
    row: CaseFile = rows.get(pk=file.pk)
    if row.withdrawn_on is not None:
        raise Refused(_("This file has been withdrawn already. Nothing was changed."))
    return case, row


def _write(case: Proposal, row: CaseFile, news: dict[str, Any], order: Order) -> None:
    place = FILE_PLACES[row._meta.label]
    changes = [
        Change(Text(place, row, column), value)
        for column, value in news.items()
        if _plain(getattr(row, column)) != _plain(value)
    ]
    storage, old = row.file.storage, str(row.file.name)
    write(case, changes, order)
    tell(case, changes, order)
    transaction.on_commit(lambda: storage.delete(old))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
