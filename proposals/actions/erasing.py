"""Deleting an account: at once where nothing hangs on it, else after the secretariat has handed all over.

The right to deletion ends where there is a duty to keep (個人資料保護法第11條第3項但書): what happened to a
case stays told, by role and organisation.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from members import clock
from members.actions.erasure import LAST_LETTER, erase_person
from members.actions.letters import write_letter
from members.actions.secretariat import somebody_else_is_there
from members.models import Affiliation, ErasureRequest, User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from proposals.models import Follower
from proposals.models.leftovers import Role, work_of, would_be_deserted
from workinggroups.models import ActionItem, InterestDeclaration, Meeting, Participant, Seat

from .follows import stop_everything

Outcome = ErasureRequest.Outcome


@dataclass(frozen=True)
class Held:
    """One thing that hangs on an account: told to its owner, and of the person to the secretariat."""

    to_owner: str
    of_person: str
    role: Role | None = None
    meetings: tuple[Meeting, ...] = ()


@dataclass
class Standing:
    """What hangs on an account. `blocks` keeps from asking, and says whom to turn to; `waits` is for the
    secretariat to end or hand over. Without either the account can go at once."""

    blocks: list[Held] = field(default_factory=list)
    waits: list[Held] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        return not self.blocks and not self.waits


def standing_of(user: User) -> Standing:
    """What keeps an account from being deleted today, in sentences."""
    found = Standing()
    if user.is_superuser:
        said = gettext("This account keeps the portal running. Whoever keeps the machine ends it.")
        found.blocks.append(Held(said, said))
    for row in user.affiliations.exclude(ends_on__lte=clock.today()).select_related("organisation", "user"):
        block = _blocked_by(row)
        (found.blocks if block else found.waits).append(block or _waiting(row, row.organisation.name))
    for seat in user.seats.exclude(ends_on__lte=clock.today()).select_related("group", "user"):
        found.waits.append(_waiting(seat, seat.group.name if seat.group else gettext("the alliance")))
    tasks = ActionItem.objects.undone().filter(owner=user).select_related("meeting").order_by("due_on", "pk")
    if tasks:
        found.waits.append(_tasks(user, list(tasks)))
    return found


def _blocked_by(row: Affiliation) -> Held | None:
    """The role whose end nobody but its organisation can make up for, by the rule of every hand-over."""
    today = clock.today()
    if row.starts_on > today:
        return None
    if row.role == Affiliation.Role.SECRETARIAT:
        return None if somebody_else_is_there(row.user, today) else _last_of_secretariat(row)
    works = work_of(row)
    if not would_be_deserted(row, works, today):
        return None
    count = sum(len(work.rows) for work in works if not work.is_own)
    said = {
        "person": row.user,
        "role": row.get_role_display(),
        "name": row.organisation.name,
        "count": count,
    }
    to_owner = ngettext(
        "You are the only %(role)s of %(name)s, which has %(count)d open matter. Ask it to name "
        "a successor to the secretariat first.",
        "You are the only %(role)s of %(name)s, which has %(count)d open matters. Ask it to name "
        "a successor to the secretariat first.",
        count,
    )
    of_person = ngettext(
        "%(person)s is the only %(role)s of %(name)s, which has %(count)d open matter.",
        "%(person)s is the only %(role)s of %(name)s, which has %(count)d open matters.",
        count,
    )
    return Held(to_owner % said, of_person % said, row)


def _last_of_secretariat(row: Affiliation) -> Held:
    return Held(
        gettext(
            "You are the last person of the secretariat. Give somebody else the role, or hand the "
            "secretariat over first."
        ),
        gettext("%(person)s is the last person of the secretariat.") % {"person": row.user},
        row,
    )


def _waiting(row: Role, where: str) -> Held:
    role = row.function if isinstance(row, Seat) else row.get_role_display()
    said = {"person": row.user, "role": role, "name": where}
    return Held(
        gettext("You are %(role)s of %(name)s.") % said,
        gettext("%(person)s is %(role)s of %(name)s.") % said,
        row,
    )


def _tasks(user: User, tasks: list[ActionItem]) -> Held:
    said = {"person": user, "count": len(tasks)}
    to_owner = ngettext(
        "%(count)d task of a meeting is yours.", "%(count)d tasks of meetings are yours.", len(tasks)
    )
    of_person = ngettext(
        "%(person)s has %(count)d task of a meeting.",
        "%(person)s has %(count)d tasks of meetings.",
        len(tasks),
    )
    meetings = tuple(dict.fromkeys(task.meeting for task in tasks))
    return Held(to_owner % said, of_person % said, meetings=meetings)


@transaction.atomic
def ask_for_erasure(*, user: User) -> ErasureRequest:
    """Deletes the account at once if nothing hangs on it; else the request waits for the secretariat.

    Raises Refused where somebody else has to be named first, and says whom to ask. A second request is the
    first one.
    """
    User.objects.select_for_update().get(pk=user.pk)
    standing = standing_of(user)
    if standing.blocks:
        raise Refused(" ".join(held.to_owner for held in standing.blocks))
    request = ErasureRequest.objects.open().filter(user=user).first()
    request = request or ErasureRequest.objects.create(user=user)
    if standing.is_free:
        _erase(request)
    return request


@transaction.atomic
def take_back_erasure(*, user: User) -> None:
    """The owner has thought better of it; nothing has been erased yet."""
    request = ErasureRequest.objects.open().select_for_update().filter(user=user).first()
    if request is None:
        raise Refused(_("No request of yours is waiting. Nothing was changed."))
    request.ended_at, request.outcome = clock.now(), Outcome.WITHDRAWN
    request.save()


@transaction.atomic
def confirm_erasure(*, user: User, request: ErasureRequest) -> None:
    """The secretariat's word that all is handed over. Raises Refused while something still hangs on it."""
    if not is_secretariat(user) or user.pk == request.user_id:
        raise NotAllowed
    row = ErasureRequest.objects.select_for_update(of=("self",)).select_related("user").get(pk=request.pk)
    if row.ended_at is not None:
        raise Refused(_("This request has ended already. Nothing was changed."))
    if not standing_of(row.user).is_free:
        raise Refused(_("Something still hangs on this account: end the roles and hand the tasks over."))
    row.confirmed_by = user
    _erase(row)


def _erase(request: ErasureRequest) -> None:
    """The person out of the tables of this floor and of those below; a last letter tells them."""
    person = request.user
    if follower := Follower.objects.filter(user=person).first():
        stop_everything(follower=follower)
    Participant.objects.filter(user=person, meeting__starts_at__gt=clock.now()).delete()
    if Seat.objects.filter(user=person).exclude(ends_on__lte=clock.today()).exists():
        raise Refused(_("There is a role that has not ended. End it first."))
    InterestDeclaration.objects.filter(user=person).exclude(note="").update(note="")
    write_letter(
        key=f"erased/{request.pk}",
        kind=LAST_LETTER,
        recipient=person,
        template="members/letters/account_deleted.txt",
        context={"asked_at": request.asked_at},
    )
    erase_person(person=person)
    request.ended_at, request.outcome = clock.now(), Outcome.ERASED
    request.save()
