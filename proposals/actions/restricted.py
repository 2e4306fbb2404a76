"""Restricted text: opened to those in whom the proposer confides, each time with a line in its log.

To everybody it opens on the proposer's renewed word alone, a week after that was announced to all who know
of the restriction. From the day on it is public whether or not the clock has come round (`PublicOpening`);
the clock notes it in the history, and makes the words findable.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.models.people import secretariat
from members.permissions import AnyUser, bodies_of, is_known, represented
from members.refusals import NotAllowed, Refused
from proposals.models import (
    Attachment,
    Proposal,
    PublicOpening,
    Question,
    RestrictedOpening,
    RestrictedPart,
    RestrictedText,
)
from proposals.models.circles import sponsoring
from proposals.models.timeline import TimelineEntry, Visibility
from proposals.permissions import can_read_restricted, leads
from proposals.states import Party
from workinggroups.permissions import triages

from .notices import liaisons_of, notify, notify_proposer
from .record import check_step, lock, record
from .search import index_proposal

WARNING_DAYS = 7
"""From the announcement to the day: time to hear of it, and for the proposer to think again."""

What, Reader = RestrictedOpening.What, RestrictedOpening.Reader


# --- to those in whom the proposer confides ------------------------------------------------------


@dataclass(frozen=True)
class Confided:
    """The restricted words of a case: its own text, and the parts that stand beside questions and replies."""

    text: str
    parts: list[RestrictedPart]


@transaction.atomic
def open_restricted(*, user: User, proposal: Proposal, what: str = What.TEXT) -> Confided:
    """The restricted words, and lines in the log of openings that the proposer sees. Raises NotAllowed.

    The text and each part have a line of their own; a ZIP has one for everything in it.
    """
    if not can_read_restricted(user, proposal):
        raise NotAllowed
    texts = RestrictedText.objects.visible_to(user).filter(proposal=proposal)
    text = texts.values_list("text", flat=True).first() or ""
    parts = list(
        RestrictedPart.objects.visible_to(user)
        .filter(proposal=proposal)
        .select_related("question__referral__ministry", "proposal__organisation")
    )
    rows = [RestrictedOpening(what=what)]
    if what == What.TEXT:
        rows = rows if text or not parts else []
        rows += [RestrictedOpening(what=What.PART, part=part) for part in parts]
    log_openings(user, proposal, rows)
    return Confided(text, parts)


def write_part(proposal: Proposal, question: Question, side: str, text: str, written_at: datetime) -> bool:
    """Lays the restricted part beside a question or reply that was written just now; whether there is one.

    The caller holds the lock, and has checked who writes.
    """
    if not text.strip():
        return False
    RestrictedPart.objects.create(
        proposal=proposal, question=question, side=side, text=text, written_at=written_at
    )
    return True


def has_restricted_words(proposal: Proposal) -> bool:
    """Whether a case has restricted text, or a restricted part beside a question or reply."""
    return (
        RestrictedText.objects.filter(proposal=proposal).exclude(text="").exists()
        or RestrictedPart.objects.filter(proposal=proposal).exists()
    )


def log_openings(user: AnyUser, proposal: Proposal, rows: list[RestrictedOpening]) -> None:
    """Notes who opened what, and for whom. Not noted: the proposer's own reading, and of what is public."""
    if leads(user, proposal):
        return
    if not (rows := [row for row in rows if not _is_public(proposal, row)]):
        return
    if not is_known(user):
        raise NotAllowed
    bodies = [r.ministry for r in proposal.referrals.filter(ministry__in=bodies_of(user))]
    signed = proposal.sponsors.signed().filter(organisation__in=represented(user))
    backing = [sponsor.organisation for sponsor in signed.select_related("organisation")]
    officer = Reader.OFFICER if triages(user, proposal.group) else Reader.OFFICE
    reader = Reader.MINISTRY if bodies else Reader.SPONSOR if backing else officer
    names = dict.fromkeys(body.name_zh for body in bodies + backing)
    for row in rows:
        row.proposal, row.user, row.reader = proposal, user, reader
        row.on_behalf_of = ("、".join(names) or str(proposal.group))[:160]
    RestrictedOpening.objects.bulk_create(rows)


def _is_public(proposal: Proposal, row: RestrictedOpening) -> bool:
    if row.attachment is not None:
        return Attachment.objects.public().filter(pk=row.attachment.pk).exists()
    if row.part is not None:
        return RestrictedPart.objects.public().filter(pk=row.part.pk).exists()
    return row.what == What.TEXT and RestrictedText.objects.public().filter(proposal=proposal).exists()


# --- to everybody --------------------------------------------------------------------------------


