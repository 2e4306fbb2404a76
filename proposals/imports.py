"""Reads archived cases of another platform: JSON rows in, checked values or faults out. No database.

The format is described in docs/import_cases.md. A row is taken whole or not at all; every fault of it is
reported, each with the field in which it lies.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from .deadlines import TAIPEI, DeadlineError, Period, Unit, due
from .workdays import Calendar

SOURCE_NAME = "公共政策網路參與平臺－提點子"
SOURCE_URL = "https://join.gov.tw/idea/detail/{id}"
ANSWER_PERIOD = Period(2, Unit.MONTH)
COMPLETED = "Completed"
LEAD, ASSISTING = "lead", "assisting"
HEADINGS = {
    "analysis": "研析",
    "process": "辦理經過",
    "decision_reasons": "理由",
    "follow_up_plan": "後續規劃",
}
LABEL = re.compile(r"[A-Za-z0-9._-]*")
EARLIEST_YEAR = 1900
MISSING: Any = object()


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, and where."""

    field: str
    message: str


class Faulty(ValueError):
    """A row that cannot be taken; holds all its faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.field}: {fault.message}" for fault in self.faults))


@dataclass(frozen=True)
class Reply:
    """What a body said at one moment."""

    at: datetime
    text: str


@dataclass
class Body:
    """A body of a case and all it said; the last reply is its answer, the earlier ones are interim."""

    name: str
    short: str = ""
    code: str = ""
    is_lead: bool = False
    replies: list[Reply] = field(default_factory=list)

    @property
    def last_reply(self) -> Reply | None:
        return self.replies[-1] if self.replies else None

    def is_called(self, name: str, code: str) -> bool:
        return self.code == code if self.code and code else self.name == name


@dataclass(frozen=True)
class ArchivedCase:
    """One closed case of another platform."""

    source_id: str
    source_number: str
    source_name: str
    source_url: str
    title: str
    summary: str
    benefit: str
    submitted_at: datetime
    accepted_at: datetime
    reached_at: datetime
    due_on: date | None
    bodies: tuple[Body, ...]

    @property
    def number(self) -> str:
        """The number here: the source's own, or the beginning of its id where it has none."""
        return f"J-{self.source_number or self.source_id[:8]}"

    @property
    def answered_at(self) -> datetime:
        """The lead's last reply, or the last of all where no lead replied."""
        leads = [reply.at for body in self.bodies if body.is_lead for reply in body.replies]
        return max(leads or [reply.at for body in self.bodies for reply in body.replies])

    def our_due_on(self, calendar: Calendar) -> date | None:
        """Two months from the day on which the threshold was reached, counted as the portal counts."""
        try:
            return due(self.reached_at, ANSWER_PERIOD, calendar).last_day
        except DeadlineError:
            return None


def read_row(row: object) -> ArchivedCase:
    """The checked values of one row. Raises Faulty with everything that is wrong with it."""
    if not isinstance(row, Mapping):
        raise Faulty([Fault("row", "must be an object")])
    reader = _Reader(row)
    source_id = reader.label("id", longest=64, required=True)
    if reader.value("status") not in (MISSING, None, COMPLETED):
        reader.blame("status", f"only {COMPLETED!r} cases can be imported")
    url = reader.text("source_url", longest=200) or SOURCE_URL.format(id=source_id)
    if not url.startswith(("http://", "https://")):
        reader.blame("source_url", "must be a web address")
    values: dict[str, Any] = {
        "source_id": source_id,
        "source_number": reader.label("case_number", longest=18),
        "source_name": reader.text("source_name", longest=120) or SOURCE_NAME,
        "source_url": url,
        "title": reader.text("title", longest=200, required=True),
        "summary": reader.text("content"),
        "benefit": reader.text("benefit_and_impact"),
        "due_on": _last_day(reader.moment("response_due_at", required=False)),
        "bodies": tuple(_bodies(reader)),
    }
    submitted_at, accepted_at, reached_at = (
        reader.moment(name) for name in ("submitted_at", "approved_at", "threshold_reached_at")
    )
    if submitted_at and accepted_at and accepted_at < submitted_at:
        reader.blame("approved_at", "lies before submitted_at")
    if reader.faults or not (submitted_at and accepted_at and reached_at):
        raise Faulty(reader.faults)
    return ArchivedCase(submitted_at=submitted_at, accepted_at=accepted_at, reached_at=reached_at, **values)


