"""The own members of an umbrella member, kept by its representatives and the secretariat."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, OwnMember, User
from members.namesakes import key_of
from members.permissions import keeps_own_members
from members.refusals import NotAllowed, Refused

MOST = 1000
LONGEST_NAME = 120


@transaction.atomic
def add_own_members(
    *, user: User, umbrella: Organisation, names: Sequence[str], starts_on: date
) -> list[OwnMember]:
    """Adds the names that are not on the list; a name that the portal knows becomes a link.

    Raises Refused where nothing would be added, or a name is longer than a name is.
    """
    if not keeps_own_members(user, umbrella):
        raise NotAllowed
    Organisation.objects.select_for_update(of=("self",)).get(pk=umbrella.pk)
    if starts_on > clock.today():
        raise Refused(_("The first day lies in the future. Correct it."))
    if long := next((name for name in names if len(name) > LONGEST_NAME), ""):
        raise Refused(_("This line is too long for a name: %(name)s…") % {"name": long[:40]})
    if umbrella.own_members.current().count() + len(names) > MOST:
        raise Refused(_("A list holds %(most)d names at most.") % {"most": MOST})
    added = enter_names(user=user, umbrella=umbrella, names=names, starts_on=starts_on)
    if not added:
        raise Refused(_("Every one of these is on the list already. Nothing was changed."))
    return added


def enter_names(
    *, user: User, umbrella: Organisation, names: Sequence[str], starts_on: date
) -> list[OwnMember]:
    """The rows of new names; the caller has checked the right and holds the transaction."""
    if not names:
        return []
    there = umbrella.own_members.current().select_related("organisation")
    taken = {key for row in there for key in _keys(row.organisation, row.written)}
    known = known_names(umbrella)
    rows = []
    for name in names:
        if key_of(name) in taken:
            continue
        organisation = known.get(key_of(name))
        taken |= _keys(organisation, name)
        rows.append(
            OwnMember(
                umbrella=umbrella,
                organisation=organisation,
                written="" if organisation else name[:LONGEST_NAME],
                starts_on=starts_on,
                entered_by=user,
            )
        )
    return OwnMember.objects.bulk_create(rows)


def known_names(umbrella: Organisation) -> dict[str, Organisation]:
    """Organisations by what is left of their names; without those that share a name with another."""
    found: dict[str, Organisation] = {}
    twice: set[str] = set()
    rows = Organisation.objects.exclude(pk=umbrella.pk).exclude(sector=Organisation.Sector.GOVERNMENT)
    for row in rows.only("pk", "name_zh", "name_en"):
        for key in _keys(row):
            if found.setdefault(key, row) != row:
                twice.add(key)
    return {key: row for key, row in found.items() if key not in twice}


def _keys(organisation: Organisation | None, written: str = "") -> set[str]:
    names = (organisation.name_zh, organisation.name_en, written) if organisation else (written,)
    return {key_of(name) for name in names if name}


@transaction.atomic
def end_own_member(*, user: User, own_member: OwnMember) -> None:
    """From today on it is a member no more; what was entered today is taken away."""
    row = OwnMember.objects.select_for_update(of=("self",)).select_related("umbrella").get(pk=own_member.pk)
    if not keeps_own_members(user, row.umbrella):
        raise NotAllowed
    today = clock.today()
    if row.ends_on is not None and row.ends_on <= today:
        raise Refused(_("This one is off the list already. Nothing was changed."))
    if row.starts_on >= today:
        row.delete()
        return
    row.ends_on = today
    row.save()
