"""The official letter of a referral: who may prepare it, what it says, and the number that it bears."""

from collections.abc import Iterable
from datetime import date

from django.utils import translation

from members import clock
from members.actions.letters import address_of
from members.models import User
from members.permissions import is_secretariat
from members.refusals import NotAllowed
from proposals.explanations import amount_in_words
from proposals.letterpack import Asked, Decided, Due, OfficialLetter, Speed
from proposals.models import Attachment, Coordination, Deadline, Referral
from proposals.models.deadlines import ANSWERS
from proposals.models.takeovers import lead_at
from proposals.permissions import can_triage

from .meetingpapers import office

CHINESE = "zh-hant"


def can_prepare_letter(user: User, referral: Referral) -> bool:
    """The secretariat that sends it, and the officers of the group who decided on it."""
    return is_secretariat(user) or can_triage(user, referral.proposal)


def sent_together(referral: Referral) -> list[Referral]:
    """The parts that one letter is about: those referred on the same day, the lead first."""
    rows = Referral.objects.filter(proposal=referral.proposal, round=referral.round)
    day = clock.local_date(referral.sent_at)
    found = [row for row in rows.select_related("ministry") if clock.local_date(row.sent_at) == day]
    return sorted(found, key=lambda row: (not row.is_lead, row.pk))


def official_letter(*, user: User, referral: Referral, speed: Speed = Speed.ORDINARY) -> OfficialLetter:
    """The letter as this body receives it. Only what is public of the case, or will be by this referral.

    A body that was asked later gets a letter of its own, with the lead among the copies. Who leads the case
    on the day of the letter has a copy; whoever had left the alliance by then has none.
    """
    if not can_prepare_letter(user, referral):
        raise NotAllowed
    case = referral.proposal
    together = sent_together(referral)
    leads = [row for row in together if row.is_lead] or together
    others = [row for row in together if row not in leads]
    with translation.override(CHINESE):
        on = referral.letter_moment
        day = clock.local_date(on)
        proposer = case.organisation.named_on(day).name if case.organisation else case.source_name
        whose = lead_at(case, on)
        copied = [row.letter_named.name for row in others] + _lead_elsewhere(referral, together)
        heir = whose.named_on(day).name if whose and whose != case.organisation else ""
        if whose is None or whose.left_on is None or whose.left_on > day:
            copied.append(heir or proposer)
        return OfficialLetter(
            sender=office(),
            receiver=referral.letter_named.name,
            number=referral.letter_number,
            letter_on=referral.letter_on,
            speed=speed,
            case_number=str(case.number),
            title=case.title,
            proposer=proposer,
            heir=heir,
            asks=[
                Asked(ask.number, ask.law.name if ask.law else "", ask.article, ask.text)
                for ask in referral.asked.select_related("law").order_by("number")
            ],
            enclosed=_enclosed(referral),
            dues=_dues(together),
            address=address_of("proposals:referral", referral.pk),
            originals=[row.letter_named.name for row in leads],
            copies=copied,
            supporting=[row.letter_named.name for row in others],
            decided=_decision(referral, leads),
        )


def _decision(referral: Referral, leads: Iterable[Referral]) -> Decided | None:
    """The decision that named the lead of this letter as competent: it cannot return the case again."""
    bodies = {row.ministry_id: row.ministry.name for row in leads}
    rows = Coordination.objects.decided().filter(proposal=referral.proposal, decided_body__in=bodies)
    row = rows.order_by("pk").last()
    if row is None or row.decided_on is None or row.decided_body_id is None:
        return None
    return Decided(bodies[row.decided_body_id], row.decision_number, row.decided_on)


def _lead_elsewhere(referral: Referral, together: Iterable[Referral]) -> list[str]:
    lead = (
        Referral.objects.active()
        .filter(proposal=referral.proposal, round=referral.round, part=Referral.Part.LEAD)
        .select_related("ministry")
        .first()
    )
    return [lead.letter_named.name] if lead and lead.pk not in {row.pk for row in together} else []


def _enclosed(referral: Referral) -> list[str]:
    files = Attachment.objects.filter(
        proposal=referral.proposal, is_restricted=False, withdrawn_on__isnull=True
    )
    return ["提案書1份", *(file.name for file in files.order_by("pk"))]


def _dues(together: Iterable[Referral]) -> list[Due]:
    rows = Deadline.objects.filter(referral__in=together, kind__in=ANSWERS)
    running = {row.referral_id: row for row in rows.order_by("pk")}
    return [
        Due(
            body=part.letter_named.name,
            part="主辦" if part.is_lead else "協辦",
            on=running[part.pk].due_on,
            period=amount_in_words(running[part.pk].amount, running[part.pk].unit),
            received_on=part.received_on,
        )
        for part in together
        if part.pk in running
    ]


def file_name(letter: OfficialLetter, day: date | None = None) -> str:
    """115-0012-20261102: said by number and day, so that copies do not overwrite one another."""
    return f"{letter.case_number}-{(day or clock.today()):%Y%m%d}"
