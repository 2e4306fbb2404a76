"""The parser of official calendar files: what it reads, and the line and reason of what it refuses."""

from datetime import date, time

import pytest
from django.utils import translation

from proposals.calendars import MAX_BYTES, CalendarFault, closes_office_hours, read_calendar
from tests.proposals.calendar_files import HEADER, content, lines_of

YEAR = lines_of(2026)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp950"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_file_is_read_in_every_form_in_which_it_is_published(encoding: str, end: str) -> None:
    rows = [*YEAR]
    rows[1] = "20260101,四,2,開國紀念日"
    found = read_calendar(content(rows, encoding=encoding, end=end))
    assert (found.year, len(found.days)) == (2026, 365)
    assert (found.days[0].is_workday, found.days[0].name) == (False, "開國紀念日")
    assert found.days[1].is_workday


def test_leap_year_has_its_day() -> None:
    assert len(read_calendar(content(lines_of(2024))).days) == 366


def test_days_in_another_order_and_empty_lines_at_the_end_are_the_same_calendar() -> None:
    rows = [HEADER, *reversed(YEAR[1:]), "", ""]
    assert read_calendar(content(rows)).days == read_calendar(content(YEAR)).days


def test_fingerprint_tells_contents_apart() -> None:
    turned = lines_of(2026, {date(2026, 3, 2): False})
    assert (
        read_calendar(content(YEAR)).fingerprint
        == read_calendar(content(YEAR)).fingerprint
        != read_calendar(content(turned)).fingerprint
    )


def with_line(number: int, text: str) -> bytes:
    """The year with one line of the file replaced; the header is line 1."""
    return content([*YEAR[: number - 1], text, *YEAR[number:]])


FEBRUARY_30 = "20260230,一,0,"
REFUSED = {
    "nothing": (b"", "empty", 1),
    "only a byte order mark": (b"\xef\xbb\xbf", "header", 1),
    "only spaces": (b" \r\n \r\n", "empty", 1),
    "only the header": (content([HEADER]), "empty", 1),
    "a web page": (b"<!DOCTYPE html><html><body>404</body></html>", "html", 1),
    "a web page with a byte order mark": (b"\xef\xbb\xbf\r\n<html></html>", "html", 1),
    "a huge file": (content(YEAR * 12), "too_large", 1),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff", "encoding", 1),
    "bytes of no encoding in line 3": (
        content(YEAR[:2]) + b"20260102,\xff\xff,0,\r\n" + content(YEAR[3:], encoding="utf-8"),
        "encoding",
        3,
    ),
    "the variant for Google Calendar": (
        b"Subject,Start Date,Start Time,End Date,End Time,All Day Event,Description,Location\r\n",
        "google",
        1,
    ),
    "other columns": (content(["日期,星期,是否放假,備註", *YEAR[1:]]), "header", 1),
    "a column more": (content([f"{HEADER},更新", *YEAR[1:]]), "header", 1),
    "no header": (content(YEAR[1:]), "header", 1),
    "a line with three columns": (with_line(5, "20260104,日,2"), "columns", 5),
    "an empty line in the midst": (with_line(5, ""), "columns", 5),
    "a quotation mark left open": (with_line(5, '20260104,日,2,"元旦'), "quotes", 366),
    "a date with strokes": (with_line(5, "2026/1/4,日,2,"), "date", 5),
    "a date in full-width digits": (with_line(5, "２０２６０１０４,日,2,"), "date", 5),
    "a year of the Republic": (with_line(5, "1150104,日,2,"), "date", 5),
    "a day that does not exist": (with_line(5, FEBRUARY_30), "date", 5),
    "another weekday": (with_line(5, "20260104,六,2,"), "weekday", 5),
    "a weekday in English": (with_line(5, "20260104,Sun,2,"), "weekday", 5),
    "no weekday": (with_line(5, "20260104,,2,"), "weekday", 5),
    "a flag of 1": (with_line(5, "20260104,日,1,"), "flag", 5),
    "a flag in words": (with_line(5, "20260104,日,是,"), "flag", 5),
    "no flag": (with_line(5, "20260104,日,,"), "flag", 5),
    "a day twice": (with_line(5, YEAR[3]), "duplicate", 5),
    "a day too many": (content([*YEAR, YEAR[-1]]), "duplicate", 367),
    "a day missing": (content([*YEAR[:4], *YEAR[5:]]), "missing", 5),
    "the last day missing": (content(YEAR[:-1]), "missing", 366),
    "a day of the next year": (content([*YEAR, "20270101,五,2,"]), "two_years", 367),
    "a year long past": (content(lines_of(1999)), "year", 2),
    "a year far off": (content(lines_of(2101)), "year", 2),
    "a remark without end": (with_line(5, "20260104,日,2," + "長" * 61), "name", 5),
    "a remark with a null": (with_line(5, "20260104,日,2,a\x00b"), "name", 5),
    "a remark that turns the writing": (with_line(5, "20260104,日,2,\u202eabc"), "name", 5),
}


@pytest.mark.parametrize(("given", "code", "line"), REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused_with_its_line(given: bytes, code: str, line: int) -> None:
    with pytest.raises(CalendarFault) as refused:
        read_calendar(given)
    assert (refused.value.code, refused.value.line) == (code, line)
    with translation.override("en"):
        assert str(refused.value).startswith(f"Line {line}: ")
        assert "%(" not in str(refused.value)


def test_largest_file_is_far_above_a_year() -> None:
    assert len(content(YEAR)) * 5 < MAX_BYTES


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "closes"),
    [
        (None, None, True),
        (time(0), time(12), True),
        (time(12), None, True),
        (time(10), None, True),
        (time(17, 30), None, False),
        (time(18), None, False),
        (time(0), time(8, 30), False),
        (time(17), time(18), True),
    ],
)
def test_part_of_a_day_counts_where_it_takes_office_hours_away(
    starts_at: time | None, ends_at: time | None, *, closes: bool
) -> None:
    assert closes_office_hours(starts_at, ends_at) is closes
