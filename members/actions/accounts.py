"""What people change in their own account: name, language, and that they agree to the privacy notice."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Consent, User
from members.privacy import NOTICE_VERSION
from members.refusals import Refused


@transaction.atomic
def change_account(*, user: User, name: str, language: str) -> User:
    """The person's own name and the language of the letters to them."""
    row = User.objects.select_for_update().get(pk=user.pk)
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Without a name nobody knows who acts. Write yours."))
    row.name, row.language = name, language
    row.save(update_fields=["name", "language"])
    return row


@transaction.atomic
def give_consent(*, user: User, version: str) -> None:
    """Notes that the person agrees to the notice in force; a second time changes nothing.

    Raises Refused where another text has come into force since the page was opened.
    """
    if version != NOTICE_VERSION:
        raise Refused(_("The notice has changed since you opened the page. Read it as it stands now."))
    User.objects.select_for_update().get(pk=user.pk)
    Consent.objects.get_or_create(user=user, version=version, defaults={"given_at": clock.now()})
    User.objects.filter(pk=user.pk).update(notice=version)
    user.notice = version
