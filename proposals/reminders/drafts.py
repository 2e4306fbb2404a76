"""Drafts that nobody has touched for long: one letter to those who may go on with them, then silence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet

from members import clock
from members.actions.letters import address_of, write_letter
from members.models import Affiliation, Letter, Organisation, User
from members.permissions import represented
from proposals.models import Proposal
from proposals.states import ProposalState

KIND = "draft_stale"
# A month is longer than most organisations need to agree on a text, and short enough to remember it. After
# two months more somebody is asked once again; then silence is taken for an answer.
SILENT_DAYS = (30, 90)


@dataclass(frozen=True)
class Stale:
    """A draft with the day of silence that it has reached last."""

    draft: Proposal
    days: int

    @property
    def saved_on(self) -> date:
        return clock.local_date(self.draft.saved_at)

    @property
    def reached_on(self) -> date:
        return self.saved_on + timedelta(days=self.days)

    @property
    def url(self) -> str:
        return address_of("proposals:draft", self.draft.draft_id)


def stale_drafts() -> QuerySet[Proposal]:
    """Drafts of today's members, saved last a month ago or before."""
    before = clock.now() - timedelta(days=SILENT_DAYS[0] - 1)
    members = Organisation.objects.members()
    return Proposal.objects.filter(
        state=ProposalState.DRAFT, saved_at__lt=before, organisation__in=members
    ).order_by("saved_at", "pk")


def owners() -> list[int]:
    """The representatives of organisations with such drafts."""
    rows = Affiliation.objects.current().with_role(Affiliation.Role.REPRESENTATIVE)
    rows = rows.filter(organisation__in=stale_drafts().order_by().values("organisation"))
    return list(rows.people().order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def write_stale_drafts(user_pk: int) -> Letter | None:
    """One letter with all drafts whose day has come since the last such letter; None without any.

    A letter holds every draft whose day had come when it was written: what came later is new.
    """
    user = User.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=user_pk).first()
    if user is None or not user.is_active:
        return None
    found = stages_of(stale_drafts().filter(organisation__in=represented(user)))
    last = Letter.objects.filter(kind=KIND, recipient=user).aggregate(at=Max("created_at"))["at"]
    new = [stale for stale in found if last is None or stale.reached_on > clock.local_date(last)]
    if not new:
        return None
    newest = max(new, key=lambda stale: (stale.reached_on, stale.draft.pk))
    return write_letter(
        key=f"{KIND}/{user.pk}/{newest.draft.pk}/{newest.saved_on.isoformat()}/{newest.days}",
        kind=KIND,
        recipient=user,
        template="proposals/letters/draft_stale.txt",
        context={"drafts": new},
    )


def stages_of(drafts: Iterable[Proposal]) -> list[Stale]:
    today = clock.today()
    reached = []
    for draft in drafts:
        silent = (today - clock.local_date(draft.saved_at)).days
        reached += [Stale(draft, days) for days in SILENT_DAYS if silent >= days][-1:]
    return reached
