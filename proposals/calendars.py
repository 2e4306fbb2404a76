"""The official office calendar as its file has it: bytes in, the days of one year out, or what is wrong.

政府行政機關辦公日曆表, published by the Directorate-General of Personnel Administration as a table of
西元日期,星期,是否放假,備註 (data.gov.tw/dataset/14718), in UTF-8 or Big5. Never guesses: a file that is
not exactly that is refused with its line. The name of a day is taken as it is; only the flag decides.
"""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from io import StringIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HEADER = ["西元日期", "星期", "是否放假", "備註"]
WEEKDAYS = "一二三四五六日"
IS_WORKDAY = {"0": True, "2": False}
FIRST_YEAR, LAST_YEAR = 2000, 2100
MAX_BYTES = 64 * 1024
LONGEST_NAME = 60
EIGHT_DIGITS = re.compile(r"[0-9]{8}")
OFFICE_HOURS = (time(8, 30), time(17, 30))

REASONS: dict[str, Promise] = {
    "empty": _("The file is empty."),
    "too_large": _("The file is far larger than a year's calendar (at most %(kilobytes)d KB)."),
    "html": _("This is a web page, not a table. Download the CSV file itself."),
    "encoding": _("The characters can be read neither as UTF-8 nor as Big5."),
    "google": _(
        "This is the variant for Google Calendar. Take the table with the columns 西元日期, 星期, 是否放假, "
        "備註."
    ),
    "header": _("The first line must name the columns 西元日期, 星期, 是否放假, 備註, and no others."),
    "columns": _("A line has four columns; this one has %(found)d."),
    "quotes": _("The quotation marks of this line do not match."),
    "date": _("“%(found)s” is no date: it is written as eight digits, as in 20260101."),
    "year": _("The year %(found)d lies outside %(first)d to %(last)d."),
    "two_years": _("%(found)s belongs to another year than %(year)d: one file holds one year."),
    "duplicate": _("%(found)s stands in the file a second time."),
    "weekday": _("%(day)s is a 星期%(expected)s, not “%(found)s”."),
    "flag": _("是否放假 is 0 (offices work) or 2 (offices are closed), not “%(found)s”."),
    "name": _("The remark is too long or holds characters that cannot be shown."),
    "missing": _("%(found)s is missing; a year has all its days (%(days)d here, %(number)d missing)."),
}


class CalendarFault(ValueError):
    """Why a file is no official calendar. `str()` is a sentence in the reader's language."""

    def __init__(self, code: str, line: int, **values: object) -> None:
        super().__init__(code, line)
        self.code, self.line, self.values = code, line, values

    @property
    def reason(self) -> str:
        return str(REASONS[self.code]) % self.values

    def __str__(self) -> str:
        return str(_("Line %(line)d: %(reason)s")) % {"line": self.line, "reason": self.reason}


@dataclass(frozen=True)
class OfficeDay:
    day: date
    is_workday: bool
    name: str


@dataclass(frozen=True)
class OfficialCalendar:
    """Every day of one year; `fingerprint` tells one content from another."""

    year: int
    days: tuple[OfficeDay, ...] = field(repr=False)
    fingerprint: str


def read_calendar(content: bytes) -> OfficialCalendar:
    """The calendar that a file holds. Raises CalendarFault for anything that is not exactly one year."""
    found: dict[date, OfficeDay] = {}
    lines: dict[date, int] = {}
    for line, cells in _rows(_text(content)):
        row = _day(line, cells)
        if not found and not FIRST_YEAR <= row.day.year <= LAST_YEAR:
            raise CalendarFault("year", line, found=row.day.year, first=FIRST_YEAR, last=LAST_YEAR)
        year = next(iter(found), row.day).year
        if row.day.year != year:
            raise CalendarFault("two_years", line, found=row.day.isoformat(), year=year)
        if row.day in found:
            raise CalendarFault("duplicate", line, found=row.day.isoformat())
        found[row.day], lines[row.day] = row, line
    _check_complete(found, lines)
    days = tuple(found[day] for day in sorted(found))
    return OfficialCalendar(days[0].day.year, days, hashlib.sha256(content).hexdigest())


def _text(content: bytes) -> str:
    if not content.strip():
        raise CalendarFault("empty", 1)
    if len(content) > MAX_BYTES:
        raise CalendarFault("too_large", 1, kilobytes=MAX_BYTES // 1024)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise CalendarFault("html", 1)
    furthest = 1
    for encoding in ("utf-8-sig", "cp950"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, content.count(b"\n", 0, error.start) + 1)
    raise CalendarFault("encoding", furthest)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) after the header; empty lines at the end are none."""
    reader = csv.reader(StringIO(text.rstrip("\r\n"), newline=""), strict=True)
    try:
        header = next(reader, [])
        if "Start Date" in header:
            raise CalendarFault("google", 1)
        if header != HEADER:
            raise CalendarFault("header", 1)
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise CalendarFault("quotes", max(1, reader.line_num)) from error


def _day(line: int, cells: list[str]) -> OfficeDay:
    if len(cells) != len(HEADER):
        raise CalendarFault("columns", line, found=len(cells))
    written, weekday, flag, remark = cells
    try:
        if not EIGHT_DIGITS.fullmatch(written):
            raise ValueError
        day = date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        raise CalendarFault("date", line, found=written[:20]) from None
    expected = WEEKDAYS[day.weekday()]
    if weekday != expected:
        raise CalendarFault("weekday", line, day=day.isoformat(), expected=expected, found=weekday[:20])
    if flag not in IS_WORKDAY:
        raise CalendarFault("flag", line, found=flag[:20])
    name = " ".join(remark.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise CalendarFault("name", line)
    return OfficeDay(day, IS_WORKDAY[flag], name)


def _check_complete(found: dict[date, OfficeDay], lines: dict[date, int]) -> None:
    """Raises CalendarFault with the line before which the first missing day belongs."""
    if not found:
        raise CalendarFault("empty", 1)
    first = date(next(iter(found)).year, 1, 1)
    days = (first.replace(year=first.year + 1) - first).days
    year = [first + timedelta(days=n) for n in range(days)]
    missing = [day for day in year if day not in found]
    if missing:
        after = min(
            (line for day, line in lines.items() if day > missing[0]), default=max(lines.values()) + 1
        )
        raise CalendarFault("missing", after, found=missing[0].isoformat(), days=days, number=len(missing))


def closes_office_hours(starts_at: time | None, ends_at: time | None) -> bool:
    """Whether a closure for a part of a day takes any of the office hours away (08:30 to 17:30).

    Then its day counts as closed unless the secretariat decides otherwise, in favour of whoever is bound: it
    is no last day, and none of the working days of a period. There are no half days. No letter of any
    authority is known that says so; see the decision that stands beside each closure.
    """
    opens, shuts = OFFICE_HOURS
    return (starts_at is None or starts_at < shuts) and (ends_at is None or ends_at > opens)
