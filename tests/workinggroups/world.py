"""What the tests of rights need of meetings: coming, held, internal; with papers and minutes."""

from datetime import timedelta
from typing import Any

from members import clock
from members.models import Organisation
from proposals.models import CaseOnAgenda
from workinggroups.models import (
    ActionItem,
    AgendaItem,
    Document,
    Meeting,
    MeetingSeries,
    Minutes,
    Participant,
    WorkingGroup,
)


def add_meetings(made: Any, group: WorkingGroup, body: Organisation) -> None:
    """To `made.objects`; the meeting to come, to which the body is invited, is there already."""
    secretariat, now = made.people["secretariat"], clock.now()
    coming = Meeting.objects.get(pk=made.objects["meeting"]["pk"])
    invited = Participant.objects.create(meeting=coming, organisation=body)
    made.add("invited_to", coming, participant=invited.pk)
    series = MeetingSeries.objects.create(group=group, name_zh="例會")
    made.add("series", series)
    internal = Meeting.objects.create(
        group=group, title_zh="內部會議", starts_at=now + timedelta(days=9), is_public=False
    )
    made.add("internal_meeting", internal)
    held, drafted = (
        Meeting.objects.create(group=group, title_zh="會議", starts_at=now - timedelta(days=days))
        for days in (2, 1)
    )
    moments = {"approved_at": now, "published_at": now}
    record = {
        "title": {"zh": "會議", "en": ""},
        "place": {"zh": "", "en": ""},
        "starts_at": held.starts_at.isoformat(),
        "ends_at": "",
        "present": [],
        "excused": [],
        "items": [],
        "actions": [],
    } | dict.fromkeys(("chair", "recorder", "opening", "other"), "")
    Minutes.objects.create(meeting=held, drafted_by=secretariat, state="published", record=record, **moments)
    Minutes.objects.create(meeting=drafted, drafted_by=secretariat)
    made.add("minutes", held, version=1)
    made.add("draft_minutes", drafted, version=1)
    item = AgendaItem.objects.create(meeting=held, position=1)
    CaseOnAgenda.objects.create(item=item, proposal_id=made.objects["discussion"]["pk"])
    made.add("item_to_decide", held, item=item.pk)
    task = ActionItem.objects.create(meeting=held, text="待辦", organisation=body, due_on=clock.today())
    made.add("action_item", task)
    paper = Document.objects.create(
        meeting=coming, title_zh="附件", name="a.pdf", size=1, uploaded_by=secretariat, file="gone"
    )
    made.add("document", paper)
    nowhere = "00000000-0000-4000-8000-000000000000"
    made.add("unknown_document", pk=nowhere, object_id=nowhere)
