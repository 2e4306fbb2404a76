"""Letters to those whom a step of a case concerns, written in the same transaction as the step."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache, partial
from typing import Any

from django.db.models import QuerySet

from members.actions.letters import write_letter
from members.models import Absence, Affiliation, Organisation, User
from members.models.people import secretariat
from proposals.models import Deadline, Proposal, Referral
from proposals.models.circles import heirs_of, representatives_of, sponsoring
from proposals.models.deadlines import ANSWERS, Kind
from proposals.models.timeline import TimelineEntry
from proposals.permissions import deciders_of
from workinggroups.models import Seat, WorkingGroup

from .due_dates import dates_of_event

TELL_WHEN_TO_ANSWER = (
    "referred",
    "reconsideration_asked",
    "question_answered",
    "question_lapsed",
    "secrecy_check_over",
    "extended",
    "handed_over",
    "handed_over_proposer",
    "handed_over_triage",
)
"""Letters that name the day by which a ministry answers."""


def triage_officers(proposal: Proposal) -> QuerySet[User]:
    """The group's officers who may decide today; where there is none, the secretariat."""
    return deciders_of(proposal) or secretariat()


def officers(group: WorkingGroup | None) -> QuerySet[User]:
    """Convener, deputy and secretary of a group: they answer for its minutes."""
    return Seat.objects.current().filter(group=group).with_role(*Seat.TRIAGING).people()


def people_of(body: Organisation, *roles: str) -> QuerySet[User]:
    return Affiliation.objects.current().with_role(*roles).filter(organisation=body).people()


def liaisons_of(body: Organisation) -> list[User]:
    """Whom the letters to a body reach today."""
    return answering_people([body.pk])[body.pk]


def answering_people(bodies: Collection[int]) -> dict[int, list[User]]:
    """Whom letters and reminders reach today, by body: the deputies while the liaison is away.

    Of those who answer for it they are the ones who are there; where all are away, everybody, and the
    secretariat is told (`reminders.absences`). Two statements, however many bodies.
    """
    rows = Affiliation.objects.current().with_role(*Affiliation.ANSWERING)
    rows = rows.filter(organisation__in=bodies, user__is_active=True).select_related("user")
    everybody: dict[int, list[User]] = {body: [] for body in bodies}
    for row in rows.order_by("user_id"):
        if row.user not in everybody[row.organisation_id]:
            everybody[row.organisation_id].append(row.user)
    away = set(Absence.objects.current().values_list("user", flat=True))
    return {body: [u for u in people if u.pk not in away] or people for body, people in everybody.items()}


def notify(
    entry: TimelineEntry,
    letter: str,
    recipients: Iterable[User],
    context: Mapping[str, object],
    *,
    copies: Iterable[str] = (),
) -> None:
    """One letter to each, named by the timeline entry that gave rise to it: written twice is sent once."""
    about = {"proposal": entry.proposal, "referral": entry.referral, "entry": entry}
    dates = _dates_in(letter, {**about, **context})
    file = cache(partial(dates_of_event, dates))
    for user in recipients:
        write_letter(
            key=f"case/{entry.pk}/{letter}/{user.pk}",
            kind=letter,
            recipient=user,
            template=f"proposals/letters/{letter}.txt",
            context={**about, **context},
            copies=[address for address in copies if address],
            calendar=file(user.language),
        )


def _dates_in(letter: str, context: Mapping[str, Any]) -> list[Deadline]:
    """The deadlines whose due date the letter tells: they go with it as a calendar file."""
    if deadline := context.get("deadline"):
        return [deadline]
    if moves := context.get("moves"):
        return [move.deadline for move in moves]
    referral = context.get("referral")
    if referral is None or letter not in TELL_WHEN_TO_ANSWER:
        return []
    return list(Deadline.objects.unsettled().filter(referral=referral, kind__in=ANSWERS))


def proposers(proposal: Proposal) -> list[User]:
    """Whom the proposer's letters reach today: the representatives of the lead, and where there is none the
    secretariat. Nobody of an imported case, which has no proposer."""
    people = list(representatives_of(proposal))
    return people or (list(secretariat()) if proposal.lead else [])


def notify_proposer(entry: TimelineEntry, letter: str, **context: object) -> None:
    """To `proposers`; a letter that comes to the secretariat in their place says so."""
    case = entry.proposal
    stands_in = None if representatives_of(case).exists() else case.lead
    notify(entry, letter, proposers(case), {**context, "instead_of": stands_in})


def notify_sponsors(entry: TimelineEntry, letter: str, **context: object) -> None:
    """To whoever stands beside the proposer: co-sponsors, and those who joined by a merger."""
    own = representatives_of(entry.proposal).values("pk")
    notify(entry, letter, sponsoring(entry.proposal).exclude(pk__in=own), context)


def notify_associations(entry: TimelineEntry) -> None:
    """A case that is public from now on may be taken over by associations too, while it is without a lead.

    Its co-sponsors know already. Before the clock has noted that the lead has left there is no period yet;
    all of them are told then.
    """
    case = entry.proposal
    period = Deadline.objects.unsettled().filter(proposal=case, kind=Kind.TAKEOVER).first()
    if period:
        people = set(heirs_of(case)) - set(sponsoring(case))
        notify(entry, "lead_left_heir", people, {"deadline": period})


def notify_triage(entry: TimelineEntry, letter: str, **context: object) -> None:
    notify(entry, letter, triage_officers(entry.proposal), context)


def notify_ministry(entry: TimelineEntry, letter: str, referral: Referral, **context: object) -> None:
    """To the liaisons and the unit mailbox; to the secretariat where a ministry has no liaison."""
    body = referral.ministry
    people = liaisons_of(body)
    context |= {"referral": referral, "instead_of": None if people else body}
    notify(entry, letter, people or secretariat(), context, copies=[body.mailbox])