def _last_day(moment: datetime | None) -> date | None:
    """The day of a recorded end; 00:00 is the end of the day before."""
    if moment is None:
        return None
    local = moment.astimezone(TAIPEI)
    return local.date() - timedelta(days=1) if local.time() == time(0) else local.date()


def _bodies(reader: "_Reader") -> list[Body]:
    """The bodies in the source's order with their replies. The first lead stays lead, further ones support.

    A body that replied without having been named supports.
    """
    bodies: list[Body] = []
    for agency in reader.rows("agencies"):
        role = agency.value("role")
        if role not in (LEAD, ASSISTING):
            agency.blame("role", f"must be {LEAD!r} or {ASSISTING!r}")
        name, code = agency.name("name"), agency.text("code", longest=20)
        if any(body.is_called(name, code) for body in bodies):
            agency.blame("name", "is named twice")
        is_lead = role == LEAD and not any(body.is_lead for body in bodies)
        bodies.append(Body(name, agency.text("short", longest=40), code, is_lead))
    replies = list(reader.rows("responses"))
    if not replies and reader.value("responses") == []:
        reader.blame("responses", "a completed case has at least one")
    for response in replies:
        name, code = response.name("agency"), response.text("agency_code", longest=20)
        at = response.moment("responded_at")
        if at is None:
            continue
        body = next((body for body in bodies if body.is_called(name, code)), None)
        if body is None:
            body = Body(name, code=code)
            bodies.append(body)
        body.replies.append(Reply(at, _joined(response)))
    for body in bodies:
        body.replies = _worth_keeping(body.replies)
    return bodies


def _joined(response: "_Reader") -> str:
    """The parts of a reply under their headings; parts that are empty are left out."""
    parts = {heading: response.text(name) for name, heading in HEADINGS.items()}
    return "\n\n".join(f"【{heading}】\n{text}" for heading, text in parts.items() if text)


def _worth_keeping(replies: list[Reply]) -> list[Reply]:
    """In order of time, without empty ones unless there is nothing else."""
    ordered = sorted(replies, key=lambda reply: reply.at)
    return [reply for reply in ordered if reply.text] or ordered[-1:]


class _Reader:
    """Takes values out of one JSON object and notes what is wrong with them."""

    def __init__(self, row: Mapping[str, Any], path: str = "", faults: list[Fault] | None = None) -> None:
        self.row, self.path = row, path
        self.faults: list[Fault] = [] if faults is None else faults

    def blame(self, name: str, message: str) -> None:
        self.faults.append(Fault(self.path + name, message))

    def value(self, name: str) -> Any:
        return self.row.get(name, MISSING)

    def name(self, name: str) -> str:
        return " ".join(self.text(name, longest=120, required=True).split())

    def text(self, name: str, *, longest: int = 200_000, required: bool = False) -> str:
        value = self.value(name)
        if value in (MISSING, None):
            value = ""
        if not isinstance(value, str):
            self.blame(name, "must be a text")
            return ""
        value = value.strip()
        if required and not value:
            self.blame(name, "is missing")
        if len(value) > longest:
            self.blame(name, f"is longer than {longest} characters")
        if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            self.blame(name, "contains a character that is none")
        return value

    def label(self, name: str, *, longest: int, required: bool = False) -> str:
        """What becomes part of a page's address."""
        value = self.text(name, longest=longest, required=required)
        if not LABEL.fullmatch(value):
            self.blame(name, "may hold letters, digits, full stops, hyphens and underscores only")
        return value

    def moment(self, name: str, *, required: bool = True) -> datetime | None:
        text = self.text(name, required=required)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.utcoffset() is None:
                self.blame(name, "needs a zone, for example +08:00")
                return None
            if moment.year < EARLIEST_YEAR:
                self.blame(name, f"lies before {EARLIEST_YEAR}")
                return None
            return moment.astimezone(TAIPEI)
        except (ValueError, OverflowError):
            self.blame(name, f"{text[:40]!r} is no moment in ISO form")
            return None

    def rows(self, name: str) -> Iterator["_Reader"]:
        value = self.value(name)
        if not isinstance(value, list):
            self.blame(name, "must be a list")
            return
        for n, row in enumerate(value):
            if isinstance(row, Mapping):
                yield _Reader(row, f"{self.path}{name}[{n}].", self.faults)
            else:
                self.blame(f"{name}[{n}]", "must be an object")
