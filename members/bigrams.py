"""Chinese search without a dictionary: neighbouring characters become the words of a full-text index.

`document()` feeds `to_tsvector('simple', …)`, `query()` feeds `to_tsquery('simple', …)`. Every document
that contains the searched words matches. The converse holds for words of two characters; of longer ones
the bigrams may stand apart, so whoever shows the rows checks them again with `holds()`.
"""

import re
import unicodedata
from itertools import accumulate

LONGEST_DOCUMENT = 200_000
LONGEST_QUERY = 200
LONGEST_WORD = 60
# Postgres refuses a tsvector of a mebibyte; a word costs its bytes and about eight more.
LARGEST_INDEX = 900_000

# One way of writing a character that Taiwan writes in two.
_VARIANTS = str.maketrans("台", "臺")

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>[^\W_{_HAN}]+)")
_BEYOND = re.compile("[\U00010000-\U0010ffff]")


def normalised(text: str) -> str:
    """The text as it is compared: one width, one case, one 臺."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_VARIANTS)


def tokens(text: str) -> list[str]:
    """The index words of a text: bigrams of each Chinese run with its last character, and other words whole.

    Each run ends with its last character alone, so that a prefix search finds every single character.
    """
    found: list[str] = []
    for run in _RUN.finditer(normalised(text[:LONGEST_DOCUMENT])):
        word = run["word"]
        if word:
            found.append(_indexable(word[:LONGEST_WORD]))
        else:
            found += _bigrams(run["han"])
            found.append(_indexable(run["han"][-1]))
    return found


def document(text: str) -> str:
    """What to hand to `to_tsvector('simple', …)`: each word once, in order, as many as an index takes."""
    words = list(dict.fromkeys(tokens(text)))
    sizes = accumulate(len(word.encode()) + 8 for word in words)
    return " ".join(word for word, size in zip(words, sizes, strict=True) if size <= LARGEST_INDEX)


def query(text: str) -> str:
    """What to hand to `to_tsquery('simple', …)`; empty if there is nothing to search for.

    All words must occur; a single Chinese character and the last Latin word match as prefixes. Only
    letters, digits and Chinese characters get through, so no operator of a reader's can.
    """
    terms: dict[str, None] = {}
    runs = list(_RUN.finditer(normalised(text[:LONGEST_QUERY])))
    for run in runs:
        word = run["word"]
        if word:
            terms[_indexable(word[:LONGEST_WORD]) + (":*" if run is runs[-1] else "")] = None
        elif len(run["han"]) == 1:
            terms[_indexable(run["han"]) + ":*"] = None
        else:
            terms |= dict.fromkeys(_bigrams(run["han"]))
    return " & ".join(terms)


def holds(text: str, words: str) -> bool:
    """Whether a text really contains each of the words that were searched for, as `query()` cut them."""
    haystack = normalised(text)
    return all(run[0] in haystack for run in _RUN.finditer(normalised(words[:LONGEST_QUERY])))


def _bigrams(run: str) -> list[str]:
    return [_indexable(run[i : i + 2]) for i in range(len(run) - 1)]


def _indexable(word: str) -> str:
    """Rare characters in ASCII: whether Postgres takes them for letters depends on its locale."""
    return _BEYOND.sub(lambda found: f"u{ord(found[0]):x}", word)
