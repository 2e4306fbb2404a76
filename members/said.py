"""How dates and bilingual texts are said: on pages, in mails, in calendars alike."""

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import get_language, gettext, ngettext

from members.clock import TAIPEI, today

Day = date | datetime | None

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
SOON_DAYS = 7
FIRST_ROC_YEAR = 1912


def in_chinese() -> bool:
    """Is the present page, or mail, in Chinese?"""
    return (get_language() or settings.LANGUAGE_CODE).lower().startswith("zh")


def local(zh: str, en: str) -> str:
    """A text in the language of the page; in Chinese where there is no English."""
    return en if en and not in_chinese() else zh


def _date(value: date | datetime) -> date:
    return value.astimezone(TAIPEI).date() if isinstance(value, datetime) else value


def _roc_year(year: int) -> str:
    """Years before the Republic are counted backwards: 民國前1年 is 1911."""
    return f"民國{year - 1911}年" if year >= FIRST_ROC_YEAR else f"民國前{FIRST_ROC_YEAR - year}年"


def day(value: Day, year: str = "") -> str:
    """12月14日（一） or Mon 14 Dec; the year is added when it is not this one, or when asked ("year")."""
    if not value:
        return ""
    on = _date(value)
    with_year = year == "year" or on.year != today().year
    if in_chinese():
        said = f"{on.month}月{on.day}日（{WEEKDAYS_ZH[on.weekday()]}）"
        return _roc_year(on.year) + said if with_year else said
    said = f"{on.day} {MONTHS_EN[on.month - 1]}"
    return f"{said} {on.year}" if with_year else f"{WEEKDAYS_EN[on.weekday()]} {said}"


def moment(value: datetime | None, year: str = "") -> str:
    """The day and the time of an aware moment, as clocks in Taiwan show it."""
    if not value:
        return ""
    separator = "" if in_chinese() else ", "
    return f"{day(value, year)}{separator}{value.astimezone(TAIPEI):%H:%M}"


def roc(value: Day) -> str:
    """民國115年9月29日, the form of official letters, whatever the language of the page."""
    if not value:
        return ""
    on = _date(value)
    return f"{_roc_year(on.year)}{on.month}月{on.day}日"


def iso(value: Day) -> str:
    """2026-09-29."""
    return _date(value).isoformat() if value else ""


def days_left(value: Day) -> int | str:
    """Calendar days from today; 0 is the last day itself, negative is late."""
    return (_date(value) - today()).days if value else ""


def countdown(value: Day) -> str:
    """26 days left, due today, 3 days late."""
    left = days_left(value)
    if isinstance(left, str):
        return ""
    if left == 0:
        return gettext("due today")
    if left < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}
    return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}


def due_tone(value: Day) -> str:
    """The tone of a due date: late, soon (a week or less), brand; paused where there is none."""
    left = days_left(value)
    if isinstance(left, str):
        return "paused"
    if left < 0:
        return "late"
    return "soon" if left <= SOON_DAYS else "brand"


def local_text(thing: object, field: str) -> tuple[str, str]:
    """The text of `field` and its language code: that of the page, else the other one."""
    languages = ("zh", "en") if in_chinese() else ("en", "zh")
    for code in languages:
        text = getattr(thing, f"{field}_{code}", "") or ""
        if text:
            return text, code
    return "", languages[0]
