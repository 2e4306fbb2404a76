"""交接: a person's role ends, and what hangs on it goes on with a colleague, or its organisation or group.

Work belongs to organisations and groups; their clocks never stand still for a person. What carries a person's
own name, tasks and invitations, passes to whoever is named, at once. The history of a case that passes says
so without names.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.actions.letters import write_letter
from members.actions.secretariat import check_somebody_stays
from members.models import Affiliation, Organisation, User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from proposals.models import FollowUp, Proposal, Referral
from proposals.models.leftovers import Role, Work, colleagues_of, work_of
from proposals.models.timeline import Visibility
from proposals.states import Party
from workinggroups.models import ActionItem, Participant

from .record import lock, record


@transaction.atomic
def end_role(*, user: User, role: Role, ends_on: date, takers: Mapping[str, User | None]) -> list[Work]:
    """Ends the role from a day on, and hands over what hangs on it. Gives what was handed to somebody.

    `takers` names, by key of the work, somebody with a fitting role, or nobody: then it stays with the
    organisation or the group. What has no keeper needs somebody, as long as there is somebody.
    """
    if not is_secretariat(user):
        raise NotAllowed
    row: Any = type(role).objects.select_for_update(of=("self",)).get(pk=role.pk)
    _check(row, ends_on)
    fitting = set(colleagues_of(row, ends_on))
    works = work_of(row)
    for work in works:
        taker = takers.get(work.key)
        if taker is not None and taker not in fitting:
            raise Refused(_("%(name)s holds no fitting role. Choose somebody else.") % {"name": taker})
        if taker is None and work.keeper is None and fitting:
            raise Refused(_("Choose who takes “%(what)s”.") % {"what": work.named[0]})
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
    passed = [(work, takers.get(work.key)) for work in works]
    for work, taker in passed:
        _hand_over(work, taker)
    _note([work for work, taker in passed if taker is not None], user)
    _tell(row, passed)
    return [work for work, taker in passed if taker is not None]


@transaction.atomic
def end_membership(*, user: User, organisation: Organisation, on: date, reason: str) -> Organisation:
    """From a day on it is no member of the alliance: its people have no right by it any more.

    What becomes of its cases is `actions.takeover`; their roles stay rows, and letters still reach them. The
    day may have passed: others' period to take a case over is counted from when the clock notes it.
    """
    if not is_secretariat(user):
        raise NotAllowed
    row = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if row.joined_on is None or row.has_left:
        raise Refused(_("This organisation is no member. Nothing was changed."))
    if on <= row.joined_on:
        raise Refused(_("The membership ends after it has begun. Correct the day."))
    row.left_on, row.left_for = on, reason
    row.save(update_fields=["left_on", "left_for"])
    return row


def _check(row: Role, ends_on: date) -> None:
    today = clock.today()
    if row.ends_on is not None and row.ends_on <= today:
        raise Refused(_("This role has ended already. Nothing was changed."))
    if ends_on < max(today, row.starts_on):
        raise Refused(_("A role ends today at the earliest, and not before it begins. Correct the day."))
    if row.role == Affiliation.Role.SECRETARIAT:
        check_somebody_stays(leaving=row.user, on=ends_on)


def _hand_over(work: Work, taker: User | None) -> None:
    """The rows that carry a person's name get another one; all else belongs to its keeper anyway."""
    kind, _dash, pk = work.key.partition("-")
    if kind == "task" and (taker or work.keeper):
        home = work.keeper if isinstance(work.keeper, Organisation) and taker is None else None
        ActionItem.objects.filter(pk=pk).update(owner=taker, organisation=home)
    elif kind == "invitation":
        _pass_invitation(Participant.objects.get(pk=pk), taker, work.keeper)
    elif kind == "drafts" and taker:
        Proposal.objects.filter(pk__in=[draft.pk for draft in work.rows]).update(created_by=taker)


def _pass_invitation(row: Participant, taker: User | None, keeper: object) -> None:
    """To the colleague, or to the organisation alone; whoever is invited already is not invited twice."""
    beside = Participant.objects.filter(meeting=row.meeting_id).exclude(pk=row.pk)
    home = keeper if isinstance(keeper, Organisation) else None
    if taker is not None:
        doubled = beside.filter(user=taker).exists()
    elif home is not None:
        doubled = beside.filter(user__isnull=True, organisation=home).exists()
        row.organisation = home
    else:
        return
    if doubled:
        row.delete()
        return
    row.user, row.reply, row.replied_at = taker, "", None
    row.save()


def _note(works: list[Work], user: User) -> None:
    """A line in the history of each case that passes: without names, for those whom it concerns."""
    about: dict[tuple[int, int], tuple[Proposal, Referral | None, str]] = {}
    for work in works:
        for thing in work.rows:
            referral = thing.referral if isinstance(thing, FollowUp) else thing
            if isinstance(referral, Referral):
                about[referral.proposal_id, referral.pk] = referral.proposal, referral, Visibility.MINISTRY
            elif isinstance(thing, Proposal) and not thing.is_draft:
                seen_by = Visibility.GROUP if work.key == "triage" else Visibility.PARTIES
                about[thing.pk, 0] = thing, None, seen_by
    for _key, (case, referral, visibility) in sorted(about.items(), key=lambda item: item[0]):
        record(
            lock(case),
            "passed_on",
            role=Party.SECRETARIAT,
            actor=user,
            referral=referral,
            visibility=visibility,
        )


def _tell(row: Role, passed: list[tuple[Work, User | None]]) -> None:
    """One letter to each colleague with all that is theirs now."""
    takers = {taker.pk: taker for _work, taker in passed if taker is not None}
    for pk, taker in takers.items():
        write_letter(
            key=f"leaving/{type(row).__name__.lower()}/{row.pk}/{row.ends_on}/{pk}",
            kind="handed_to_you",
            recipient=taker,
            template="proposals/letters/handed_to_you.txt",
            context={"works": [work for work, whose in passed if whose == taker], "role": row},
        )