@transaction.atomic
def announce_opening(
    *,
    user: User,
    proposal: Proposal,
    attachment: Attachment | None = None,
    part: RestrictedPart | None = None,
) -> PublicOpening:
    """The proposer's word that its restricted text is public in a week; or one restricted file, or one part
    beside a question or reply.

    Its representatives, the co-sponsors and the bodies of the case are told by letter. Refused for a case
    that is not public. Nobody but the proposer's representative may take this step.
    """
    case = lock(proposal)
    if leads(user, case) and not case.is_public:
        raise Refused(
            _("Restricted text opens on the page of a public case only. This case is not public at present.")
        )
    check_step(case, "announce_opening", user)
    check_can_open(case, attachment, part)
    opening = PublicOpening.objects.create(
        proposal=case,
        attachment=attachment,
        part=part,
        announced_by=user,
        announced_at=clock.now(),
        opens_on=first_public_day(),
    )
    entry = _note(opening, "opening_announced", Party.PROPOSER, user)
    _tell_parties(entry, "opening_announced", opening)
    return opening


def first_public_day() -> date:
    """The day from which everybody reads what is announced today."""
    return clock.today() + timedelta(days=WARNING_DAYS)


def check_can_open(case: Proposal, attachment: Attachment | None, part: RestrictedPart | None) -> None:
    """Raises Refused where there is nothing restricted to open, or its opening is announced already."""
    if case.is_sealed and part is None:
        raise Refused(
            _("What is restricted here was sealed when its proposer left the alliance: nobody opens it.")
        )
    if attachment is not None:
        is_there = attachment.is_restricted and attachment.proposal_id == case.pk
    elif part is not None:
        is_there = RestrictedPart.objects.unsealed().filter(proposal=case, pk=part.pk).exists()
    else:
        is_there = RestrictedText.objects.filter(proposal=case).exclude(text="").exists()
    if not is_there:
        raise Refused(_("There is nothing restricted here that could be opened."))
    if PublicOpening.objects.in_force().filter(proposal=case, attachment=attachment, part=part).exists():
        raise Refused(_("Its opening has been announced already. Nothing was changed."))


@transaction.atomic
def stop_opening(*, user: User, opening: PublicOpening) -> PublicOpening:
    """The proposer takes its word back, until the day before; what is restricted stays restricted."""
    case = lock(opening.proposal)
    row = _locked(opening)
    check_step(case, "stop_opening", user)
    if row.stopped_at is not None:
        raise Refused(_("This opening has been stopped already. Nothing was changed."))
    if not row.is_ahead:
        raise Refused(_("It is public since its day; what everybody has read cannot be closed again."))
    return _stop(row, "opening_stopped", user)


@transaction.atomic
def drop_opening(*, opening: PublicOpening) -> PublicOpening:
    """The clock's step: what is announced of a case that has ended unanswered, or was sealed, opens never."""
    lock(opening.proposal)
    row = _locked(opening)
    if not PublicOpening.objects.to_drop().filter(pk=row.pk).exists():
        raise Refused(_("Nothing is to be stopped here."))
    return _stop(row, "opening_dropped", None)


def _stop(row: PublicOpening, kind: str, user: User | None) -> PublicOpening:
    row.stopped_at, row.stopped_by = clock.now(), user
    row.save()
    entry = _note(row, kind, Party.PROPOSER if user else Party.CLOCK, user)
    _tell_parties(entry, "opening_stopped", row)
    return row


@transaction.atomic
def open_to_public(*, opening: PublicOpening) -> PublicOpening:
    """The clock's step: notes in the history that the day has come, and lets the words be found."""
    case = lock(opening.proposal)
    row = _locked(opening)
    check_step(case, "open_to_public", None)
    if row.opened_at is not None or not PublicOpening.objects.open().filter(pk=row.pk).exists():
        raise Refused(_("There is nothing to open today."))
    row.opened_at = clock.now()
    row.save()
    index_proposal(case)
    _note(row, "restricted_opened", Party.CLOCK, None)
    return row


def _locked(opening: PublicOpening) -> PublicOpening:
    rows = PublicOpening.objects.select_for_update(of=("self",))
    return rows.select_related("proposal", "attachment", "part").get(pk=opening.pk)


def _note(opening: PublicOpening, kind: str, role: Party, user: User | None) -> TimelineEntry:
    """One line of the history; a file's name stands beside it, where it can be erased."""
    is_opened = kind == "restricted_opened"
    return record(
        opening.proposal,
        kind,
        role=role,
        actor=user,
        body=opening.proposal.lead,
        text=opening.attachment.name if opening.attachment else "",
        happened_at=datetime.combine(opening.opens_on, time(), clock.TAIPEI) if is_opened else None,
        visibility=Visibility.PUBLIC if is_opened else Visibility.PARTIES,
        cause="file" if opening.attachment else "part" if opening.part else "",
        opens_on=opening.opens_on.isoformat(),
    )


def _tell_parties(entry: TimelineEntry, letter: str, opening: PublicOpening) -> None:
    """The proposer's representatives, those of the co-sponsors, and the contacts of each body of the case."""
    case = opening.proposal
    context = {"opening": opening}
    notify_proposer(entry, letter, **context)
    notify(entry, letter, sponsoring(case), context)
    for referral in case.referrals.active().select_related("ministry"):
        people = liaisons_of(referral.ministry) or secretariat()
        notify(entry, letter, people, context, copies=[referral.ministry.mailbox])
