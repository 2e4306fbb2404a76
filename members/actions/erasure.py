"""Taking a person out of the tables of this floor: the row stays, as somebody who was here, without a name.

What somebody did stays told, with role and organisation: rows point to the person, and the person has no
name any more. Upper floors decide when, and take their own part with it (`proposals.actions.erasing`).
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q, Value
from django.db.models.functions import Left, Replace
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import (
    Absence,
    Application,
    ContactRequest,
    Invitation,
    InvitationToApply,
    Letter,
    NotificationChoice,
    User,
)
from members.refusals import Refused
from members.states import ENDED

FORMER = "已離任人員 (former person)"
"""In the place of the name, in both languages, since pages of both show the same row."""
SHORTEST_NAME = 3
"""Two signs may stand in any text by chance; three, or a name of two words, hardly do."""


LAST_LETTER = "account_deleted"
"""The one letter that is sent to the old address after everything else has gone; then that goes too."""


def unusable_address(user: User) -> str:
    """Unique, and nobody's: the domain is reserved (RFC 2606)."""
    return f"former-{user.pk}@erased.invalid"


def erase_person(*, person: User) -> None:
    """Erases name, address, ways of signing in, choices and letters; inside the caller's transaction.

    Raises Refused while a role runs or is to come, for a superuser, and while a letter is being sent.
    Never touches what was published, nor the history of a case.
    """
    user = User.objects.select_for_update().get(pk=person.pk)
    if user.erased_at is not None:
        raise Refused(_("This account has been deleted already."))
    if user.is_superuser:
        raise Refused(_("A superuser's account is not deleted here. Whoever keeps the machine ends it."))
    if user.affiliations.exclude(ends_on__lte=clock.today()).exists():
        raise Refused(_("There is a role that has not ended. End it first."))
    _erase_letters(user)
    _erase_papers(user)
    _end_sessions(user)
    for own in (
        EmailAddress.objects.filter(user=user),
        Authenticator.objects.filter(user=user),
        NotificationChoice.objects.filter(user=user),
        Absence.objects.filter(user=user),
    ):
        own.delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.name, user.email, user.notice = FORMER, unusable_address(user), ""
    user.is_active, user.last_login, user.erased_at = False, None, clock.now()
    user.language = User.Language.CHINESE
    user.set_unusable_password()
    user.save()


def _erase_letters(user: User) -> None:
    """Own letters lose address and text and wait no more, but for the last one, which names nobody and keeps
    the address until it has left; those of others lose name and address."""
    own = Letter.objects.filter(Q(recipient=user) | Q(to__iexact=user.email)).exclude(kind=LAST_LETTER)
    if own.select_for_update().filter(state=Letter.State.SENDING).exists():
        raise Refused(_("A letter to this person is being sent at this moment. Try again in a minute."))
    State = Letter.State
    waiting = Q(state__in=[State.DUE, State.FAILED]) | Q(state=State.HELD, digest__isnull=True)
    own.filter(waiting).update(state=State.CANCELLED)
    keys = list(own.values_list("pk", flat=True))
    Letter.objects.filter(pk__in=keys).update(
        to=unusable_address(user), copies=[], body="", calendar="", headers={}, last_error="", bounced_at=None
    )
    for words, instead in ((user.email, unusable_address(user)), (user.name, FORMER)):
        if words == user.name and not _is_telling(words):
            continue
        Letter.objects.filter(Q(subject__contains=words) | Q(body__contains=words)).update(
            subject=Left(Replace("subject", Value(words), Value(instead)), 200),
            body=Replace("body", Value(words), Value(instead)),
            redacted_at=clock.now(),
        )


def _is_telling(name: str) -> bool:
    return len(name) >= SHORTEST_NAME and (not name.isascii() or " " in name)


def _erase_papers(user: User) -> None:
    """Invitations, applications and messages that carry the address, and the name in the admin's log."""
    address = unusable_address(user)
    invitations = Invitation.objects.filter(Q(accepted_by=user) | Q(email__iexact=user.email))
    invitations.open().update(expires_at=clock.now())
    invitations.update(name=FORMER, email=address)
    for rows in (
        InvitationToApply.objects.filter(email__iexact=user.email),
        Application.objects.filter(email__iexact=user.email, state__in=ENDED),
    ):
        rows.update(contact=FORMER, email=address)
    Application.objects.filter(email=address).update(phone="")
    ContactRequest.objects.filter(shared_address__iexact=user.email).update(
        subject="", message="", reply="", shared_address="", erased_at=clock.now()
    )
    named = Q(object_repr=user.name) | Q(object_repr__startswith=f"{user.name} · ")
    LogEntry.objects.filter(named | Q(object_repr__icontains=user.email)).update(object_repr=FORMER)


def _end_sessions(user: User) -> None:
    """Signs the person out everywhere: the rows go, not only their right."""
    own = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=clock.now()).iterator()
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]
    Session.objects.filter(pk__in=own).delete()
