"""Article numbers as people write them, in one form: 第二十二條之一, 第22-1條 and Art. 22-1 are the same.

Pure: no queries, no clock. Paragraphs and subparagraphs (項、款) are left out: one looks up by the article.
"""

import re
import unicodedata

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "兩": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = r"[0-9零〇一二三四五六七八九十百千]+"
_ARTICLE = re.compile(
    rf"第\s*(?P<zh>{_NUMBER})\s*(?:-\s*(?P<zh_dash>{_NUMBER})\s*)?條(?:\s*之\s*(?P<zh_of>{_NUMBER}))?"
    rf"|(?:§+|\barts?\.?|\barticles?|\bsections?|\bsec\.?)\s*(?P<en>[0-9]+)(?:-(?P<en_dash>[0-9]+))?"
    rf"|^\s*(?P<bare>[0-9]+)(?:\s*-\s*(?P<bare_dash>[0-9]+))?\s*$",
    re.IGNORECASE,
)


def article_keys(text: str) -> list[str]:
    """The articles named in a text, each once, in order: `["22-1", "44"]`; empty where none is named."""
    found: dict[str, None] = {}
    plain = unicodedata.normalize("NFKC", text).translate(str.maketrans("–—‐‑", "----"))
    for match in _ARTICLE.finditer(plain):
        groups = match.groupdict()
        number = next(groups[name] for name in ("zh", "en", "bare") if groups[name])
        names = ("zh_dash", "zh_of", "en_dash", "bare_dash")
        branch = next((groups[name] for name in names if groups[name]), None)
        found["-".join(str(_value(part)) for part in (number, branch) if part)] = None
    return list(found)


def _value(text: str) -> int:
    """A number in Arabic or Chinese digits: 22, 二十二, 二二."""
    if text.isdecimal():
        return int(text)
    if not set(text) & set(_TENS):
        return int("".join(str(_DIGITS.get(c, c)) for c in text))
    total, digit = 0, 0
    for character in text:
        if character in _TENS:
            total += (digit or 1) * _TENS[character]
            digit = 0
        else:
            digit = _DIGITS[character] if character in _DIGITS else digit * 10 + int(character)
    return total + digit
