"""What goes into the dossier of a case, and how: rows as tables and JSON, files in a ZIP that is never whole.

Works on rows already read for one reader: nothing here decides who may see what. Cells that a spreadsheet
would run as a formula are defused (OWASP, CSV injection).
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from members.models import Organisation

from .explanations import explain
from .models import Answer, Ask, Deadline, Proposal, PublicOpening, Referral, TimelineEntry
from .uploads import MEBIBYTE, clean_name

LARGEST = 64 * MEBIBYTE
"""What the files of one dossier may hold together; a case's own files are fewer by rule."""
CHUNK = 64 * 1024
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"
RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}
FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))


# --- tables ----------------------------------------------------------------------------------------


def cell(value: object) -> str:
    """A value as a spreadsheet may hold it: dates in ISO form, nothing that begins a formula."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table that spreadsheets read with their characters intact: UTF-8 with its mark, lines by CR LF."""
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(header)
    table.writerows([cell(value) for value in row] for row in rows)
    return (BOM + written.getvalue()).encode()


ANSWERS = (
    "ask", "law", "article", "what_is_asked", "body", "part", "round", "outcome", "outcome_in_words",
    "reason", "legal_basis", "next_step", "next_on", "published_at", "version", "change", "change_reason",
    "approved_on", "document_number",
)  # fmt: skip


def answer_rows(answers: Iterable[Answer]) -> list[list[object]]:
    """Every version of each: what was corrected or withdrawn stays readable."""
    return [
        [
            answer.ask.number,
            answer.ask.law.name if answer.ask.law else "",
            answer.ask.article,
            answer.ask.text,
            answer.named.name,
            answer.referral.get_part_display(),
            answer.referral.round,
            answer.outcome,
            answer.get_outcome_display(),
            answer.reason,
            answer.legal_basis,
            answer.next_step,
            answer.next_on,
            answer.published_at,
            answer.version,
            answer.change,
            answer.change_reason,
            answer.approved_on,
            answer.document_number,
        ]
        for answer in answers
    ]


TIMELINE = ("happened_at", "recorded_at", "kind", "what_happened", "text", "visible_to")


def timeline_rows(
    entries: Iterable[TimelineEntry], say: Callable[[TimelineEntry], str]
) -> list[list[object]]:
    """Oldest first. `say` words an entry."""
    return [
        [entry.happened_at, entry.recorded_at, entry.kind, say(entry), entry.note.text, entry.visibility]
        for entry in sorted(entries, key=lambda entry: (entry.happened_at, entry.pk))
    ]


# --- JSON ------------------------------------------------------------------------------------------


def case_json(
    case: Proposal,
    *,
    asks: Iterable[Ask],
    referrals: Iterable[Referral],
    answers: Iterable[Answer],
    entries: Iterable[TimelineEntry],
    deadlines: Iterable[Deadline],
    domains: Iterable[Any],
    opened: Iterable[PublicOpening],
    into: Proposal | None,
    say: Callable[[TimelineEntry], str],
) -> bytes:
    """The case by a list of its fields: a field that is added to a table does not slip in here."""
    told = {
        "number": case.number,
        "state": case.state,
        "merged_into": into.number if into else None,
        "origin": case.origin,
        "source": {"name": case.source_name, "number": case.source_number, "url": case.source_url},
        "language": case.language,
        "title": case.title,
        "title_other": case.title_other,
        "summary": case.summary,
        "summary_other": case.summary_other,
        "business_model": case.business_model,
        "conflict": case.conflict,
        "benefit_firms": case.benefit_firms,
        "benefit_public": case.benefit_public,
        "opened_to_the_public": [
            {"on": row.opens_on, "file": row.attachment.name}
            if row.attachment
            else {"on": row.opens_on, "part": row.part.side, "text": row.part.text}
            if row.part
            else {"on": row.opens_on, "text": row.proposal.restricted.text}
            for row in opened
        ],
        "group": case.group.slug if case.group else None,
        "proposer": _named(case.organisation),
        "taken_over_by": _named(case.taken_over_by),
        "domains": [domain.slug for domain in domains],
        "submitted_at": case.submitted_at,
        "accepted_at": case.accepted_at,
        "answered_at": case.answered_at,
        "ended_at": case.ended_at,
        "latest_overall_on": case.latest_overall_on,
        "asks": [
            {
                "number": ask.number,
                "law": ask.law.name_zh if ask.law else None,
                "article": ask.article,
                "text": ask.text,
                "text_other": ask.text_other,
            }
            for ask in asks
        ],
        "referrals": [
            {
                "body": _named(row.ministry),
                "part": row.part,
                "round": row.round,
                "state": row.state,
                "letter": {"number": row.letter_number, "on": row.letter_on},
                "received_on": row.received_on,
                "due_on": row.due_on,
                "answered_at": row.answered_at,
                "reply_letter": {"number": row.reply_number, "on": row.reply_on},
            }
            for row in referrals
        ],
        "answers": [dict(zip(ANSWERS, row, strict=True)) for row in answer_rows(answers)],
        "deadlines": [
            {
                "kind": row.kind,
                "counted_from": row.counted_from,
                "period": {"amount": row.amount, "unit": row.unit},
                "due_on": row.due_on,
                "is_paused": row.is_paused,
                "is_provisional": row.is_provisional,
                "settled_at": row.settled_at,
                "office_calendar": row.calendar_version,
                "computation": [str(sentence) for sentence in explain(row)],
            }
            for row in deadlines
        ],
        "timeline": [dict(zip(TIMELINE, row, strict=True)) for row in timeline_rows(entries, say)],
    }
    return as_json(told)


