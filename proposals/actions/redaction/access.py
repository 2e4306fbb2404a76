"""Who had access to a text or file: from the log of openings, today's rights, and the letters that left."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Affiliation, Letter, Organisation, User
from members.models.people import secretariat
from proposals.models import (
    Access,
    Attachment,
    PaperAnswer,
    Proposal,
    RestrictedOpening,
    RestrictedPart,
    TimelineEntry,
)
from workinggroups.models import Seat

from ..notices import notify
from .texts import Text, seen_by

How = Access.How
LEFT = (Letter.State.SENT, Letter.State.SENDING)
FOLLOWERS = "follow_news"


def accesses_to(case: Proposal, text: Text, letters: Iterable[Letter]) -> list[Access]:
    """Unsaved rows, as things stand now. Who had a right once and has lost it is known from the log only."""
    what, row = RestrictedOpening.What, text.row
    logged = case.restricted_openings.none()
    if text.place.model == "proposals.RestrictedText":
        logged = case.restricted_openings.filter(what__in=[what.TEXT, what.DOSSIER])
    if isinstance(row, RestrictedPart):
        in_zip = Q(what=what.DOSSIER, opened_at__gte=row.written_at)
        logged = case.restricted_openings.filter(in_zip | Q(part=row))
    return [*_opened(logged), *_allowed(case, text), *_mailed(letters)]


def accesses_to_file(case: Proposal, file: Attachment | PaperAnswer) -> list[Access]:
    """As for texts. No letter ever carries a file."""
    rows: list[Access] = []
    if isinstance(file, Attachment) and file.is_restricted:
        logged = case.restricted_openings.filter(Q(attachment=file) | Q(what=RestrictedOpening.What.DOSSIER))
        rows += _opened(logged)
    model: Any = type(file)
    if model.objects.visible_to(AnonymousUser()).filter(pk=file.pk).exists():
        rows.append(Access(how=How.EVERYBODY, at=case.accepted_at))
    for user, body in _candidates(case):
        if model.objects.visible_to(user).filter(pk=file.pk).exists():
            rows.append(Access(how=How.COULD_READ, user=user, body=body))
    return rows


def _opened(rows: Iterable[RestrictedOpening]) -> list[Access]:
    return [Access(how=How.OPENED, user_id=row.user_id, at=row.opened_at) for row in rows]


def _allowed(case: Proposal, text: Text) -> list[Access]:
    """Everybody where the public could read it; then each person of today's parties who could."""
    mine = (text.place.model, text.row.pk)
    rows = []
    if mine in seen_by(AnonymousUser(), case, [text.place.model]):
        rows.append(Access(how=How.EVERYBODY, at=case.accepted_at))
    for user, body in _candidates(case):
        if text.place.never_shown:
            could = text.row.__class__.objects.visible_to(user).filter(pk=text.row.pk).exists()
        else:
            could = mine in seen_by(user, case, [text.place.model])
        if could:
            rows.append(Access(how=How.COULD_READ, user=user, body=body))
    return rows


def _candidates(case: Proposal) -> list[tuple[User, Organisation | None]]:
    """Today's people of the proposer, the co-sponsors, the bodies, the group, the secretariat, the audit."""
    role = Affiliation.Role
    bodies = {
        case.organisation_id,
        case.taken_over_by_id,
        *case.sponsors.values_list("organisation", flat=True),
    }
    bodies |= set(case.referrals.values_list("ministry", flat=True))
    bodies |= set(case.consultations.values_list("ministry", flat=True))
    rows = Affiliation.objects.current().filter(
        Q(organisation__in=bodies - {None}) | Q(role__in=[role.SECRETARIAT, role.AUDITOR])
    )
    people: dict[int, tuple[User, Organisation | None]] = {}
    for row in rows.select_related("user", "organisation"):
        people.setdefault(row.user_id, (row.user, row.organisation))
    for seat in Seat.objects.current().filter(group=case.group_id).select_related("user"):
        people.setdefault(seat.user_id, (seat.user, None))
    return [pair for pair in people.values() if pair[0].is_active]


def _mailed(letters: Iterable[Letter]) -> list[Access]:
    return [
        Access(
            how=How.FOLLOWER if letter.kind == FOLLOWERS else How.LETTER,
            user_id=letter.recipient_id,
            letter=letter,
            at=letter.sent_at,
        )
        for letter in letters
        if letter.state in LEFT
    ]


def tell_of_access(trace: TimelineEntry, accesses: list[Access]) -> None:
    """To the secretariat and the auditors: how many, and where the names stand. No name travels by mail."""
    auditors = Affiliation.objects.current().with_role(Affiliation.Role.AUDITOR)
    readers = secretariat() | auditors.people()
    counts = [
        (label, sum(access.how == how for access in accesses))
        for how, label in How.choices
        if any(access.how == how for access in accesses)
    ]
    notify(trace, "removed_access", readers.distinct(), {"counts": counts or [(_("nobody"), 0)]})
