"""Minutes from draft to publication. What was published is never changed: a correction is another version."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.refusals import NotAllowed, Refused
from workinggroups.models import ActionItem, Meeting, Minutes, Participant
from workinggroups.permissions import approves_minutes

from .meetings import lock_meeting

Presence = Participant.Presence
NOT_NOW = _("The minutes are not in the state for this any more. Look at them as they stand now.")


@transaction.atomic
def write_minutes(*, user: User, meeting: Meeting, opening: str = "", other_business: str = "") -> Minutes:
    """Begins the draft, or changes its words. What was said on each item is kept with the agenda."""
    row = lock_meeting(meeting, user)
    if row.is_cancelled:
        raise Refused(_("This meeting was cancelled: it has no minutes."))
    if not row.has_begun:
        raise Refused(_("The meeting has not begun yet: minutes follow it."))
    minutes = row.minutes.open().select_for_update(of=("self",)).first()
    if minutes is None:
        if row.minutes.exists():
            raise Refused(_("The minutes are published. Begin a correction, which says why."))
        minutes = Minutes(meeting=row, drafted_by=user)
    elif not minutes.is_draft:
        raise Refused(_("The minutes are approved. Take the approval back before you change them."))
    minutes.opening, minutes.other_business = opening.strip(), other_business.strip()
    minutes.save()
    return minutes


@transaction.atomic
def approve_minutes(*, user: User, meeting: Meeting) -> Minutes:
    """The convener's word that they are right. From now on they are kept as they stand."""
    row = lock_meeting(meeting, user)
    if not approves_minutes(user, row):
        raise NotAllowed(_("The convener or deputy of the group approves its minutes. Nothing was changed."))
    minutes = _at_work(row, Minutes.State.DRAFT)
    minutes.record = record_of(row, minutes)
    minutes.state, minutes.approved_at, minutes.approved_by = Minutes.State.APPROVED, clock.now(), user
    minutes.save()
    return minutes


@transaction.atomic
def take_back_approval(*, user: User, meeting: Meeting) -> Minutes:
    """Back to the draft, as long as nothing is published."""
    row = lock_meeting(meeting, user)
    if not approves_minutes(user, row):
        raise NotAllowed
    minutes = _at_work(row, Minutes.State.APPROVED)
    minutes.state, minutes.approved_at, minutes.approved_by = Minutes.State.DRAFT, None, None
    minutes.record = {}
    minutes.save()
    return minutes


@transaction.atomic
def publish_minutes(*, user: User, meeting: Meeting) -> Minutes:
    """Everybody who may know of the meeting reads them from now on; their clock stops with the first ones."""
    row = lock_meeting(meeting, user)
    minutes = _at_work(row, Minutes.State.APPROVED)
    minutes.state, minutes.published_at, minutes.published_by = Minutes.State.PUBLISHED, clock.now(), user
    minutes.save()
    row.minutes_published_on = row.minutes_published_on or clock.today()
    row.save(update_fields=["minutes_published_on"])
    return minutes


@transaction.atomic
def correct_minutes(*, user: User, meeting: Meeting, reason: str) -> Minutes:
    """Begins another version, with the reason that stands on it; the version before stays readable."""
    row = lock_meeting(meeting, user)
    last = row.minutes.order_by("version").last()
    if last is None or last.state != Minutes.State.PUBLISHED:
        raise Refused(_("Nothing is published yet: change the draft."))
    if not reason.strip():
        raise Refused(_("Write what is corrected, and why."))
    return Minutes.objects.create(
        meeting=row,
        version=last.version + 1,
        correction_reason=reason.strip(),
        opening=last.opening,
        other_business=last.other_business,
        drafted_by=user,
    )


def _at_work(meeting: Meeting, state: str) -> Minutes:
    minutes = meeting.minutes.open().select_for_update(of=("self",)).first()
    if minutes is None or minutes.state != state:
        raise Refused(NOT_NOW)
    return minutes


def record_of(meeting: Meeting, minutes: Minutes) -> dict[str, Any]:
    """Who was there, what was said and decided, and who does what, as it stands now. Of a case no word."""
    people = list(meeting.participants.select_related("user", "organisation"))
    return {
        "title": {"zh": meeting.title_zh, "en": meeting.title_en},
        "place": {"zh": meeting.place_zh, "en": meeting.place_en},
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat() if meeting.ends_at else "",
        "chair": meeting.chaired_by,
        "recorder": meeting.recorded_by,
        **{
            str(presence): [_named(row) for row in people if row.presence == presence]
            for presence in Presence
        },
        "opening": minutes.opening,
        "items": [
            {
                "item": item.pk,
                "title": {"zh": item.title_zh, "en": item.title_en},
                "text": item.minutes_text,
                "decision": item.decision_text,
            }
            for item in meeting.agenda.order_by("position")
        ],
        "other": minutes.other_business,
        "actions": [_told(item) for item in meeting.action_items.told()],
    }


def _named(row: Participant) -> dict[str, Any]:
    """A person with the organisation for which they came; of an organisation, who came."""
    person = row.user.name if row.user else ""
    return {
        "part": row.part,
        "organisation": _names(row.organisation),
        "person": row.represented_by or person,
    }


def _told(item: ActionItem) -> dict[str, Any]:
    return {
        "text": item.text,
        "organisation": _names(item.organisation),
        "person": item.owner.name if item.owner else "",
        "due_on": item.due_on.isoformat(),
    }


def _names(organisation: Organisation | None) -> dict[str, str]:
    if organisation is None:
        return {"zh": "", "en": ""}
    return {"zh": organisation.name_zh, "en": organisation.name_en or organisation.name_zh}