def plainly(value: object) -> str:
    """A value that JSON has no form for, days and moments in ISO form."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def as_json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=2, default=plainly).encode()


def _named(organisation: Organisation | None) -> dict[str, str] | None:
    if organisation is None:
        return None
    return {"slug": organisation.slug, "name_zh": organisation.name_zh, "name_en": organisation.name_en}


# --- the ZIP ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One file of a dossier. `read` gives its bytes when their turn comes; it may raise FileNotFoundError."""

    name: str
    about: str
    read: Callable[[], Iterable[bytes]]
    size: int = 0

    @classmethod
    def of(cls, name: str, about: str, content: bytes) -> "Part":
        return cls(name, about, lambda: [content], len(content))


def safe_name(name: str, taken: set[str]) -> str:
    """A name that every system can unpack and that no other file has; it never leaves its folder."""
    tidy = clean_name(name).translate(FORBIDDEN).strip(". ") or "file"
    stem, dot, extension = tidy.rpartition(".")
    if not dot:
        stem, extension = tidy, ""
    if stem.lower() in RESERVED:
        stem = f"_{stem}"
    found, n = f"{stem}{dot}{extension}", 1
    while found.lower() in taken:
        n += 1
        found = f"{stem}-{n}{dot}{extension}"
    taken.add(found.lower())
    return found


class _Sink(io.RawIOBase):
    """Where a ZIP is written without a file: what has been written is taken away in pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self.pieces.append(piece)
        self.position += len(piece)
        return len(piece)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def zipped(
    folder: str, parts: Iterable[Part], manifest: Mapping[str, Any], moment: datetime
) -> Iterator[bytes]:
    """The parts under one folder, each piece sent as soon as it is packed; at the end a manifest of them all.

    A file that the disk has lost is left out, and the manifest says so.
    """
    sink = _Sink()
    files: list[dict[str, object]] = []
    missing: list[str] = []
    when = moment.timetuple()[:6]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]

        def entry(name: str) -> zipfile.ZipInfo:
            info = zipfile.ZipInfo(f"{folder}/{name}", when)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            return info

        for part in parts:
            try:
                content = part.read()
            except FileNotFoundError:
                missing.append(part.name)
                continue
            digest, size = hashlib.sha256(), 0
            with archive.open(entry(part.name), "w") as target:
                for chunk in content:
                    target.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                    if piece := sink.take():
                        yield piece
            files.append(
                {"name": part.name, "about": part.about, "bytes": size, "sha256": digest.hexdigest()}
            )
        archive.writestr(entry("manifest.json"), as_json({**manifest, "files": files, "missing": missing}))
    yield sink.take()
