"""The weekly letter: what somebody wants to hear of once a week, told together."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from members.models import Letter, User

from .letters import write_letter

KIND = "digest"


@dataclass(frozen=True)
class Told:
    """One held letter as the weekly one tells it."""

    subject: str
    at: datetime
    url: str


def digest_readers() -> list[int]:
    """Those for whom letters are held."""
    rows = Letter.objects.held().filter(recipient__is_active=True).order_by("recipient")
    return list(rows.values_list("recipient", flat=True).distinct())


@transaction.atomic
def write_digest(user_pk: int) -> Letter | None:
    """One letter that names every held one with its page; None where nothing is held any more."""
    user = User.objects.select_for_update(no_key=True).filter(pk=user_pk, is_active=True).first()
    if user is None:
        return None
    held = list(Letter.objects.held().filter(recipient=user).select_for_update().order_by("created_at", "pk"))
    if not held:
        return None
    letter = write_letter(
        key=f"{KIND}/{user.pk}/{held[-1].pk}",
        kind=KIND,
        recipient=user,
        template="members/letters/digest.txt",
        context={"letters": [Told(row.subject, row.created_at, page_of(row)) for row in held]},
    )
    Letter.objects.filter(pk__in=[row.pk for row in held]).update(digest=letter)
    return letter


def page_of(letter: Letter) -> str:
    """The first page of the portal that a letter names; its foot names the home page."""
    found = re.search(re.escape(settings.SITE_URL) + r"/\S*", letter.body)
    return found[0] if found else settings.SITE_URL
