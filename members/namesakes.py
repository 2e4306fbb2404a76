"""Whether two organisations may be one: by name, business number and internet domain.

Nothing here decides: it tells a person what to look at. Legal forms and spaces say nothing, 台 is 臺.
"""

import re
from urllib.parse import urlsplit

from stdnum.tw import ubn as register

from .bigrams import normalised

ALIKE = 0.6
"""From this share of common bigrams on two names are shown to a person side by side."""

_FORMS = re.compile(
    "股份有限公司|有限公司|分公司|財團法人|社團法人|公司"
    r"|\b(?:co|company|corp|corporation|inc|incorporated|limited|llc|ltd|plc|the)\b"
)
_SILENT = re.compile(r"[\W_]+")

PUBLIC_MAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "hinet.net",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "me.com",
        "msa.hinet.net",
        "outlook.com",
        "pchome.com.tw",
        "proton.me",
        "protonmail.com",
        "yahoo.com",
        "yahoo.com.tw",
    }
)
"""Mail for everybody: an address there says nothing about the organisation."""
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "idv", "net", "org"})


def key_of(name: str) -> str:
    """What is left of a name when width, case, spaces, punctuation and the legal form are taken away."""
    plain = _FORMS.sub(" ", normalised(name))
    return _SILENT.sub("", plain) or _SILENT.sub("", normalised(name))


def likeness(one: str, other: str) -> float:
    """The share of common bigrams of two keys (Dice): 1.0 for the same, 0.0 where nothing is shared."""
    if one == other:
        return 1.0 if one else 0.0
    first, second = _pairs(one), _pairs(other)
    whole = len(first) + len(second)
    return 2 * len(first & second) / whole if whole else 0.0


def _pairs(key: str) -> set[str]:
    return {key[i : i + 2] for i in range(len(key) - 1)}


def is_ubn(text: str) -> bool:
    """Whether eight digits are a business number (統一編號): the last one checks the others."""
    return bool(register.is_valid(text))


def compact_ubn(text: str) -> str:
    """The digits alone, of half width."""
    return str(register.compact(normalised(text)))


def site_of(address: str) -> str:
    """The registered domain of a web address or an e-mail address; empty for one that anybody can have."""
    text = address.strip().casefold()
    host = text.rpartition("@")[2] if "@" in text and "//" not in text else urlsplit(text).hostname or ""
    parts = host.rstrip(".").split(".")
    if len(parts) < 2 or host in PUBLIC_MAIL:
        return ""
    long = len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVEL
    site = ".".join(parts[-3:] if long else parts[-2:])
    return "" if site in PUBLIC_MAIL else site
