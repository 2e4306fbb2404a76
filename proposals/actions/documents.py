"""Papers of groups and meetings: looked at before they are kept, as attachments of a case are."""

import uuid
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import NotAllowed, Refused
from proposals import uploads
from workinggroups.models import Document
from workinggroups.permissions import runs_group

from .files import Arrived, written


def add_document(*, user: User, document: Document, upload: File) -> Document:
    """Keeps a file for a group, or for a meeting and an item of its agenda.

    `document` says for which, under which title and for whom; it is not saved yet. Raises Refused with the
    reason, OSError where the disk is full; then there is neither row nor file.
    """
    if not runs_group(user, document.owning_group):
        raise NotAllowed
    if document.item and document.item.meeting_id != document.meeting_id:
        raise Refused(_("Choose an item of the agenda of that meeting."))
    assert upload.file is not None
    document.name = uploads.clean_name(upload.name or "")
    document.size = upload.size or 0
    document.content_type = uploads.content_type(upload.file, document.name, document.size)
    document.uploaded_by, document.uploaded_at = user, clock.now()
    with written(upload) as (path, digest):
        document.sha256 = digest
        try:
            return _keep(document, path)
        except BaseException:
            if document.file:
                document.file.storage.delete(str(document.file.name))
            raise


@transaction.atomic
def _keep(document: Document, path: Path) -> Document:
    with path.open("rb") as arrived:
        document.file.save(uuid.uuid4().hex, Arrived(arrived, name=str(path)), save=False)
    document.save()
    return document
