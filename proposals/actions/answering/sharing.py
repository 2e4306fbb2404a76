"""Letting the other bodies of a round read one's drafts before they are published, and taking that back."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import Refused
from proposals.models import Referral
from proposals.models.timeline import Visibility
from proposals.states import Party

from ..record import check_referral_step, lock_referral, record


@transaction.atomic
def share_drafts(*, user: User, referral: Referral) -> Referral:
    """From now on the bodies that take part in this round read the drafts, those to come as well.

    Never the proposer, the group or the public. It ends with the part of either body, or when taken back.
    """
    row = lock_referral(referral)
    check_referral_step(row, "share_draft", user)
    if row.drafts_shared_at is None:
        _switch(row, user, is_shared=True)
    return row


@transaction.atomic
def unshare_drafts(*, user: User, referral: Referral) -> Referral:
    """At once nobody but the own body reads the drafts any more."""
    row = lock_referral(referral)
    check_referral_step(row, "unshare_draft", user)
    if row.drafts_shared_at is not None:
        _switch(row, user, is_shared=False)
    return row


def bodies_beside(row: Referral) -> QuerySet[Referral]:
    """The parts of the other bodies that take part in the same round, the lead's first."""
    rows = Referral.objects.active().filter(proposal=row.proposal_id, round=row.round)
    return rows.exclude(pk=row.pk)


def check_share(row: Referral) -> None:
    """Raises Refused where there is nobody to share with, or nothing left to do."""
    if row.drafts_shared_at is not None:
        raise Refused(_("The other bodies of this case read your drafts already."))
    if not bodies_beside(row).exists():
        raise Refused(_("No other body takes part in this round: there is nobody to share with."))


def check_unshare(row: Referral) -> None:
    """Raises Refused where nothing is shared."""
    if row.drafts_shared_at is None:
        raise Refused(_("Your drafts are not shared: only your own body reads them."))


def _switch(row: Referral, user: User, *, is_shared: bool) -> None:
    row.drafts_shared_at = clock.now() if is_shared else None
    row.save(update_fields=["drafts_shared_at"])
    record(
        row.proposal,
        "drafts_shared" if is_shared else "drafts_unshared",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
        visibility=Visibility.MINISTRY,
    )
