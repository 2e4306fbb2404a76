"""Inviting people, and opening their accounts. There is no other way in."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Affiliation, Invitation, Organisation, User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused

from .letters import keep_back, write_letter


@transaction.atomic
def invite_person(
    *, user: User, email: str, name: str, language: str, organisation: Organisation, role: str
) -> Invitation:
    """Invites somebody into a role; the letter with the link goes out after commit.

    Raises Refused where a ministry's role is offered in what is no ministry, or the other way round.
    """
    if not is_secretariat(user):
        raise NotAllowed
    if not Affiliation.exists_in(organisation, role):
        raise Refused(_("This role does not exist in an organisation of this kind."))
    email = User.objects.normalize_email(email).lower()
    if Invitation.objects.open().filter(email=email, organisation=organisation, role=role).exists():
        raise Refused(_("This person has an open invitation into this role already."))
    invitation = Invitation.objects.create(
        email=email, name=name, language=language, organisation=organisation, role=role, invited_by=user
    )
    write_letter(
        key=f"invitation/{invitation.pk}",
        kind="invitation",
        recipient=None,
        to=email,
        name=name,
        language=language,
        template="members/letters/invitation.txt",
        context={"invitation": invitation},
    )
    return invitation


@transaction.atomic
def withdraw_invitation(*, user: User, invitation: Invitation) -> Invitation:
    """Its link opens nothing any more, and its letter stays here if it has not left. A new one may follow.

    Raises Refused where it was accepted, since a role is ended otherwise, or has expired.
    """
    if not is_secretariat(user):
        raise NotAllowed
    row = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if row.accepted_at:
        raise Refused(_("This invitation was accepted already: end the role instead."))
    if row.expires_at <= clock.now():
        raise Refused(_("This invitation is open no more. Nothing was changed."))
    row.expires_at = clock.now()
    row.save(update_fields=["expires_at"])
    keep_back(f"invitation/{row.pk}")
    return row


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str, name: str, language: str) -> User:
    """Opens the account; the address is verified, for the link came by mail. Works once."""
    row = _lock_open(invitation)
    if User.objects.filter(email=row.email).exists():
        raise Refused(_("There is an account with this address already. Sign in with it."))
    user = User.objects.create_user(row.email, password, name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _join(row, user)
    return user


@transaction.atomic
def join_by_invitation(*, invitation: Invitation, user: User) -> User:
    """Adds the role to an account that exists; only its own owner can do that."""
    row = _lock_open(invitation)
    if user.email != row.email:
        raise NotAllowed
    _join(row, user)
    return user


def _lock_open(invitation: Invitation) -> Invitation:
    row = Invitation.objects.select_for_update().open().filter(pk=invitation.pk).first()
    if row is None:
        raise Refused(_("This invitation has been used, or has expired."))
    return row


def _join(row: Invitation, user: User) -> None:
    """The role begins today; that of the secretariat within the term of its organisation."""
    starts_on, ends_on = clock.today(), None
    if row.role == Affiliation.Role.SECRETARIAT:
        term = row.organisation.secretariat_terms.lasting().first()
        if term is None:
            raise Refused(_("This organisation is not the secretariat any more. The invitation has lapsed."))
        starts_on, ends_on = max(starts_on, term.starts_on), term.ends_on
    Affiliation.objects.get_or_create(
        user=user,
        organisation=row.organisation,
        role=row.role,
        ends_on=ends_on,
        defaults={"starts_on": starts_on},
    )
    row.accepted_at, row.accepted_by = clock.now(), user
    row.save()
