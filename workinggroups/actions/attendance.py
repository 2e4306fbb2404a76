"""What the invited reply, and what the owners of action items have done."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import NotAllowed, Refused
from workinggroups.models import ActionItem, Participant
from workinggroups.permissions import may_finish


@transaction.atomic
def reply_to_invitation(*, user: User, participant: Participant, comes: bool) -> Participant:
    """The word of the invited one, or of whoever acts for the organisation; may change until it begins."""
    rows = Participant.objects.select_for_update(of=("self",)).select_related("meeting")
    row = rows.get(pk=participant.pk)
    if not Participant.objects.of(user).filter(pk=row.pk).exists():
        raise NotAllowed
    if row.meeting.is_cancelled:
        raise Refused(_("This meeting was cancelled. No reply is needed."))
    if row.meeting.has_begun:
        raise Refused(_("The meeting has begun. Nothing was changed."))
    row.reply = Participant.Reply.YES if comes else Participant.Reply.NO
    row.replied_at = clock.now()
    row.save()
    return row


@transaction.atomic
def finish_action_item(*, user: User, item: ActionItem) -> ActionItem:
    """Done: from now on it stands on no further agenda. Marked twice is marked once."""
    rows = ActionItem.objects.select_for_update(of=("self",))
    row = rows.select_related("meeting__group", "organisation").get(pk=item.pk)
    if not may_finish(user, row):
        raise NotAllowed
    if row.done_at is None:
        row.done_at, row.done_by = clock.now(), user
        row.save()
    return row
