"""Who a user is, as far as people and organisations know. Upper floors add their own roles."""

from collections.abc import Iterable
from typing import TypeGuard

from django.contrib.auth.models import AnonymousUser

from .models import Affiliation, Organisation, Succession, User
from .models.umbrellas import UMBRELLAS

Role = Affiliation.Role
AnyUser = User | AnonymousUser


def is_known(user: AnyUser) -> TypeGuard[User]:
    """Somebody with an account who may sign in."""
    return user.is_authenticated and user.is_active


def is_secretariat(user: AnyUser) -> bool:
    """The secretariat of the alliance, or the superuser who keeps the machine."""
    return is_known(user) and (user.is_superuser or user.has_role(Role.SECRETARIAT))


def reads_all(user: AnyUser) -> bool:
    """The secretariat and the auditors read every row; an auditor writes nothing."""
    return is_known(user) and (user.is_superuser or user.has_role(Role.SECRETARIAT, Role.AUDITOR))


def represents(user: AnyUser, organisation: Organisation | None) -> bool:
    return (
        is_known(user)
        and organisation is not None
        and organisation in user.organisations_as(Role.REPRESENTATIVE)
    )


def represented(user: AnyUser) -> list[Organisation]:
    """The member organisations for which the user may propose today."""
    return user.organisations_as(Role.REPRESENTATIVE) if is_known(user) else []


def answers_for(user: AnyUser, body: Organisation | None) -> bool:
    """A liaison or deputy of the body. Nobody else answers: not its supervisor, not the alliance."""
    return is_known(user) and body is not None and body in user.organisations_as(*Affiliation.ANSWERING)


def heirs_of(body: Organisation) -> list[Organisation]:
    """The bodies to which all matters of one that has ended passed; of such as ended too, their heirs."""
    found: list[Organisation] = []
    ended = [body] if body.is_gone else []
    while ended:
        rows = Succession.objects.filter(predecessor__in=ended, is_partial=False).select_related("successor")
        heirs = [row.successor for row in rows if row.successor not in found]
        found += heirs
        ended = [heir for heir in heirs if heir.is_gone]
    return found


def predecessors_of(bodies: Iterable[Organisation]) -> list[Organisation]:
    """As `heirs_of`, the other way round: bodies that have ended, and whose matters all passed to these."""
    found: list[Organisation] = []
    heirs = list(bodies)
    while heirs:
        rows = Succession.objects.filter(successor__in=heirs, is_partial=False).select_related("predecessor")
        heirs = [row.predecessor for row in rows if row.predecessor.is_gone and row.predecessor not in found]
        found += heirs
    return list(dict.fromkeys(found))


def bodies_of(user: AnyUser) -> list[Organisation]:
    """The government bodies whose dashboard the user sees."""
    if not is_known(user):
        return []
    return list(dict.fromkeys(user.organisations_as(*Affiliation.READING)))


def keeps_profile(user: AnyUser, organisation: Organisation) -> bool:
    """Who writes the profile of a member: its representatives, and the secretariat."""
    return organisation.is_member and (represents(user, organisation) or is_secretariat(user))


def keeps_own_members(user: AnyUser, organisation: Organisation) -> bool:
    """Who keeps the list of an umbrella member's own members: its representatives, and the secretariat."""
    is_umbrella = organisation.kind in UMBRELLAS and organisation.is_member
    return is_umbrella and (represents(user, organisation) or is_secretariat(user))
