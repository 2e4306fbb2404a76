"""Deleting an account: at once where nothing hangs on it, else after the secretariat has handed all over.

The right to deletion ends where there is a duty to keep (個人資料保護法第11條第3項但書): what happened to a
case stays told, by role and organisation.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from members import clock
from members.actions.erasure import erase_person
from members.models import Affiliation, ErasureRequest, User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from proposals.models import Follower, FollowUp, Proposal, Referral
from proposals.models.leading import led_by
from workinggroups.models import ActionItem, InterestDeclaration, Participant, Seat

from .follows import stop_everything

Role = Affiliation.Role
Outcome = ErasureRequest.Outcome


@dataclass
class Standing:
    """What hangs on an account. `blocks` keeps from asking, and says whom to turn to; `waits` is for the
    secretariat to end or hand over. Without either the account can go at once."""

    blocks: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        return not self.blocks and not self.waits


def standing_of(user: User) -> Standing:
    """What keeps an account from being deleted today, as sentences for its owner."""
    found = Standing()
    if user.is_superuser:
        found.blocks.append(
            gettext("This account keeps the portal running. Whoever keeps the machine ends it.")
        )
    for row in user.affiliations.exclude(ends_on__lte=clock.today()).select_related("organisation"):
        name = row.organisation.name
        role = {"role": row.get_role_display(), "name": name}
        if _is_last(row) and (open_work := _open_work(row)):
            found.blocks.append(
                ngettext(
                    "You are the only %(role)s of %(name)s, which has %(count)d open matter. Ask it to name "
                    "a successor to the secretariat first.",
                    "You are the only %(role)s of %(name)s, which has %(count)d open matters. Ask it to name "
                    "a successor to the secretariat first.",
                    open_work,
                )
                % {**role, "count": open_work}
            )
        else:
            found.waits.append(gettext("You are %(role)s of %(name)s.") % role)
    for seat in user.seats.exclude(ends_on__lte=clock.today()).select_related("group"):
        where = seat.group.name if seat.group else gettext("the alliance")
        found.waits.append(
            gettext("You are %(role)s of %(name)s.") % {"role": seat.get_role_display(), "name": where}
        )
    if tasks := ActionItem.objects.undone().filter(owner=user).count():
        found.waits.append(
            ngettext("%(count)d task of a meeting is yours.", "%(count)d tasks of meetings are yours.", tasks)
            % {"count": tasks}
        )
    return found


def _is_last(row: Affiliation) -> bool:
    """Whether nobody else answers for the organisation in this way."""
    alike = Affiliation.ANSWERING if row.role in Affiliation.ANSWERING else (row.role,)
    others = Affiliation.objects.current().with_role(*alike).filter(organisation=row.organisation_id)
    return not others.filter(user__is_active=True).exclude(user=row.user_id).exists()


def _open_work(row: Affiliation) -> int:
    """How much of it would be left without anybody: cases, parts of cases, promises; the portal itself."""
    if row.role == Role.REPRESENTATIVE:
        return Proposal.objects.open().filter(led_by([row.organisation])).count()
    if row.role in Affiliation.ANSWERING:
        parts = Referral.objects.open().filter(ministry=row.organisation_id).count()
        return parts + FollowUp.objects.open().filter(ministry=row.organisation_id).count()
    return Proposal.objects.open().count() if row.role == Role.SECRETARIAT else 0


@transaction.atomic
def ask_for_erasure(*, user: User) -> ErasureRequest:
    """Deletes the account at once if nothing hangs on it; else the request waits for the secretariat.

    Raises Refused where somebody else has to be named first, and says whom to ask. A second request is the
    first one.
    """
    User.objects.select_for_update().get(pk=user.pk)
    standing = standing_of(user)
    if standing.blocks:
        raise Refused(" ".join(standing.blocks))
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
    """The person out of the tables of this floor and of those below."""
    person = request.user
    if follower := Follower.objects.filter(user=person).first():
        stop_everything(follower=follower)
    Participant.objects.filter(user=person, meeting__starts_at__gt=clock.now()).delete()
    if Seat.objects.filter(user=person).exclude(ends_on__lte=clock.today()).exists():
        raise Refused(_("There is a role that has not ended. End it first."))
    InterestDeclaration.objects.filter(user=person).exclude(note="").update(note="")
    erase_person(person=person)
    request.ended_at, request.outcome = clock.now(), Outcome.ERASED
    request.save()
