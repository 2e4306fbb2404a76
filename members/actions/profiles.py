"""The profile of a member, as its representatives and the secretariat write it; each change leaves a line."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import (
    Domain,
    FundingRecord,
    Organisation,
    Profile,
    ProfileChange,
    Solution,
    UseCase,
    User,
)
from members.permissions import keeps_profile
from members.pictures import logo_of
from members.refusals import NotAllowed, Refused, Stale

from .organisations import index_organisation

MOST_ROWS = 30

CHANGED = _(
    "Somebody else has changed this profile since you opened the page. Nothing of yours was written: your "
    "text is still in the form. Look at the public page; if you save again, "
    "your text takes the place of theirs."
)

Row = dict[str, Any]
ROWS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "use_cases": (UseCase, ("domain_id", "kind", "title_zh", "title_en", "year", "url")),
    "solutions": (Solution, ("title_zh", "title_en", "text_zh", "text_en", "url")),
    "funding": (
        FundingRecord,
        ("round", "year", "currency", "amount", "amount_to", "source", "visibility"),
    ),
}
"""The tables of a profile that are written as a whole, and their columns."""


def begin_profile(member: Organisation, domains: Iterable[Domain]) -> None:
    """Puts the fields that an applicant named onto the new member's page; takes none away."""
    if chosen := list(domains):
        Profile.objects.get_or_create(organisation=member)[0].domains.add(*chosen)


@dataclass(frozen=True)
class Content:
    """All of a profile that one form holds."""

    about_zh: str
    about_en: str
    website: str
    founded: int | None
    is_startup: bool
    is_closed_to_contact: bool
    domains: list[int]
    use_cases: list[Row]
    solutions: list[Row]
    funding: list[Row]

    @property
    def stamp(self) -> str:
        """A word for exactly this content: whoever sends it back has seen it."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def content_of(organisation: Organisation) -> Content:
    """The profile as it stands."""
    profile = Profile.objects.filter(organisation=organisation).first()
    rows = {
        name: list(model._default_manager.filter(organisation=organisation).order_by("pk").values(*columns))
        for name, (model, columns) in ROWS.items()
    }
    return Content(
        about_zh=organisation.about_zh,
        about_en=organisation.about_en,
        website=organisation.website,
        founded=profile.founded if profile else None,
        is_startup=profile.is_startup if profile else False,
        is_closed_to_contact=profile.is_closed_to_contact if profile else False,
        domains=sorted(profile.domains.values_list("pk", flat=True)) if profile else [],
        **rows,
    )


@transaction.atomic
def save_profile(*, user: User, organisation: Organisation, content: Content, stamp: str) -> list[str]:
    """Writes what differs, and returns its parts; nothing changed leaves no line.

    Raises NotAllowed, Stale where the profile is not any more what the writer saw, Refused for too many rows.
    """
    row = _lock(user, organisation)
    before = content_of(row)
    if before.stamp != stamp:
        raise Stale(CHANGED)
    if any(len(getattr(content, name)) > MOST_ROWS for name in ROWS):
        raise Refused(_("A profile holds %(most)d rows of a kind at most.") % {"most": MOST_ROWS})
    names = [field.name for field in fields(Content)]
    changed = [name for name in names if getattr(before, name) != getattr(content, name)]
    if not changed:
        return []
    row.about_zh, row.about_en, row.website = content.about_zh, content.about_en, content.website
    row.save(update_fields=["about_zh", "about_en", "website"])
    index_organisation(row)
    profile, _is_new = Profile.objects.get_or_create(organisation=row)
    profile.founded, profile.is_startup = content.founded, content.is_startup
    profile.is_closed_to_contact = content.is_closed_to_contact
    profile.save(update_fields=["founded", "is_startup", "is_closed_to_contact"])
    profile.domains.set(content.domains)
    for name in ROWS.keys() & set(changed):
        model = ROWS[name][0]
        model._default_manager.filter(organisation=row).delete()
        model._default_manager.bulk_create(
            [model(organisation=row, **values) for values in getattr(content, name)]
        )
    _note(user, row, changed)
    return changed


@transaction.atomic
def set_logo(*, user: User, organisation: Organisation, picture: bytes | None) -> None:
    """Takes a picture as the logo, made anew, or takes the logo away. The old file goes after the commit.

    Raises NotAllowed, or Refused where it is no picture.
    """
    row = _lock(user, organisation)
    made = logo_of(picture) if picture is not None else b""
    profile, _is_new = Profile.objects.get_or_create(organisation=row)
    storage, old = profile.logo.storage, str(profile.logo.name or "")
    if not made and not old:
        raise Refused(_("There is no logo to take away. Nothing was changed."))
    profile.logo = ""
    if made:
        profile.logo.save(f"{uuid.uuid4().hex}.png", ContentFile(made), save=False)
    try:
        profile.save(update_fields=["logo"])
        _note(user, row, ["logo"])
    except BaseException:
        if made:
            storage.delete(str(profile.logo.name))
        raise
    if old:
        transaction.on_commit(partial(storage.delete, old))


def _lock(user: User, organisation: Organisation) -> Organisation:
    """The member's row, for one writer at a time. Raises NotAllowed."""
    row = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if not keeps_profile(user, row):
        raise NotAllowed
    return row


def _note(user: User, organisation: Organisation, parts: list[str]) -> None:
    ProfileChange.objects.create(organisation=organisation, by=user, at=clock.now(), parts=parts)
