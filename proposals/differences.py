"""What has changed between two texts, as people read it: sentences first, then words and characters.

Pure. Long blocks that have little in common are not compared word by word, and texts of more than
`MOST_COMPARED` sentences only at their two ends, so that no text takes seconds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

LONGEST_COMPARED = 1_000
MOST_COMPARED = 1_000
ALIKE = 0.3
_SENTENCE = re.compile(r".+?(?:[。！？；]+|[.!?;](?=\s)|\n+|\Z)\s*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)


class Change(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    change: Change
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """The pieces in order: all but the added ones are the old text, all but the removed ones the new."""
    pieces = _compare(_SENTENCE.findall(old), _SENTENCE.findall(new), refine=True)
    return [
        Piece(change, "".join(piece.text for piece in run))
        for change, run in groupby(pieces, key=lambda piece: piece.change)
    ]


def _compare(old: list[str], new: list[str], *, refine: bool) -> Iterator[Piece]:
    for tag, i, j, k, m in _steps(old, new):
        before, after = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal" and before:
            yield Piece(Change.SAME, before)
        elif refine and before and after and _is_alike(before, after):
            yield from _compare(_WORD.findall(before), _WORD.findall(after), refine=False)
        else:
            if before:
                yield Piece(Change.REMOVED, before)
            if after:
                yield Piece(Change.ADDED, after)


def _steps(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if max(len(old), len(new)) <= MOST_COMPARED:
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    shortest = min(len(old), len(new))
    head = next((n for n in range(shortest) if old[n] != new[n]), shortest)
    tail = next((n for n in range(shortest - head) if old[-1 - n] != new[-1 - n]), shortest - head)
    end, new_end = len(old) - tail, len(new) - tail
    return [
        ("equal", 0, head, 0, head),
        ("replace", head, end, head, new_end),
        ("equal", end, len(old), new_end, len(new)),
    ]


def _is_alike(old: str, new: str) -> bool:
    if max(len(old), len(new)) > LONGEST_COMPARED:
        return False
    return SequenceMatcher(None, old, new, autojunk=False).quick_ratio() >= ALIKE
