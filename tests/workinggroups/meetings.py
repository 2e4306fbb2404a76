"""Meetings for tests: called by the group's own convener."""

from datetime import timedelta

from django.core.files.base import ContentFile

from members import clock
from members.models import User
from tests import cases
from workinggroups.actions.meetings import keep_meeting
from workinggroups.models import Document, Meeting, WorkingGroup


def convener(group: WorkingGroup | None = None) -> User:
    group = group or cases.group()
    return cases.person(f"convener@{group.slug}.example", convenes=group)


def meeting(days: float = 7, group: WorkingGroup | None = None, **fields: object) -> Meeting:
    """A meeting of the group so many days from now, two hours long, with its number."""
    group = group or cases.group()
    starts_at = (clock.now() + timedelta(days=days)).replace(second=0, microsecond=0)
    values = {
        "group": group,
        "title_zh": "分組會議",
        "title_en": "Group meeting",
        "place_zh": "第一會議室",
        "place_en": "Room one",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
    }
    return keep_meeting(user=convener(group), meeting=Meeting(**(values | fields)), changed=())


def document(**fields: object) -> Document:
    """A paper of a group or of a meeting, a few bytes long, already looked at."""
    values = {"name": "paper.pdf", "content_type": "application/pdf", "size": 5, "sha256": "0" * 64}
    row = Document(**(values | {"uploaded_by": convener()} | fields))
    row.file.save(f"{row.pk.hex}", ContentFile(b"paper"), save=False)
    row.save()
    return row
