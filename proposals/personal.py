"""Personal data in a text that is meant for everybody: found by form and, where there is one, by check digit.

Pure: no queries, no clock. Finds what has a form: identity numbers, telephone numbers, e-mail addresses of
Taiwan. Names and street addresses have none, and are not found; a page that uses this must not promise more.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What was found; pages word it."""

    IDENTITY = "identity"
    RESIDENT = "resident"
    TELEPHONE = "telephone"
    EMAIL = "email"


@dataclass(frozen=True)
class Found:
    """One finding: what it is, in which line of which text it stands, and as much of it as may be shown."""

    kind: Kind
    place: str
    line: int
    masked: str


# The two digits of each first letter: 內政部戶政司, 國民身分證統一編號編碼原則. The same letters and check
# hold for 新式外來人口統一證號 (second character 8 or 9, since 2021-01-02); the old form has a letter there.
_LETTERS = {letter: n for n, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", start=10)}
_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)

_IDENTITY = re.compile(r"(?<![A-Za-z0-9])([A-Za-z])([1289A-Da-d])(\d{8})(?![A-Za-z0-9])")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # no hyphen at either end (RFC 1123)
_EMAIL = re.compile(rf"(?<![\w.+-])[A-Za-z0-9][\w.+-]{{0,63}}@(?:{_LABEL}\.)+[A-Za-z]{{2,24}}", re.ASCII)
_GAP = r"[ \-.]?"
_MOBILE = rf"(?:\+?886{_GAP}\(?0?\)?9|09)\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{3}}"
# Area codes: 國家通訊傳播委員會, 電信網路編碼計畫: 02 to 08, 037, 049, 082, 0826, 0836, 089.
_AREA = r"(?:826|836|37|49|82|89|[2-8])"
_LANDLINE = (
    rf"(?:\+?886{_GAP}\(?0?\)?{_AREA}|\(0{_AREA}\) ?|0{_AREA}(?=[ \-]))"
    rf"{_GAP}\d{{3,4}}{_GAP}\d{{3,4}}(?:{_GAP}(?:#|ext\.?|分機) ?\d{{1,6}})?"
)
_NAMED = r"(?<=[話真絡機lex:]) ?0[2-8]\d{7,8}"
_TELEPHONE = re.compile(
    rf"(?:(?<![0-9A-Za-z+\-])(?:{_MOBILE}|{_LANDLINE})|{_NAMED})(?![\d\-])", re.IGNORECASE
)
_LETTER_NUMBER = re.compile(r"[字第]\s*$")
"""What stands before the number of an official letter (發文字號), which may look like a telephone number."""


def found_in(texts: Mapping[str, str]) -> list[Found]:
    """Every finding in texts named by their place, in order; the same number in the same text once."""
    return list(dict.fromkeys(hit for place, text in texts.items() for hit in _each(place, text)))


def _each(place: str, text: str) -> Iterator[Found]:
    for number, line in enumerate(text.splitlines(), start=1):
        plain = unicodedata.normalize("NFKC", line).replace("–", "-").replace("‐", "-")
        for kind, masked in _in_line(plain):
            yield Found(kind, place, number, masked)


def _in_line(line: str) -> Iterable[tuple[Kind, str]]:
    for match in _IDENTITY.finditer(line):
        if is_identity_number(match[0]):
            kind = Kind.IDENTITY if match[2] in "12" else Kind.RESIDENT
            yield kind, f"{match[0][0].upper()}{'•' * 7}{match[0][-2:]}"
    for match in _TELEPHONE.finditer(line):
        digits = re.sub(r"\D", "", match[0])
        if 8 <= len(digits) <= 18 and not _LETTER_NUMBER.search(line[: match.start()]):
            yield Kind.TELEPHONE, f"{digits[:2]}{'•' * (len(digits) - 5)}{digits[-3:]}"
    for match in _EMAIL.finditer(line):
        name, _at, host = match[0].partition("@")
        yield Kind.EMAIL, f"{name[0]}{'•' * 4}@{host}"


def is_identity_number(text: str) -> bool:
    """Whether the check digit is right: the weighted sum of letter and digits is a multiple of ten."""
    text = text.upper()
    second = text[1] if text[1].isdigit() else str(_LETTERS[text[1]] % 10)
    digits = [*divmod(_LETTERS[text[0]], 10), *(int(digit) for digit in second + text[2:])]
    return sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 10 == 0
