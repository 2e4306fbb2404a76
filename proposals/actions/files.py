"""Attachments: taken into a draft, removed from it, opened by those who may. No file has an address."""

import hashlib
import logging
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import FileField, Sum
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.permissions import AnyUser
from members.refusals import NotAllowed, Refused
from proposals import uploads
from proposals.models import Attachment, Proposal, RestrictedOpening
from proposals.permissions import can_edit_draft, leads

from .record import lock
from .restricted import log_openings

log = logging.getLogger(__name__)

ORPHAN_AGE = timedelta(days=1)
OWN_FOLDERS = ("incoming", "attachments")


class Arrived(File):
    """A file complete on disk beside its final place: the storage moves it there in one step."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def attach_file(*, user: User, proposal: Proposal, upload: File, is_restricted: bool = False) -> Attachment:
    """Takes a file into a draft after looking at its content. The same file sent twice is one attachment.

    Raises Refused with the reason, OSError where the disk is full; then there is neither row nor file.
    """
    name = uploads.clean_name(upload.name or "")
    size = upload.size or 0
    if not can_edit_draft(user, proposal):
        raise NotAllowed
    assert upload.file is not None
    kind = uploads.content_type(upload.file, name, size)
    with written(upload) as (path, digest):
        row = Attachment(
            name=name,
            content_type=kind,
            size=size,
            sha256=digest,
            is_restricted=is_restricted,
            uploaded_by=user,
            uploaded_at=clock.now(),
        )
        try:
            return _add(row, path, user=user, proposal=proposal)
        except BaseException:
            if row.file:
                row.file.storage.delete(str(row.file.name))
            raise


@transaction.atomic
def _add(row: Attachment, path: Path, *, user: User, proposal: Proposal) -> Attachment:
    draft = lock(proposal)
    if not can_edit_draft(user, draft):
        raise NotAllowed
    same = {"sha256": row.sha256, "name": row.name, "is_restricted": row.is_restricted}
    if known := draft.attachments.filter(**same).first():
        return known
    _check_room(draft, row.size)
    row.proposal = draft
    with path.open("rb") as arrived:
        row.file.save(uuid.uuid4().hex, Arrived(arrived, name=str(path)), save=False)
    row.save()
    return row


def _check_room(draft: Proposal, size: int) -> None:
    rows = draft.attachments.all()
    if rows.count() >= uploads.MAX_FILES:
        raise Refused(_("A proposal may have up to ten files."))
    if (rows.aggregate(all=Sum("size"))["all"] or 0) + size > uploads.MAX_CASE:
        raise Refused(_("Together the files of a proposal may have up to 30 MB."))


@contextmanager
def written(upload: File) -> Iterator[tuple[Path, str]]:
    """The upload on the storage's disk, whole and flushed, with its SHA-256; gone afterwards if not moved."""
    folder = Path(default_storage.path("incoming"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    path, digest = Path(name), hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as target:
            for chunk in upload.chunks():
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        yield path, digest.hexdigest()
    finally:
        path.unlink(missing_ok=True)


@transaction.atomic
def remove_file(*, user: User, attachment: Attachment) -> None:
    """Removes a file from a draft for good. What was submitted stays."""
    draft = lock(attachment.proposal)
    if not leads(user, draft):
        raise NotAllowed
    if not draft.is_draft:
        raise Refused(_("Files of a submitted case are kept with it."))
    stored = attachment.file
    attachment.delete()
    transaction.on_commit(lambda: stored.storage.delete(str(stored.name)))


@transaction.atomic
def open_file(*, user: AnyUser, attachment: Attachment) -> File:
    """The file, open for reading. A restricted one leaves a line in the log that the proposer sees.

    Raises NotAllowed, and FileNotFoundError where the disk has lost it.
    """
    if not Attachment.objects.visible_to(user).filter(pk=attachment.pk).exists():
        raise NotAllowed
    if attachment.withdrawn_on is not None:
        raise FileNotFoundError
    opened = attachment.file.open("rb")
    if attachment.is_restricted:
        row = RestrictedOpening(what=RestrictedOpening.What.FILE, attachment=attachment)
        log_openings(user, attachment.proposal, [row])
    return opened


def delete_orphans() -> int:
    """Removes stored files that no row names and that are older than a day: what a crash left behind.

    Looks into our own folders only, and at every model's files, so that nothing that another part of the
    portal keeps is taken for lost. A file whose row is being written is younger than that.
    """
    root = Path(default_storage.path(""))
    oldest = (clock.now() - ORPHAN_AGE).timestamp()
    old = [path for folder in OWN_FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    old = [path for path in old if path.stat().st_mtime < oldest]
    named = set(_named_files()) if old else set()
    gone = 0
    for path in old:
        if path.relative_to(root).as_posix() not in named:
            path.unlink(missing_ok=True)
            gone += 1
    if gone:
        log.info("%d stored files without a row were removed", gone)
    return gone


def _named_files() -> Iterator[str]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                yield from model._base_manager.values_list(field.attname, flat=True).iterator()
