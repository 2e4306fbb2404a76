"""Applying to join, without an account: sent, confirmed by whoever has the e-mail, amended, withdrawn.

Whoever knows the private address of an application may read it and act on it for the applicant.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Application, ApplicationNote, Domain, InvitationToApply, Letter, User
from members.models.applications import new_token
from members.privacy import NOTICE_VERSION
from members.refusals import Refused
from members.states import ApplicationState

from .application_steps import KIND, lock_application, take_step, tell_applicant, tell_secretariat

CONFIRMATIONS_A_DAY = 3


@dataclass(frozen=True)
class About:
    """What an applicant says of the organisation."""

    kind: str
    sector: str
    name_zh: str
    name_en: str = ""
    ubn: str = ""
    website: str = ""
    wishes: str = ""
    members: str = ""
    domains: Sequence[Domain] = ()

    def write_to(self, row: Application) -> None:
        for field in fields(self):
            if field.name != "domains":
                setattr(row, field.name, getattr(self, field.name))


@dataclass(frozen=True)
class Contact:
    """Whom to write to, and in which language."""

    contact: str
    email: str
    phone: str = ""
    language: str = User.Language.CHINESE

    def write_to(self, row: Application) -> None:
        row.contact, row.phone, row.language = self.contact, self.phone, self.language
        row.email = normalised_email(self.email)


def normalised_email(email: str) -> str:
    return User.objects.normalize_email(email).lower()


@transaction.atomic
def apply_to_join(
    *,
    form_key: UUID,
    about: About,
    contact: Contact,
    earlier: Application | None = None,
    invitation: InvitationToApply | None = None,
) -> Application:
    """Keeps the application and asks the address by letter to confirm it. Consent is given by sending it.

    The same form sent twice is one application; while it is unconfirmed the second text replaces the first.
    Who was invited at the very address has shown by the link that it is theirs: nothing is left to confirm.
    """
    known = Application.objects.select_for_update(of=("self",)).filter(form_key=form_key).first()
    if known is None:
        try:
            with transaction.atomic():
                return _send(form_key, about, contact, earlier, invitation)
        except IntegrityError:
            known = Application.objects.select_for_update(of=("self",)).filter(form_key=form_key).first()
            if known is None:
                raise
    if known.state == ApplicationState.SENT:
        _replace(known, about, contact)
    return known


def _send(
    form_key: UUID,
    about: About,
    contact: Contact,
    earlier: Application | None,
    invitation: InvitationToApply | None,
) -> Application:
    if invitation is not None:
        invitation = InvitationToApply.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if not InvitationToApply.objects.open().filter(pk=invitation.pk).exists():
            raise Refused(_("This invitation has been used, or has expired. You can apply without it."))
    if earlier is not None and not earlier.may_apply_again:
        raise Refused(_("The earlier application has not ended: its own page says what it waits for."))
    row = Application(form_key=form_key, earlier=earlier, invitation=invitation, notice=NOTICE_VERSION)
    row.created_at = row.consented_at = clock.now()
    about.write_to(row)
    contact.write_to(row)
    row.save()
    row.domains.set(about.domains)
    if invitation is not None and normalised_email(invitation.email) == row.email:
        return _confirm(row)
    _ask_to_confirm(row)
    return row


def _replace(row: Application, about: About, contact: Contact) -> None:
    """Of an application that nobody has read yet: the later text, and if the address is new, its letter."""
    before = row.email
    about.write_to(row)
    contact.write_to(row)
    if row.email != before:
        row.confirm_key = new_token()
    row.save()
    row.domains.set(about.domains)
    if row.email != before:
        _ask_to_confirm(row)


def _ask_to_confirm(row: Application) -> None:
    """One letter with the key, at most three a day to one address, whoever enters it."""
    since = clock.now() - timedelta(days=1)
    letters = Letter.objects.filter(kind=KIND, to=row.email, key__contains="/confirm/")
    if letters.filter(created_at__gt=since).count() >= CONFIRMATIONS_A_DAY:
        raise Refused(
            _(
                "This e-mail address has had several letters about applications today. Look into its mail "
                "and its spam, or try again tomorrow. Nothing was sent."
            )
        )
    tell_applicant(row, "application_confirm", key=f"confirm/{row.confirm_key}")


@transaction.atomic
def confirm_application(*, application: Application) -> Application:
    """By whoever got the letter. From now on the secretariat sees it. A second time changes nothing."""
    row = lock_application(application)
    return row if row.confirmed_at else _confirm(row)


def _confirm(row: Application) -> Application:
    row.confirmed_at = clock.now()
    entry = take_step(row, "confirm")
    tell_applicant(row, "application_received", key=f"entry/{entry.pk}")
    tell_secretariat(row, entry)
    return row


@transaction.atomic
def send_information(*, application: Application, text: str, about: About | None = None) -> Application:
    """What the secretariat has asked for, with corrections of the application itself where there are any."""
    row = lock_application(application)
    if not text.strip():
        raise Refused(_("Write an answer to what was asked."))
    entry = take_step(row, "inform", text=text.strip())
    if about is not None:
        about.write_to(row)
        row.save()
        row.domains.set(about.domains)
    tell_secretariat(row, entry)
    return row


@transaction.atomic
def withdraw_application(*, application: Application, text: str = "") -> Application:
    """Ends it by the applicant's own wish, before the decision. A new one may follow."""
    row = lock_application(application)
    entry = take_step(row, "withdraw", text=text.strip())
    if row.confirmed_at:
        tell_applicant(row, "application_withdrawn", key=f"entry/{entry.pk}")
        tell_secretariat(row, entry)
    return row


@transaction.atomic
def forget_applications() -> int:
    """Keeps people's data no longer than needed; returns how many rows were touched.

    What nobody confirmed in two weeks goes as a whole, and an invitation a month after it expired. A year
    after a refusal or withdrawal the contact person, the free words of the log and the letters go; name,
    number and outcome of the organisation stay.
    """
    unconfirmed = list(Application.objects.select_for_update(of=("self",)).unconfirmed())
    idle = list(Application.objects.select_for_update(of=("self",)).with_idle_contact())
    unused = list(InvitationToApply.objects.select_for_update(of=("self",)).unused())
    for row in (*unconfirmed, *idle):
        _drop_letters(f"{KIND}/{row.pk}/")
    for row in unconfirmed:
        row.delete()
    for row in idle:
        row.contact = row.email = row.phone = ""
        row.save(update_fields=["contact", "email", "phone"])
        ApplicationNote.objects.filter(entry__application=row).update(text="")
    for invitation in unused:
        _drop_letters(f"{KIND}/invited/{invitation.pk}")
        invitation.delete()
    return len(unconfirmed) + len(idle) + len(unused)


def _drop_letters(key: str) -> None:
    """Without one that a sender holds at this moment."""
    letters = Letter.objects.filter(kind=KIND)
    exact = Q(key__startswith=key) if key.endswith("/") else Q(key=key)
    letters.filter(exact).exclude(state=Letter.State.SENDING).delete()
