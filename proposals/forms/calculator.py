"""期限試算: what is to be counted, as people write it; every mistake said beside its field."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.clock import TAIPEI
from members.said import day as said
from proposals.actions.timing import ALLIANCE_AREA
from proposals.areas import canonical
from proposals.deadlines import DeadlineError, Period, Stop, Unit
from proposals.models import CalendarVersion
from proposals.models.deadlines import UNIT_WORDS
from proposals.receipts import BeforeCalendar, Receipt

WRITTEN_DAY = re.compile(
    r"(?P<roc>民國)?\s*(?P<year>\d{1,4})\s*[年/.-]\s*(?P<month>\d{1,2})\s*[月/.-]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:\s*T?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2}))?"
)
SEVEN_DIGITS = re.compile(r"(?P<year>1\d\d)(?P<month>\d\d)(?P<day>\d\d)")
FIRST_ROC_YEAR = 1911


def read_day(text: str) -> date | datetime:
    """A day, or a moment, as people in Taiwan write it: ISO, 115年9月29日, 115/9/29, with or without a time.

    Seven digits are a day as official forms have it: 1150929. A year of up to three digits is one of the
    Republic; a time without a zone is Taiwan's. Raises ValueError.
    """
    words = unicodedata.normalize("NFKC", text).strip()
    if found := SEVEN_DIGITS.fullmatch(words):
        year, month, on = map(int, found.groups())
        return date(year + FIRST_ROC_YEAR, month, on)
    found = WRITTEN_DAY.fullmatch(words)
    if found is None:
        moment = datetime.fromisoformat(words)
        return moment if moment.utcoffset() is not None else moment.replace(tzinfo=TAIPEI)
    year, month, on = (int(found[part]) for part in ("year", "month", "day"))
    if found["roc"] or len(found["year"]) <= 3:
        year += FIRST_ROC_YEAR
    if found["hour"] is None:
        return date(year, month, on)
    return datetime(year, month, on, int(found["hour"]), int(found["minute"]), tzinfo=TAIPEI)


class DayField(forms.CharField):
    def __init__(self, *, moments: bool = False, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.moments = moments

    def clean(self, value: str) -> date | datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            read = read_day(text)
            on = read.astimezone(TAIPEI).date() if isinstance(read, datetime) else read
        except (ValueError, OverflowError):
            raise forms.ValidationError(
                _("“%(text)s” is no day: write it as 2026-09-29, 115/9/29 or 民國115年9月29日."),
                params={"text": text},
            ) from None
        return read if self.moments else on


class UnitField(forms.ChoiceField):
    """A unit in the singular or plural; what is none is refused, and stays in sight."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        try:
            return Unit.parse(text).value
        except DeadlineError:
            return text

    def prepare_value(self, value: Any) -> str:
        shown = self.to_python(value)
        if shown and not self.valid_value(shown):
            self.widget.choices = [(shown, shown), *self.choices]
        return shown


