"""What the official documents of a meeting say, and to whom: gathered from its rows, and the cases on it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from members import clock
from members.actions.letters import address_of
from members.office import secretariat_office
from members.permissions import AnyUser
from members.said import roc
from proposals.letterpack import Sender
from proposals.meetingpack import Discussed, Minuted, Notice
from proposals.models import CaseOnAgenda, MeetingDecision
from workinggroups.actions.minutes import record_of
from workinggroups.models import ActionItem, Document, Meeting, Minutes, Participant
from workinggroups.models.groups import as_group
from workinggroups.permissions import takes_part

CHINESE = "zh-hant"
HIDDEN_CASE = "會員提案（不公開）"
Record = Mapping[str, Any]


def notice_of(meeting: Meeting, reader: AnyUser) -> Notice:
    """開會通知單 for everybody invited. Of the cases what its reader may know of; tasks that are left too."""
    people = list(meeting.participants.select_related("user", "organisation"))
    papers = Document.objects.visible_to(reader).filter(meeting=meeting)
    with translation.override(CHINESE):
        cases = case_titles(meeting, reader)
        attending = [_name(row) for row in people if row.part == Participant.Part.ATTENDS]
        return Notice(
            sender=office(),
            receiver="如出席、列席者",
            letter_number=meeting.letter_number,
            letter_on=clock.local_date(meeting.invited_at) if meeting.invited_at else None,
            subject=f"召開{heading(meeting)}",
            starts_at=meeting.starts_at,
            place=meeting.place,
            chair=meeting.chaired_by,
            attending=attending,
            observing=[_name(row) for row in people if row.part == Participant.Part.OBSERVES],
            agenda=[
                item.title or cases.get(item.pk, HIDDEN_CASE) for item in meeting.agenda.order_by("position")
            ],
            carried=[
                (item.text, _owned(item), roc(item.due_on))
                for item in ActionItem.objects.carried_to(meeting).told()
            ],
            enclosed=[paper.title for paper in papers.filter(withdrawn_on=None)],
            address=address_of("workinggroups:meeting", meeting.pk),
        )


def minutes_of(minutes: Minutes, reader: AnyUser) -> Minuted:
    """會議紀錄 as it was approved, or as the draft stands now. The public reads organisations, no persons."""
    meeting = minutes.meeting
    record = minutes.record or record_of(meeting, minutes)
    is_inside = takes_part(reader, meeting)
    with translation.override(CHINESE):
        cases = case_titles(meeting, reader)
        decided = decisions(meeting, reader)
        present = [row for row in record["present"] if row["part"] == Participant.Part.ATTENDS]
        return Minuted(
            heading=f"{settings.PORTAL_NAME[CHINESE]}{heading(meeting)}",
            starts_at=datetime.fromisoformat(record["starts_at"]),
            ends_at=datetime.fromisoformat(record["ends_at"]) if record["ends_at"] else None,
            place=record["place"]["zh"],
            chair=meeting.in_the_chair(record["chair"], is_inside=is_inside),
            recorder=record["recorder"] if is_inside else "秘書",
            present=named(present, is_inside),
            observing=named([row for row in record["present"] if row not in present], is_inside),
            excused=named(record["excused"], is_inside),
            opening=record["opening"],
            items=[_discussed(row, cases, decided) for row in record["items"]],
            other=record["other"],
            actions=[
                (row["text"], _owner(row, is_inside), roc(date.fromisoformat(row["due_on"])))
                for row in record["actions"]
            ],
            correction=minutes.correction_reason,
            redacted=[
                f"{roc(clock.local_date(trace.made_at))} {trace.kind}：{trace.reason}"
                for trace in meeting.redactions.traces()
            ],
        )


def _discussed(row: Record, cases: Mapping[int, str], decided: Mapping[int, str]) -> Discussed:
    """An item of the agenda; of a case that the reader may not know of neither name nor what was said."""
    title = row["title"]["zh"] or cases.get(row["item"])
    if title is None:
        return Discussed(HIDDEN_CASE, "", "")
    return Discussed(title, row["text"], row["decision"] or decided.get(row["item"], ""))


def case_titles(meeting: Meeting, reader: AnyUser) -> dict[int, str]:
    """Number and title of the cases on the agenda that the reader may know of, by item; one statement."""
    rows = CaseOnAgenda.objects.readable_by(reader).filter(item__meeting=meeting).select_related("proposal")
    return {row.item_id: f"{row.proposal.number} {row.proposal.local_title}" for row in rows}


def decisions(meeting: Meeting, reader: AnyUser) -> dict[int, str]:
    """What was decided of the cases that the reader may know of, by item."""
    rows = MeetingDecision.objects.visible_to(reader).filter(on_agenda__item__meeting=meeting)
    return {row.on_agenda.item_id: row.get_step_display() for row in rows.select_related("on_agenda")}


def named(rows: Iterable[Record], is_inside: bool, language: str = "zh") -> list[str]:
    """Organisations each once; persons only for those who take part themselves."""
    if is_inside:
        return [" ".join(filter(None, [row["organisation"][language], row["person"]])) for row in rows]
    return list(dict.fromkeys(row["organisation"][language] for row in rows if row["organisation"][language]))


def heading(meeting: Meeting) -> str:
    """法規調適小組第3次工作會議; a title of its own where it has no number."""
    group = meeting.group.name_zh if meeting.group else ""
    return f"{as_group(group)}{meeting.called['zh']}" if group and meeting.number else meeting.title_zh


def office() -> Sender:
    """The alliance as its official papers name it, with the secretariat of today to be reached."""
    known = secretariat_office()
    contact = f"秘書處（{known.organisation_zh}）" if known.organisation_zh else Sender.contact
    return Sender(settings.PORTAL_NAME[CHINESE], known.address_zh, known.phone, known.email, contact)


def _name(row: Participant) -> str:
    organisation = row.organisation.name_zh if row.organisation else ""
    return " ".join(filter(None, [organisation, row.user.name if row.user else ""]))


def _owned(item: ActionItem) -> str:
    """For those who take part: the organisation, or the person."""
    return item.organisation.name_zh if item.organisation else str(item.owner or "")


def _owner(row: Record, is_inside: bool) -> str:
    return row["organisation"]["zh"] or (row["person"] if is_inside else "小組成員")
