"""The latest overall date of a case whose clock stands for a cause: it follows, day by day."""

from django.db import transaction
from django.db.models import QuerySet

from members import clock
from proposals.actions.record import lock
from proposals.actions.timing import update_latest_overall
from proposals.models import Heartbeat, Pause, Proposal

ROUND = "latest"


def cases_standing() -> QuerySet[Proposal]:
    """Those with an open pause for a cause; none once the day's round has been made."""
    if Heartbeat.objects.filter(name=ROUND, at__date=clock.today()).exists():
        return Proposal.objects.none()
    pauses = Pause.objects.for_cause().open()
    return Proposal.objects.filter(pk__in=pauses.values("proposal")).order_by("pk")


def note_end_of_round() -> None:
    Heartbeat.beat(ROUND)


@transaction.atomic
def follow_pause(proposal: Proposal) -> bool:
    """Counts the pause until today; returns whether the date moved. No step was taken: no line says so."""
    case = lock(proposal)
    before = case.latest_overall_on
    return update_latest_overall(case) != before
