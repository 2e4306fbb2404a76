"""What the secretariat does with an application: take it up, ask, refuse with a reason, admit.

Only identity and kind are checked (a member is whoever wants to be one); a refusal has a written reason.
"""

from datetime import date

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Affiliation, Application, Invitation, InvitationToApply, Organisation, User
from members.models.organisations import RESERVED
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused

from .application_steps import KIND, lock_application, take_step, tell_applicant
from .applications import normalised_email
from .invitations import invite_person
from .letters import keep_back, write_letter
from .organisations import index_organisation
from .profiles import begin_profile
from .umbrellas import enter_names

ROLE = Affiliation.Role.REPRESENTATIVE


@transaction.atomic
def take_up_application(*, user: User, application: Application) -> Application:
    """From now on it is in somebody's hands, and the applicant knows."""
    row = _locked_for(user, application)
    entry = take_step(row, "take_up", actor=user)
    tell_applicant(row, "application_taken_up", key=f"entry/{entry.pk}")
    return row


@transaction.atomic
def ask_applicant(*, user: User, application: Application, text: str) -> Application:
    """Asks for what is missing; the applicant answers on the private page."""
    row = _locked_for(user, application)
    if not text.strip():
        raise Refused(_("Write what you want to know."))
    entry = take_step(row, "ask", actor=user, text=text.strip())
    tell_applicant(row, "application_asked", key=f"entry/{entry.pk}", text=text.strip())
    return row


@transaction.atomic
def refuse_application(*, user: User, application: Application, reason: str) -> Application:
    """Only with a written reason, which the applicant reads. A new application may follow at once."""
    row = _locked_for(user, application)
    if not reason.strip():
        raise Refused(_("A refusal needs a written reason."))
    entry = take_step(row, "refuse", actor=user, text=reason.strip())
    tell_applicant(row, "application_refused", key=f"entry/{entry.pk}", text=reason.strip())
    return row


@transaction.atomic
def admit_application(
    *,
    user: User,
    application: Application,
    organisation: Organisation | None = None,
    slug: str = "",
    joined_on: date | None = None,
) -> Organisation:
    """Makes the applicant a member: a new organisation, or one that the portal knows and that is none yet.

    In the same transaction its first representative is invited, and an umbrella member's own members are
    entered. Whoever represented it before it left represents it no more. Raises Refused where the
    organisation is a member already, or the address is taken.
    """
    row = _locked_for(user, application)
    if normalised_email(user.email) == row.email:
        raise Refused(_("Nobody admits themselves. Ask a colleague."))
    member = _known(row, organisation) if organisation else _new(row, slug)
    if member.left_on:
        _end_roles_of_before(member, row.email)
    member.joined_on, member.left_on, member.left_for = joined_on or clock.today(), None, ""
    member.save()
    index_organisation(member)
    begin_profile(member, row.domains.all())
    row.organisation = member
    entry = take_step(row, "admit", actor=user)
    enter_names(user=user, umbrella=member, names=row.member_names, starts_on=member.joined_on)
    tell_applicant(row, "application_admitted", key=f"entry/{entry.pk}", organisation=member)
    invited = Invitation.objects.open().filter(email=row.email, organisation=member, role=ROLE)
    if not invited.exists():
        invite_person(
            user=user,
            email=row.email,
            name=row.contact,
            language=row.language,
            organisation=member,
            role=ROLE,
        )
    return member


def _known(row: Application, organisation: Organisation) -> Organisation:
    """The row of an organisation that is no member, its gaps filled; nothing that stands there is changed."""
    known = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if known.is_body:
        raise Refused(_("A government body is appointed as ministry, not admitted as a member."))
    if known.is_member:
        raise Refused(
            _("%(name)s is a member already. Refuse the application, saying whom its contact person may ask.")
            % {"name": known.name}
        )
    for field in ("name_en", "ubn", "website"):
        if not getattr(known, field):
            setattr(known, field, getattr(row, field))
    return known


def _end_roles_of_before(member: Organisation, email: str) -> None:
    """They had no right while it was none; that they speak for it again is for the new one to say."""
    rows = member.affiliations.with_role(ROLE).exclude(ends_on__lte=clock.today())
    for role in rows.exclude(user__email=email).select_for_update(of=("self",)):
        role.ends_on = max(clock.today(), role.starts_on)
        role.save(update_fields=["ends_on"])


def _new(row: Application, slug: str) -> Organisation:
    slug = slug or free_slug(row)
    if slug in RESERVED or Organisation.objects.filter(slug=slug).exists():
        raise Refused(_("Another page has the address “%(slug)s”. Choose another one.") % {"slug": slug})
    return Organisation(
        slug=slug,
        sector=row.sector,
        kind=row.kind,
        name_zh=row.name_zh,
        name_en=row.name_en,
        ubn=row.ubn,
        website=row.website,
    )


def free_slug(row: Application) -> str:
    """An address that nobody has, made of the English name, else of the Chinese one."""
    stem = slugify(row.name_en)[:40].strip("-") or slugify(row.name_zh, allow_unicode=True)[:40] or "member"
    taken = set(Organisation.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    names = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 3))
    return next(name for name in names if name not in taken and name not in RESERVED)


def _locked_for(user: User, application: Application) -> Application:
    if not is_secretariat(user):
        raise NotAllowed
    return lock_application(application)


@transaction.atomic
def invite_to_apply(
    *,
    user: User,
    kind: str,
    name_zh: str,
    contact: str,
    email: str,
    language: str,
    name_en: str = "",
) -> InvitationToApply:
    """Invites an organisation to apply; the letter has a link that opens the form, pre-filled."""
    if not is_secretariat(user):
        raise NotAllowed
    email = normalised_email(email)
    if InvitationToApply.objects.open().filter(email=email, name_zh=name_zh).exists():
        raise Refused(_("This organisation has an open invitation at this address already."))
    invitation = InvitationToApply.objects.create(
        kind=kind,
        name_zh=name_zh,
        name_en=name_en,
        contact=contact,
        email=email,
        language=language,
        invited_by=user,
    )
    write_letter(
        key=f"{KIND}/invited/{invitation.pk}",
        kind=KIND,
        recipient=None,
        to=email,
        name=contact,
        language=language,
        template="members/letters/invited_to_apply.txt",
        context={"invitation": invitation},
    )
    return invitation


@transaction.atomic
def withdraw_invitation_to_apply(*, user: User, invitation: InvitationToApply) -> InvitationToApply:
    """Its link opens nothing any more, and its letter stays here if it has not left. Anybody may still apply.

    Raises Refused where an application was sent with it, or it has expired.
    """
    if not is_secretariat(user):
        raise NotAllowed
    row = InvitationToApply.objects.select_for_update().get(pk=invitation.pk)
    if row not in InvitationToApply.objects.open():
        raise Refused(_("This invitation is open no more. Nothing was changed."))
    row.expires_at = clock.now()
    row.save(update_fields=["expires_at"])
    keep_back(f"{KIND}/invited/{row.pk}")
    return row
