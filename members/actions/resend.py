"""A letter that nobody received is sent once more, by hand."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.bell import ring
from members.models import Letter, User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused

from .letters import SEND, message_id


@transaction.atomic
def send_letter_again(*, user: User, letter: Letter) -> Letter:
    """Puts a failed letter, or one that came back, among those that are due, to the person's present address.

    The secretariat alone. The text stays. A letter that came back gets a new Message-ID: the relay has taken
    the old one, and a late notification of it must not touch the new. Raises Refused for any other letter.
    """
    if not is_secretariat(user):
        raise NotAllowed
    row = Letter.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=letter.pk)
    if row.state != Letter.State.FAILED and row.bounced_at is None:
        raise Refused(
            _("Only a letter that nobody received can be sent again; this one is “%(state)s”.")
            % {"state": row.get_state_display()}
        )
    if row.recipient and row.recipient.erased_at:
        raise Refused(_("The account has been deleted: there is nobody to write to. Nothing was changed."))
    if row.bounced_at:
        row.message_id = message_id(f"{row.key}/{row.bounced_at.isoformat()}")
    if row.recipient:
        row.to = row.recipient.email
    row.state, row.attempts, row.not_before = Letter.State.DUE, 0, clock.now()
    row.sent_at = row.bounced_at = row.reported_at = None
    row.save()
    transaction.on_commit(partial(ring, SEND))
    return row
