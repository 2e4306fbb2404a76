"""A letter that could not be delivered is sent once more, by hand."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.bell import ring
from members.models import Letter, User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused

from .letters import SEND


@transaction.atomic
def send_letter_again(*, user: User, letter: Letter) -> Letter:
    """Puts a failed letter back among those that are due, with all its attempts before it.

    The secretariat alone. The letter keeps its text and its Message-ID. Raises Refused unless it failed.
    """
    if not is_secretariat(user):
        raise NotAllowed
    row = Letter.objects.select_for_update().get(pk=letter.pk)
    if row.state != Letter.State.FAILED:
        raise Refused(
            _("Only a failed letter can be sent again; this one is “%(state)s”.")
            % {"state": row.get_state_display()}
        )
    row.state, row.attempts, row.not_before = Letter.State.DUE, 0, clock.now()
    row.save(update_fields=["state", "attempts", "not_before"])
    transaction.on_commit(partial(ring, SEND))
    return row
