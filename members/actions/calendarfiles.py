"""What every calendar file of the portal begins with (RFC 5545): its header, how it names an entry, and who
is asked to come by whom."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from icalendar import Calendar, vCalAddress, vText

from members.models import User
from members.office import secretariat_office


def calendar_file(method: str) -> Calendar:
    """An empty file; `method` is PUBLISH, REQUEST or CANCEL."""
    file = Calendar()
    file.add("prodid", f"-//{settings.PORTAL_NAME['en']}//{_host()}//EN")
    file.add("version", "2.0")
    file.add("method", method)
    return file


def uid_of(what: str, pk: int) -> str:
    """The name that an entry keeps for ever, so that a calendar moves it instead of showing two."""
    return f"{what}-{pk}@{_host()}"


def organizer() -> vCalAddress:
    """The secretariat, in the language of the moment."""
    address = vCalAddress(f"mailto:{secretariat_office().email or settings.DEFAULT_FROM_EMAIL}")
    address.params["CN"] = vText(settings.PORTAL_NAME[translation.get_language() or settings.LANGUAGE_CODE])
    return address


def guest(to: User) -> vCalAddress:
    """Whoever gets the file; replies are given in the portal, not by the calendar."""
    address = vCalAddress(f"mailto:{to.email}")
    address.params["CN"] = vText(to.name)
    address.params["PARTSTAT"] = vText("NEEDS-ACTION")
    address.params["RSVP"] = vText("FALSE")
    return address


def _host() -> str | None:
    return urlsplit(settings.SITE_URL).hostname
