"""併案: of two cases that ask the same one goes on for both; it can be undone until the ministries have it.

Nobody signs and nobody reads more than before: who joins by a merger reads what will be public of the other
case, never its restricted text nor what its parties tell each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Affiliation, Organisation, User
from members.refusals import NotAllowed, Refused, Stale
from proposals.models import Deadline, Follow, Follower, Proposal, Sponsor, TimelineEntry
from proposals.models.circles import recused_of, sponsoring
from proposals.models.deadlines import Kind
from proposals.models.timeline import Visibility
from proposals.permissions import can_triage, has_interest, triage_side
from proposals.states import MERGED_INTO, UNMERGED_WHILE, Party, PauseCause, ProposalState

from .notices import notify, people_of, proposers
from .pauses import end_with_its_clock
from .record import check_step, lock, record
from .timing import pause, recount, settle_all, update_latest_overall

CLOCKS = {ProposalState.SCREENING: Kind.SCREENING, ProposalState.DISCUSSION: Kind.DISCUSSION}


@dataclass(frozen=True)
class Preview:
    """What a merger would bring with it."""

    joining: Sequence[Organisation]
    followers: int


def preview_merger(*, user: User, proposal: Proposal, into: Proposal) -> Preview:
    """What would happen, with nothing written; raises Refused where the merger is not possible."""
    check_step(proposal, "merge", user)
    _check(user, proposal, into)
    followers = Follow.objects.confirmed().filter(proposal=proposal).count()
    return Preview(_joining(proposal, into), followers)


@transaction.atomic
def merge_proposal(
    *, user: User, proposal: Proposal, into: Proposal, reason: str, expected_version: int | None = None
) -> Proposal:
    """Ends a case in another one that is open and not referred. It stays readable to whoever could read it.

    Its proposer and co-sponsors join the other case, its followers follow that one too, its clock stops: it
    is done with the other's answer. Both proposers are told, and whoever stands beside them.
    """
    followers = _hold_followers(proposal)
    case, target = _lock_both(proposal, into, expected_version)
    check_step(case, "merge", user)
    _check(user, case, target)
    if not reason.strip():
        raise Refused(_("Write why the two cases are one: both proposers read it."))
    case.return_state, case.state = case.state, ProposalState.MERGED
    case.merged_into, case.ended_at = target, clock.now()
    case.save()
    end_with_its_clock(case)
    settle_all(case)
    update_latest_overall(case)
    told = _people_of(target)
    stood_aside = set(recused_of(target))
    joined = _join(case, target, user)
    entry, here = _record_both(case, target, "merged", user, reason.strip())
    if set(recused_of(target)) - stood_aside:
        record(target, "recused", role=Party.CLOCK)
    _carry_over(followers, target)
    about = {"into": target, "case": case, "joined": joined, "text": reason.strip()}
    notify(entry, "merged", _people_of(case), about)
    notify(here, "merged_here", told, about)
    return case


@transaction.atomic
def unmerge_proposal(
    *, user: User, proposal: Proposal, text: str, expected_version: int | None = None
) -> Proposal:
    """Takes a merger back before the referral: the case goes on where it stood, the others leave again.

    The days until the merger are kept; those since do not count for its date. The total time runs on.
    """
    into = Proposal.objects.filter(merged_cases=proposal).first()
    if into is None:
        case = lock(proposal, expected_version=expected_version)
        check_step(case, "unmerge", user)
        raise Stale
    case, target = _lock_both(proposal, into, expected_version)
    check_step(case, "unmerge", user)
    if case.merged_into_id != target.pk or case.ended_at is None:
        raise Stale
    if has_interest(user, target):
        raise NotAllowed(_stands_aside(target))
    if target.state not in UNMERGED_WHILE:
        raise Refused(
            _("%(number)s has gone to the ministries: the merger stands. Nothing was changed.")
            % {"number": target.number}
        )
    if not text.strip():
        raise Refused(_("Write why the case goes on by itself: both proposers read it."))
    merged_on = clock.local_date(case.ended_at)
    told_here = _people_of(case)
    case.state, case.return_state = case.return_state, ""
    case.merged_into, case.ended_at = None, None
    case.save()
    left = _leave(case, target, user)
    deadline = _run_on(case, merged_on)
    entry, there = _record_both(case, target, "unmerged", user, text.strip())
    about = {"into": target, "case": case, "left": left, "deadline": deadline, "text": text.strip()}
    notify(entry, "unmerged", told_here, about)
    notify(there, "unmerged_here", _people_of(target), about)
    return case


def tell_joined(entry: TimelineEntry) -> None:
    """Whoever joined by a merger hears what becomes of the case in which its own is dealt with."""
    case = entry.proposal
    for row in case.sponsors.joined().select_related("merged_from", "organisation"):
        readers = people_of(row.organisation, Affiliation.Role.REPRESENTATIVE)
        notify(entry, "merged_on", readers, {"own": row.merged_from})


def _check(user: User, case: Proposal, into: Proposal) -> None:
    """Raises Refused, with what to do instead, where this officer cannot merge the case into that one."""
    number = {"number": into.number}
    if into.pk == case.pk:
        raise Refused(_("A case is not merged into itself: name another one."))
    if not can_triage(user, into):
        if has_interest(user, into):
            raise NotAllowed(_stands_aside(into))
        raise Refused(
            _(
                "%(number)s belongs to a group whose officers you are not among. Move this case to that "
                "group: there the two can be merged."
            )
            % number
        )
    if into.is_merged:
        raise Refused(_("%(number)s was merged into another case itself: name that one.") % number)
    if into.state not in MERGED_INTO:
        raise Refused(
            _("%(number)s is “%(state)s” now. A case is merged into one that is open and not yet referred.")
            % {**number, "state": into.get_state_display()}
        )
    if case.merged_cases.exists():
        raise Refused(
            _("Other cases were merged into this one. Merge %(number)s into it, or undo those mergers first.")
            % number
        )
    if case.accepted_at and not into.accepted_at:
        raise Refused(
            _("This case is public, %(number)s is not yet. Accept that one first, or merge it into this one.")
            % number
        )


def _stands_aside(case: Proposal) -> str:
    return _(
        "You take no part in %(number)s (recusal). Another officer of the group decides, or the secretariat."
    ) % {"number": case.number}


def _lock_both(proposal: Proposal, into: Proposal, expected_version: int | None) -> tuple[Proposal, Proposal]:
    """Both rows, locked in the order of their keys: two mergers crosswise never wait for each other."""
    rows = {
        row.pk: lock(row, expected_version=expected_version if row.pk == proposal.pk else None)
        for row in sorted({proposal, into}, key=lambda row: row.pk)
    }
    return rows[proposal.pk], rows[into.pk]


def _record_both(
    case: Proposal, target: Proposal, kind: str, user: User, text: str
) -> tuple[TimelineEntry, TimelineEntry]:
    """A line in each history, naming the other case; public where what it names is."""
    shown = {False: Visibility.PARTIES, True: Visibility.PUBLIC}
    entry = record(
        case,
        kind,
        role=triage_side(user, case),
        actor=user,
        text=text,
        visibility=shown[case.accepted_at is not None],
        case=target.number,
    )
    there = record(
        target,
        f"{kind}_here",
        role=triage_side(user, target),
        actor=user,
        text=text,
        visibility=shown[case.accepted_at is not None and target.accepted_at is not None],
        case=case.number,
    )
    return entry, there


# --- who joins -------------------------------------------------------------------------------------


def _joining(case: Proposal, target: Proposal) -> list[Organisation]:
    """The proposer and the co-sponsors of a case, those aside who stand behind the other one already."""
    behind = Q(pk=_lead_of(case)) | Q(pk__in=case.sponsors.signed().values("organisation"))
    there = Q(pk=_lead_of(target)) | Q(pk__in=target.sponsors.values("organisation"))
    return list(Organisation.objects.filter(behind).exclude(there).order_by("pk").distinct())


def _lead_of(case: Proposal) -> int | None:
    return case.lead.pk if case.lead else None


def _join(case: Proposal, target: Proposal, user: User) -> list[Organisation]:
    joining = _joining(case, target)
    for organisation in joining:
        Sponsor.objects.create(
            proposal=target,
            organisation=organisation,
            invited_at=clock.now(),
            invited_by=user,
            merged_from=case,
        )
    return joining


def _leave(case: Proposal, target: Proposal, user: User) -> list[Organisation]:
    """Those who joined with the case leave, unless they stand behind another one that is merged here."""
    rows = Sponsor.objects.joined().filter(proposal=target, merged_from=case).select_related("organisation")
    left = [row.organisation for row in rows]
    rows.delete()
    staying = [found.pk for other in target.merged_cases.all() for found in _join(other, target, user)]
    return [organisation for organisation in left if organisation.pk not in staying]


def _people_of(case: Proposal) -> list[User]:
    """Whom its proposer's letters reach, and the representatives of whoever stands beside it."""
    return sorted({*proposers(case), *sponsoring(case)}, key=lambda user: user.pk)


# --- the clock -------------------------------------------------------------------------------------


def _run_on(case: Proposal, merged_on: date) -> Deadline:
    """Reopens the clock that the merger stopped, moved by the days that the case was merged."""
    kind = CLOCKS[ProposalState(case.state)]
    deadline = Deadline.objects.filter(proposal=case, kind=kind).latest("pk")
    deadline.settled_at = None
    recount(deadline)
    if merged_on < clock.today():
        pause(case, cause=PauseCause.MERGED, starts_on=merged_on, ends_on=clock.today())
        deadline.refresh_from_db()
    update_latest_overall(case)
    return deadline


# --- followers -------------------------------------------------------------------------------------


def _hold_followers(proposal: Proposal) -> list[Follower]:
    """Locks the followers before the cases, in the order in which following locks them."""
    followed = Follow.objects.confirmed().filter(proposal=proposal).values("follower")
    return list(Follower.objects.select_for_update().filter(pk__in=followed).order_by("pk"))


def _carry_over(followers: Sequence[Follower], target: Proposal) -> None:
    """They follow the other case too, from now on; whoever does already is left alone."""
    now = clock.now()
    rows = [
        Follow(follower=follower, proposal=target, confirmed_at=now, told_until=now) for follower in followers
    ]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)
