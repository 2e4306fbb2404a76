"""What the officers think of a case, criterion by criterion. It decides nothing by itself."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import NotAllowed, Refused
from proposals.models import Criterion, Proposal, Score
from proposals.permissions import can_triage

from .record import lock


@transaction.atomic
def score_proposal(
    *, user: User, proposal: Proposal, scores: Mapping[Criterion, tuple[int | None, str]]
) -> list[Score]:
    """Keeps the officer's own scores, one for each criterion; None takes one's own back. No timeline entry.

    Never shown to the proposer, the ministries or the public; others' scores stay as they are.
    """
    case = lock(proposal)
    if not can_triage(user, case):
        raise NotAllowed
    if not case.is_open:
        raise Refused(_("The case is decided; its scores stay as they are."))
    kept = []
    for criterion, (points, note) in scores.items():
        own = Score.objects.filter(proposal=case, criterion=criterion, officer=user)
        if points is None:
            own.delete()
            continue
        if not criterion.is_active:
            raise Refused(_("The criterion “%(name)s” is no longer in use.") % {"name": criterion})
        if not 0 <= points <= criterion.highest:
            raise Refused(
                _("“%(name)s” is scored from 0 to %(highest)d.")
                % {"name": criterion, "highest": criterion.highest}
            )
        values = {"score": points, "note": note.strip(), "scored_at": clock.now()}
        kept.append(
            own.update_or_create(criterion=criterion, officer=user, proposal=case, defaults=values)[0]
        )
    return kept