class CalculatorForm(forms.Form):
    """Counts in `clean`: a form that is valid has its `receipt`."""

    day = DayField(
        moments=True,
        label=_("Day of the event"),
        help_text=_(
            "As 2026-09-29, 115/9/29 or 民國115年9月29日. For hours with the time: 2026-09-29 15:30."
        ),
    )
    amount = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        error_messages={
            "invalid": _("That is no whole number: write it in digits, as 60."),
            "min_value": _("A period has at least one of its unit."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    unit = UnitField(
        label=_("Unit"),
        choices=UNIT_WORDS,
        error_messages={"invalid_choice": _("“%(value)s” is no unit: choose one from the list.")},
    )
    closures = forms.BooleanField(
        label=_("Days on which offices of this area were told to close count as closed"), required=False
    )
    area = forms.CharField(
        label=_("Area"),
        required=False,
        max_length=40,
        initial=ALLIANCE_AREA,
        help_text=_("A county or city, or a township that has had a closure; 全國 is the whole country."),
        widget=forms.TextInput(attrs={"list": "areas", "autocomplete": "off"}),
    )
    stays = forms.BooleanField(
        label=_("Leave the last day where it falls, even if offices are closed (Article 48, paragraph 5)"),
        required=False,
    )
    first = forms.BooleanField(
        label=_("Count the day of the event as the first day (Article 48, paragraph 5)"), required=False
    )
    pause_from = DayField(label=_("The clock stands from"), required=False)
    pause_until = DayField(label=_("It runs on from"), required=False)
    pause2_from = DayField(label=_("It stands again from"), required=False)
    pause2_until = DayField(label=_("It runs on again from"), required=False)
    extension = forms.IntegerField(
        label=_("Extended once by"),
        required=False,
        min_value=1,
        help_text=_("In the same unit, at most the period itself."),
        error_messages={
            "invalid": _("That is no whole number: write it in digits, as 60."),
            "min_value": _("An extension has at least one of its unit."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    receipt: Receipt | None = None

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, initial={"unit": Unit.DAY.value, "area": ALLIANCE_AREA}, **options)

    @property
    def has_more(self) -> bool:
        """Whether pauses, an extension or a switch were given, so that their part of the form is open."""
        return self.is_bound and any(self.data.get(name) for name in MORE)

    def clean_area(self) -> str:
        return canonical(self.cleaned_data["area"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        stops = [self._stop("pause_from", "pause_until"), self._stop("pause2_from", "pause2_until")]
        if given.get("closures") and not given.get("area") and "area" not in self.errors:
            self.add_error("area", _("Say whose closures count: a county or city, or 全國."))
        if not self.errors:
            self._count([stop for stop in stops if stop])
        return given

    def _stop(self, first: str, until: str) -> Stop | None:
        starts_on, ends_on = self.cleaned_data.get(first), self.cleaned_data.get(until)
        if first in self.errors or until in self.errors or not (starts_on or ends_on):
            return None
        if not starts_on or not ends_on:
            self.add_error(until if starts_on else first, _("Say both days: from when, and until when."))
            return None
        try:
            return Stop(starts_on, ends_on)
        except DeadlineError:
            self.add_error(until, _("The clock cannot run on before it stood still."))
            return None

    def _count(self, stops: list[Stop]) -> None:
        given = self.cleaned_data
        try:
            unit = Unit(given["unit"])
            self.receipt = Receipt.computed(
                given["day"],
                Period(given["amount"], unit),
                area=given["area"] if given["closures"] else "",
                stops=stops,
                extension=Period(given["extension"], unit) if given["extension"] else None,
                shift=not given["stays"],
                count_first_day=given["first"],
            )
        except DeadlineError as error:
            field, sentence = _said(error, given)
            self.add_error(field, sentence)
        except CalendarVersion.DoesNotExist:
            self.add_error(None, _("The office calendar is empty: ask the secretariat when it will be back."))


MORE = ("stays", "first", "pause_from", "pause_until", "pause2_from", "pause2_until", "extension")


def _said(error: DeadlineError, given: Mapping[str, Any]) -> tuple[str | None, str]:
    """The field that a refusal of the engine is about, and the refusal in words."""
    if isinstance(error, BeforeCalendar):
        sentence = gettext("The office calendar begins on %(first)s: choose that day or a later one.")
        return "day", sentence % {"first": said(error.first, "year")}
    found = {
        "too_long": ("amount", gettext("That is too long: a period of at most a century can be counted.")),
        "moment": ("day", gettext("Hours run from a moment: add the time, as 2026-09-29 15:30.")),
        "extension_too_long": (
            "extension",
            gettext("An extension cannot be longer than the period itself."),
        ),
        "stops_overlap": ("pause2_from", gettext("The clock already stands then: the two times overlap.")),
        "area": (
            "area",
            gettext("“%(area)s” is not known: write a county or city as 臺北市, or 全國.")
            % {"area": given["area"]},
        ),
        "never_open": ("day", gettext("Offices do not open within a year of the last day.")),
    }
    return found.get(error.code, (None, str(error)))


class Example:
    """A worked example: a title, why it is instructive, and the address that fills the form."""

    def __init__(self, title: Any, text: Any, **given: str) -> None:
        self.title, self.text, self.query = title, text, "?" + urlencode(given)


EXAMPLES = (
    Example(
        _("A make-up Saturday"),
        _("Thirty days end on a Saturday on which offices worked: the last day stays."),
        day="2014-11-27",
        amount="30",
        unit="day",
    ),
    Example(
        _("A typhoon in Taipei"),
        _("Offices were told to close on the last day: it moves on, though not in Taichung."),
        day="2019-08-31",
        amount="30",
        unit="day",
        closures="on",
        area="臺北市",
    ),
    Example(
        _("The end of a month"),
        _("One month from 31 January is the whole of February; its last day is a holiday."),
        day="2023-01-31",
        amount="1",
        unit="month",
    ),
    Example(
        _("Over the Lunar New Year"),
        _("Six working days take eighteen days: the holidays and weekends between do not count."),
        day="2026-02-13",
        amount="6",
        unit="workday",
    ),
    Example(
        _("A question in between"),
        _("The ministry asks and waits for thirteen days; its sixty days are longer by as many."),
        day="2026-07-28",
        amount="60",
        unit="day",
        pause_from="2026-08-20",
        pause_until="2026-09-02",
    ),
    Example(
        _("Hours"),
        _("Thirty-six hours run through the weekend and end at their moment."),
        day="2026-11-20 15:30",
        amount="36",
        unit="hour",
    ),
    Example(
        _("Past the announced calendar"),
        _("Days of a year whose calendar is not announced count by their weekday: the date is provisional."),
        day="2035-12-10",
        amount="60",
        unit="day",
    ),
)
