"""What of a case can be blacked out: the table of its texts, and how words disappear from one.

Pure: no queries, no clock. Each place names a model, its text fields, the way from a row to its case, the
circle that reads of a redaction there, and the way to the referral whose body wrote the text. A text field
of a case that stands neither here nor in the exceptions of `tests/proposals/test_redactable.py` fails there.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BLACK = "████"
SHORT_BLACK = "█"
FILE = "file"
SHORTEST = 2
"""A single character is no name: to black it out would black out the text."""
AROUND = 36
MOST_SNIPPETS = 3


@dataclass(frozen=True)
class Place:
    """Text fields of one table. `to_case` and `to_referral` are look-ups from a row.

    `circle` is the visibility of the trace, or `of_entry` where the row has one itself. What is `read_with`
    another row is read by whoever reads that; empty: the table's own `visible_to` decides. `never_shown`
    texts are redacted without being shown to whoever redacts. `reindex` writes a row's search index anew.
    """

    model: str
    label: str | Promise
    fields: Mapping[str, str | Promise]
    to_case: str = "proposal"
    to_referral: str = ""
    circle: str = "public"
    read_with: str = ""
    never_shown: bool = False
    only: Mapping[str, object] = field(default_factory=dict)
    reindex: Callable[[Any], None] | None = None

    def name_of(self, column: str) -> str:
        """As the trace names a column; those that describe a file are the file."""
        return f"{self.model.lower()}.{column if column in self.fields else FILE}"


_ANSWER: Mapping[str, str | Promise] = {
    "reason": _("reason"),
    "legal_basis": _("legal basis"),
    "next_step": _("next step"),
}
_OWN: Mapping[str, str | Promise] = {"text": ""}

PLACES: list[Place] = [
    Place(
        "proposals.Proposal",
        _("the case"),
        {
            "title": _("title"),
            "title_other": _("title in the other language"),
            "summary": _("public summary"),
            "summary_other": _("public summary in the other language"),
            "business_model": _("business model"),
            "conflict": _("where business and law conflict"),
            "benefit_firms": _("benefit to firms"),
            "benefit_public": _("benefit and risk to the public"),
        },
        to_case="pk",
    ),
    Place(
        "proposals.Ask",
        _("ask"),
        {
            "text": _("what is asked"),
            "text_other": _("what is asked, in the other language"),
            "article": _("article"),
        },
        read_with="proposal",
    ),
    Place("proposals.TextVersion", _("version of the text"), {"content": "", "reason": _("reason")}),
    Place("proposals.RestrictedText", _("restricted text"), _OWN, circle="parties", never_shown=True),
    Place("proposals.Attachment", _("attachment"), {"name": _("file name")}, circle="parties"),
    Place(
        "proposals.TimelineNote",
        _("timeline"),
        _OWN,
        to_case="entry__proposal",
        circle="of_entry",
        read_with="entry",
    ),
    Place("proposals.TimelineEntry", _("timeline"), {"data": _("details")}, circle="of_entry"),
    Place("proposals.TriageNote", _("triage note"), _OWN, circle="group"),
    Place("proposals.Score", _("score"), {"note": _("note")}, circle="group"),
    Place(
        "proposals.Recusal",
        _("recusal"),
        {"reason": _("reason"), "decision": _("reason of the decision")},
        circle="secretariat",
    ),
    Place(
        "proposals.Consultation",
        _("comment before the referral"),
        {"note": _("what the group would like to know"), "text": _("comment")},
    ),
    Place(
        "proposals.Coordination",
        _("coordination of competence"),
        {"contact": _("coordinating contact"), "minutes": _("conclusions of the meeting")},
    ),
    Place(
        "proposals.Answer",
        _("answer"),
        {**_ANSWER, "change_reason": _("reason of the change")},
        to_case="referral__proposal",
        to_referral="referral",
    ),
    Place(
        "proposals.AnswerDraft",
        _("draft answer"),
        _ANSWER,
        to_case="referral__proposal",
        to_referral="referral",
        circle="ministry",
    ),
    Place(
        "proposals.CheckedText",
        _("draft laid before the proposer"),
        _ANSWER,
        to_case="referral__proposal",
        to_referral="referral",
        circle="ministry",
    ),
    Place(
        "proposals.SecrecyCheck",
        _("check of business secrets"),
        {"objection": _("what is secret, and why")},
        to_case="question__referral__proposal",
        to_referral="question__referral",
        circle="ministry",
    ),
    Place(
        "proposals.InterimReply",
        _("interim reply"),
        _OWN,
        to_case="referral__proposal",
        to_referral="referral",
    ),
    Place(
        "proposals.Question",
        _("question"),
        {"text": "", "reply": _("reply")},
        to_case="referral__proposal",
        to_referral="referral",
        only={"kind": "question"},
    ),
    Place(
        "proposals.RestrictedPart",
        _("restricted part of a question or reply"),
        _OWN,
        to_referral="question__referral",
        circle="parties",
        never_shown=True,
    ),
    Place("proposals.Pause", _("pause"), {"reason": _("reason")}, to_referral="referral"),
    Place(
        "proposals.Extension",
        _("extension"),
        {"reason": _("reason"), "progress": _("progress so far")},
        to_case="referral__proposal",
        to_referral="referral",
    ),
    Place(
        "proposals.PaperAnswer",
        _("answer by letter"),
        {"name": _("file name")},
        to_case="referral__proposal",
        to_referral="referral",
    ),
    Place("proposals.FollowUp", _("follow-up item"), {"title": ""}, to_referral="referral"),
    Place(
        "proposals.FollowUpStep",
        _("follow-up item"),
        {"text": _("what happened")},
        to_case="follow_up__proposal",
        to_referral="follow_up__referral",
        read_with="follow_up",
    ),
    Place(
        "proposals.Clarification",
        _("register of clarifications"),
        {
            "question": _("the question in a sentence"),
            "question_en": _("the question in a sentence (English)"),
            "facts": _("facts relied on"),
            "article": _("article"),
        },
        to_case="answer__referral__proposal",
    ),
    Place("proposals.AnswerRating", _("rating of an answer"), {"text": _("remark")}, circle="parties"),
    Place("proposals.Reconsideration", _("reconsideration"), {"reason": _("reason")}, read_with="proposal"),
    Place("proposals.SecondLook", _("second look"), {"reason": _("reason")}, circle="parties"),
    Place(
        "workinggroups.AgendaItem",
        _("agenda item"),
        {
            "title_zh": _("title (Chinese)"),
            "title_en": _("title (English)"),
            "minutes_text": _("what was said"),
            "decision_text": _("what was decided"),
        },
        to_case="case__proposal",
        circle="parties",
        read_with="meeting",
    ),
]

LETTER = Place(
    "members.Letter", _("letters"), {"subject": "", "body": "", "calendar": ""}, circle="secretariat"
)
HISTORY = Place(
    "admin.LogEntry",
    _("history of the admin"),
    {"object_repr": "", "change_message": ""},
    circle="secretariat",
)
"""What repeats the words of a case without being a text of it: always redacted with them."""


def register(place: Place) -> None:
    """For apps of the floors above, once at start: their own texts of a case."""
    if place not in PLACES:
        PLACES.append(place)


def label_of(name: str) -> str:
    """The words for a place by its name, as the trace stores it; of a place that is gone its bare name."""
    for place in (*PLACES, LETTER, HISTORY):
        if name == place.name_of(FILE):
            return str(place.label)
        for column in place.fields:
            if place.name_of(column) == name:
                return says(place, column)
    return name


def says(place: Place, column: str) -> str:
    label = str(place.fields[column])
    if not label or place.model in ("proposals.Proposal", "proposals.Ask"):
        return label or str(place.label)
    return f"{place.label}: {label}"


# --- how words disappear ---------------------------------------------------------------------------


def words_in(typed: str) -> list[str]:
    """The words to black out, one to a line, the longest first so that none is cut by a shorter one."""
    lines = {line.strip() for line in typed.splitlines()} - {""}
    return sorted(lines, key=lambda line: (-len(line), line))


def black_out(text: str, words: Iterable[str], *, longest: int | None = None) -> str:
    """The text with every occurrence of the words as a black block of one length, however they are written.

    Capital and small letters, full and half width are the same. Where the blocks would not fit into the
    field they are one character each.
    """
    spans = _spans(text, words)
    if not spans:
        return text
    blacked = _replaced(text, spans, BLACK)
    if longest is not None and len(blacked) > longest:
        return _replaced(text, spans, SHORT_BLACK)
    return blacked


def blacked(value: Any, words: Iterable[str], *, longest: int | None = None) -> Any:
    """As `black_out`, for texts within lists and named values too."""
    words = list(words)
    if isinstance(value, str):
        return black_out(value, words, longest=longest)
    if isinstance(value, list):
        return [blacked(each, words) for each in value]
    if isinstance(value, dict):
        return {key: blacked(each, words) for key, each in value.items()}
    return value


def _replaced(text: str, spans: list[tuple[int, int]], block: str) -> str:
    kept, end = [], 0
    for start, stop in spans:
        kept += [text[end:start], block]
        end = stop
    return "".join([*kept, text[end:]])


def _spans(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where the words stand in the text: from and to, in order, none over another."""
    plain, source = _folded(text)
    found = []
    for word in words:
        wanted, _source = _folded(word)
        at = plain.find(wanted) if wanted else -1
        while at >= 0:
            found.append((source[at], source[at + len(wanted) - 1] + 1))
            at = plain.find(wanted, at + len(wanted))
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _folded(text: str) -> tuple[str, list[int]]:
    """The text without differences of width and case, and for each of its characters where it came from."""
    plain, source = [], []
    for at, character in enumerate(text):
        for folded in unicodedata.normalize("NFKC", character).casefold():
            plain.append(folded)
            source.append(at)
    return "".join(plain), source


# --- what a page shows of it ------------------------------------------------------------------------


def strings_in(value: Any) -> Iterator[str]:
    """The texts within a column, which may be a list or named values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings_in(each)


def snippets(value: Any) -> Iterator[str]:
    """Of a blacked-out column the first few black blocks with the words around them."""
    told = 0
    for text in strings_in(value):
        at = text.find(SHORT_BLACK)
        while at >= 0 and told < MOST_SNIPPETS:
            start, stop = max(at - AROUND, 0), at + len(BLACK) + AROUND
            yield f"{'…' if start else ''}{text[start:stop]}{'…' if stop < len(text) else ''}"
            told += 1
            at = text.find(SHORT_BLACK, stop)
