"""What a government body is called, and what it says of its own figures."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Affiliation, BodyComment, BodyName, Named, Organisation, User
from members.permissions import bodies_of
from members.refusals import NotAllowed, Refused

from .organisations import index_organisation

LONGEST_COMMENT = 1000


def open_name(body: Organisation, since: date | None, document_number: str = "") -> BodyName:
    """The present name as a row that has no end yet; unsaved."""
    return BodyName(
        body=body,
        name_zh=body.name_zh,
        name_en=body.name_en,
        short_zh=body.short_zh,
        short_en=body.short_en,
        self_name=body.self_name,
        starts_on=since,
        document_number=document_number,
    )


def align_name(body: Organisation) -> None:
    """After a correction of the body's own row: its open name says the same; one is begun where none is."""
    row = BodyName.objects.filter(body=body, ends_on__isnull=True).first()
    fresh = open_name(body, row.starts_on if row else body.valid_from, row.document_number if row else "")
    fresh.pk = row.pk if row else None
    fresh.save()


@transaction.atomic
def rename_body(
    *, body: Organisation, names: Named, self_name: str, on: date, document_number: str
) -> Organisation:
    """From a day on the body bears another name; what is older keeps the one of its time. Returns the row.

    The caller decides who may. Raises Refused where the name is the same, or its day too early.
    """
    row = Organisation.objects.select_for_update().get(pk=body.pk)
    if not names.name_zh.strip():
        raise Refused(_("Enter the new name in Chinese."))
    if names == row.named:
        raise Refused(_("This is the name that the body bears already. Nothing was changed."))
    align_name(row)
    last = BodyName.objects.get(body=row, ends_on__isnull=True)
    if last.starts_on and last.starts_on >= on:
        raise Refused(_("The present name began on this day or after it: enter a later day."))
    last.ends_on = on
    last.save()
    row.refresh_from_db(fields=["former_names"])
    row.name_zh, row.name_en = names.name_zh, names.name_en
    row.short_zh, row.short_en = names.short_zh, names.short_en
    row.self_name = self_name or row.self_name
    row.save()
    open_name(row, on, document_number).save()
    index_organisation(row)
    return row


@transaction.atomic
def publish_comment(*, user: User, body: Organisation, text: str, text_en: str = "") -> BodyComment:
    """The body's own word on its figures, public at once with its date; the one before is withdrawn."""
    _check_speaks_for(user, body)
    if not text.strip():
        raise Refused(_("Write the comment in a sentence or two."))
    if max(len(text), len(text_en)) > LONGEST_COMMENT:
        raise Refused(_("The comment is longer than a thousand characters: shorten it."))
    Organisation.objects.select_for_update().get(pk=body.pk)
    BodyComment.objects.standing().filter(body=body).update(withdrawn_at=clock.now())
    return BodyComment.objects.create(
        body=body, text=text.strip(), text_en=text_en.strip(), written_at=clock.now(), written_by=user
    )


@transaction.atomic
def withdraw_comment(*, user: User, body: Organisation) -> None:
    """Takes the standing comment from the public page; it stays in the records."""
    _check_speaks_for(user, body)
    if not BodyComment.objects.standing().filter(body=body).update(withdrawn_at=clock.now()):
        raise Refused(_("There is no comment to withdraw. Nothing was changed."))


def speaks_for(user: User, body: Organisation) -> bool:
    """Liaison, deputy and supervisor of the body: nobody else has a word on its figures."""
    roles = (*Affiliation.ANSWERING, Affiliation.Role.SUPERVISOR)
    return body in bodies_of(user) and body in user.organisations_as(*roles)


def _check_speaks_for(user: User, body: Organisation) -> None:
    if not speaks_for(user, body):
        raise NotAllowed
