"""What the secretariat should look at before it decides on an application. Nothing here decides."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Application, Organisation
from .namesakes import ALIKE, is_ubn, key_of, likeness, site_of
from .states import ApplicationState

SHOWN = 8


@dataclass(frozen=True)
class Match:
    """Another row that may be the same organisation, and why."""

    name: str
    url: str
    state: str
    why: list[str | Promise]
    likeness: float = 0.0


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: `tone` is ok, soon, late or muted."""

    label: str | Promise
    said: str | Promise
    tone: str
    icon: str


def checks_of(application: Application) -> list[Check]:
    """The number's check digit, and whether the e-mail belongs to the website."""
    number = _("Business number")
    if not application.ubn:
        said = Check(number, _("None was given."), "muted", "minus")
    elif is_ubn(application.ubn):
        said = Check(number, _("The check digit is right."), "ok", "check")
    else:
        said = Check(number, _("The check digit is wrong."), "late", "alert")
    return [said, _check_of_mail(application)]


def _check_of_mail(application: Application) -> Check:
    label = _("E-mail and website")
    mail, web = site_of(application.email), site_of(application.website)
    if not mail:
        return Check(label, _("The e-mail is of a provider that everybody can use."), "soon", "info")
    if not web:
        return Check(label, _("No website to compare the e-mail with."), "muted", "minus")
    if mail == web:
        return Check(label, _("Both have the same domain."), "ok", "check")
    return Check(label, _("The domains differ."), "soon", "info")


def organisations_like(application: Application) -> list[Match]:
    """Organisations of the portal that may be the applicant, the likeliest first."""
    rows = Organisation.objects.exclude(sector=Organisation.Sector.GOVERNMENT)
    matches = []
    for row in rows.defer("search", "about_zh", "about_en"):
        sites = {site_of(row.website), site_of(row.mailbox)}
        why, alike = _why(application, (row.name_zh, row.name_en), row.ubn, sites)
        if why:
            state = _("member") if row.is_member else _("known, not a member")
            url = reverse("admin:members_organisation_change", args=[row.pk])
            matches.append(Match(row.name, url, str(state), why, alike))
    return _likeliest(matches)


def applications_like(application: Application) -> tuple[list[Match], list[Match]]:
    """Other applications that may be of the same: those that were refused, and the others."""
    refused: list[Match] = []
    others: list[Match] = []
    rows = Application.objects.exclude(pk=application.pk).exclude(state=ApplicationState.SENT)
    for row in rows:
        sites = {site_of(row.website), site_of(row.email)}
        why, alike = _why(application, (row.name_zh, row.name_en), row.ubn, sites)
        if application.earlier_id == row.pk:
            why.insert(0, _("the earlier application"))
        if why:
            url = reverse("admin:members_application_change", args=[row.pk])
            match = Match(row.name, url, str(row.get_state_display()), why, alike)
            (refused if row.state == ApplicationState.REFUSED else others).append(match)
    return _likeliest(refused), _likeliest(others)


def _why(
    application: Application, names: Iterable[str], ubn: str, sites: set[str]
) -> tuple[list[str | Promise], float]:
    """What the two have in common, in words, and how alike their names are."""
    own = {key_of(name) for name in (application.name_zh, application.name_en) if name}
    other = {key_of(name) for name in names if name}
    alike = max((likeness(one, two) for one in own for two in other), default=0.0)
    why: list[str | Promise] = []
    if alike == 1.0:
        why.append(_("same name"))
    elif alike >= ALIKE:
        why.append(_("similar name"))
    if application.ubn and application.ubn == ubn:
        why.append(_("same business number"))
    if ({site_of(application.website), site_of(application.email)} & sites) - {""}:
        why.append(_("same domain"))
    return why, alike


def _likeliest(matches: list[Match]) -> list[Match]:
    return sorted(matches, key=lambda match: (len(match.why), match.likeness), reverse=True)[:SHOWN]
