"""How pages, letters and official papers name the secretariat, and how it is reached: told in one place."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language, gettext
from redis.exceptions import RedisError

from members.models import SecretariatTerm

KEY = "secretariat-office"
SECONDS = 60
CHINESE = "zh-hant"


@dataclass(frozen=True)
class Office:
    """The secretariat of a day. The organisation is empty where it is the alliance's own office."""

    organisation_zh: str
    organisation_en: str
    email: str
    phone: str
    address_zh: str
    address_en: str
    hours_zh: str
    hours_en: str

    @property
    def organisation(self) -> str:
        return self._said("organisation")

    @property
    def address(self) -> str:
        return self._said("address")

    @property
    def hours(self) -> str:
        return self._said("hours")

    @property
    def unit(self) -> str:
        """The function, and which organisation has it."""
        name = gettext("Secretariat of the alliance")
        return f"{name} · {self.organisation}" if self.organisation else name

    def _said(self, field: str) -> str:
        zh, en = getattr(self, f"{field}_zh"), getattr(self, f"{field}_en")
        return (en or zh) if get_language() == "en" else (zh or en)


NOT_SAID = Office(*[""] * 8)
"""No organisation beside the function, and reached as the settings say."""


def secretariat_office() -> Office:
    """The secretariat of today, at most a minute old; read anew where the cache does not answer."""
    try:
        found = cache.get(KEY)
        if found is None:
            found = read_office()
            cache.set(KEY, found, SECONDS)
    except RedisError:
        found = read_office()
    return found if found.email else _with_settings(found)


def forget_office() -> None:
    """For whoever changes it: the next page says it anew."""
    try:
        cache.delete(KEY)
    except RedisError:
        return


def read_office() -> Office:
    """What today's term says. Without an e-mail address it leaves to the settings how it is reached."""
    term = SecretariatTerm.objects.current().select_related("organisation").first()
    if term is None:
        return NOT_SAID
    named = ("", "") if term.is_own_office else (term.organisation.name_zh, term.organisation.name_en)
    if not term.email:
        return replace(NOT_SAID, organisation_zh=named[0], organisation_en=named[1])
    return Office(
        *named, term.email, term.phone, term.address_zh, term.address_en, term.hours_zh, term.hours_en
    )


def _with_settings(office: Office) -> Office:
    return replace(
        office,
        email=settings.PORTAL_EMAIL,
        phone=settings.PORTAL_PHONE,
        address_zh=settings.PORTAL_ADDRESS[CHINESE],
        address_en=settings.PORTAL_ADDRESS["en"],
        hours_zh=settings.PORTAL_HOURS[CHINESE],
        hours_en=settings.PORTAL_HOURS["en"],
    )
