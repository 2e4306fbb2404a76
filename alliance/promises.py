"""What the portal promises of itself, and whether it holds: one judgement for all who ask.

Banner, /status and `check_promises` read a `State` by one of the two functions of `alliance.watch` and
hand it to `judged` or `troubles`. Pure: no clock, no queries. What a state does not tell is not judged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise as Text
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from members.said import day, moment

SILENCE = timedelta(minutes=5)
LATE_LETTER = timedelta(minutes=15)
CALENDAR_AHEAD = timedelta(days=90)
SKEW_SECONDS = 2


class Severity(StrEnum):
    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class State:
    """How things stand; None where nobody has looked.

    `beats` are the last signs of life: `sweep` of the round of deadlines, `reminders` of their planning,
    `letters` of the sending, `beat` of the queue, `loop` of the second engine. A process that has just
    started (`started_at`) gives them time to show the first.
    """

    now: datetime
    beats: Mapping[str, datetime] = field(default_factory=dict)
    oldest_letter: datetime | None = None
    started_at: datetime | None = None
    is_surveyed: bool = False
    undelivered: int | None = None
    last_workday: date | None = None
    unplanned: int | None = None
    unreminded: int | None = None
    calendar_until: date | None = None
    skew_seconds: float | None = None
    recounted: int | None = None
    moved: int = 0
    ledgers: int | None = None
    unequal: int = 0

    def silence(self, name: str) -> timedelta | None:
        """Since when an engine has been silent; None for one that has never been heard."""
        if (last := self.beats.get(name)) is None:
            return None
        return self.now - max(last, self.started_at or last)


@dataclass(frozen=True)
class Finding:
    """One promise as it stands. `sentence` says what is wrong and what to do; `figure` is what was seen."""

    code: str
    label: str
    severity: Severity
    figure: str
    sentence: str = ""

    @property
    def is_trouble(self) -> bool:
        return self.severity in (Severity.WARNING, Severity.BROKEN)


Judgement = tuple[Severity, str, str]


@dataclass(frozen=True)
class Promise:
    code: str
    label: Text | str
    judge: Callable[[State], Judgement]


def judged(state: State) -> list[Finding]:
    """Every promise, kept or not, in words of the present language."""
    findings = []
    for promise in PROMISES:
        severity, figure, sentence = promise.judge(state)
        findings.append(Finding(promise.code, str(promise.label), severity, figure, sentence))
    return findings


def troubles(state: State) -> list[Finding]:
    """Only what is wrong, the worst first; empty when all is well."""
    wrong = [finding for finding in judged(state) if finding.is_trouble]
    return sorted(wrong, key=lambda finding: finding.severity is not Severity.BROKEN)


def _kept(figure: str) -> Judgement:
    return Severity.OK, figure, ""


def _unknown(figure: str = "") -> Judgement:
    return Severity.UNKNOWN, figure or gettext("not known"), ""


def _count(severity: Severity, found: int | None, sentence: str) -> Judgement:
    if found is None:
        return _unknown()
    return (severity, str(found), sentence) if found else _kept("0")


def _sweep(state: State) -> Judgement:
    silence = state.silence("sweep")
    if silence is None:
        return _unknown(gettext("never run"))
    at = moment(state.beats["sweep"])
    if silence <= SILENCE:
        return _kept(at)
    sentence = gettext(
        "The scheduler stands still: the last round of deadlines and reminders was on %(at)s. Reminders are "
        "late, due dates hold. Whoever keeps the portal starts beat and sweep --loop again."
    )
    return Severity.BROKEN, at, sentence % {"at": at}


def _engine(name: str, sentence: Text) -> Callable[[State], Judgement]:
    """One of two engines, each of which does all that is to be done."""

    def judge(state: State) -> Judgement:
        silence = state.silence(name)
        if silence is None:
            return _unknown()
        at = moment(state.beats[name])
        if silence <= SILENCE:
            return _kept(at)
        return Severity.WARNING, at, str(sentence) % {"at": at}

    return judge


def _letters(state: State) -> Judgement:
    if state.oldest_letter is None or state.oldest_letter > state.now:
        return _kept(gettext("none is waiting"))
    waiting = state.now - max(state.oldest_letter, state.started_at or state.oldest_letter)
    at = moment(state.oldest_letter)
    if waiting <= LATE_LETTER:
        return _kept(at)
    sentence = gettext(
        "Letters are not leaving: the oldest has been due since %(at)s. None is lost; they go out when mail "
        "relay and scheduler run again."
    )
    return Severity.BROKEN, at, sentence % {"at": at}


def _undelivered(state: State) -> Judgement:
    found = state.undelivered
    sentence = ngettext(
        "%(count)d letter reached nobody. The secretariat sees it in the admin under letters.",
        "%(count)d letters reached nobody. The secretariat sees them in the admin under letters.",
        found or 0,
    )
    return _count(Severity.WARNING, found, sentence % {"count": found or 0})


def _planned(state: State) -> Judgement:
    last = state.beats.get("reminders")
    if state.last_workday is None or last is None:
        return _unknown()
    at = moment(last)
    if last.date() < state.last_workday:
        sentence = gettext(
            "Reminders were planned last on %(at)s, although offices have worked since. They are made up for "
            "at nine on the next working day; see whether the scheduler runs."
        )
        return Severity.BROKEN, at, sentence % {"at": at}
    found = state.unplanned
    sentence = ngettext(
        "%(count)d deadline could not be planned and waits for its reminders. The log of the sweep says why.",
        "%(count)d deadlines could not be planned and wait for their reminders. The log of the sweep says "
        "why.",
        found or 0,
    )
    return _count(Severity.BROKEN, found, sentence % {"count": found or 0})


def _reminded(state: State) -> Judgement:
    if state.beats.get("reminders") is None:
        return _unknown()
    found = state.unreminded
    sentence = ngettext(
        "%(count)d overdue referral has been reminded of by nobody. See whether its ministry has a liaison.",
        "%(count)d overdue referrals have been reminded of by nobody. See whether their ministries have "
        "liaisons.",
        found or 0,
    )
    return _count(Severity.BROKEN, found, sentence % {"count": found or 0})


def _calendar(state: State) -> Judgement:
    if not state.is_surveyed:
        return _unknown()
    until = day(state.calendar_until, "year") if state.calendar_until else gettext("empty")
    if state.calendar_until and state.calendar_until - state.now.date() >= CALENDAR_AHEAD:
        return _kept(until)
    sentence = gettext(
        "The office calendar ends soon (%(until)s). Import the next year's; until then later dates are "
        "provisional."
    )
    return Severity.WARNING, until, sentence % {"until": until}


def _clocks(state: State) -> Judgement:
    if state.skew_seconds is None:
        return _unknown()
    figure = f"{state.skew_seconds:+.3f} s"
    if abs(state.skew_seconds) <= SKEW_SECONDS:
        return _kept(figure)
    sentence = gettext(
        "The clocks of portal and database differ by %(skew)s. Set both by the same time server: leases and "
        "due moments rest on them."
    )
    return Severity.BROKEN, figure, sentence % {"skew": figure}


def _dates(state: State) -> Judgement:
    if state.recounted is None:
        return _unknown()
    figure = gettext("%(moved)d of %(recounted)d") % {"moved": state.moved, "recounted": state.recounted}
    if not state.moved:
        return _kept(figure)
    sentence = ngettext(
        "%(count)d open date is not the one that today's calendar and closures give. Import the calendar "
        "again, or enter the closure again: both count open dates anew.",
        "%(count)d open dates are not those that today's calendar and closures give. Import the calendar "
        "again, or enter the closure again: both count open dates anew.",
        state.moved,
    )
    return Severity.BROKEN, figure, sentence % {"count": state.moved}


def _ledgers(state: State) -> Judgement:
    if state.ledgers is None:
        return _unknown()
    figure = gettext("%(unequal)d of %(cases)d") % {"unequal": state.unequal, "cases": state.ledgers}
    if not state.unequal:
        return _kept(figure)
    sentence = ngettext(
        "In %(count)d open case the days of alliance, ministry, proposer and coordination do not add up to "
        "the days since it was submitted. Its history has to be looked at.",
        "In %(count)d open cases the days of alliance, ministry, proposer and coordination do not add up to "
        "the days since they were submitted. Their history has to be looked at.",
        state.unequal,
    )
    return Severity.BROKEN, figure, sentence % {"count": state.unequal}


PROMISES = (
    Promise("sweep", _("Deadlines and reminders are looked after every minute"), _sweep),
    Promise(
        "queue",
        _("The queue works"),
        _engine(
            "beat",
            _(
                "The queue has done nothing since %(at)s. Until beat, worker and broker run again, "
                "everything rests on the second engine."
            ),
        ),
    ),
    Promise(
        "loop",
        _("The second engine works"),
        _engine(
            "loop",
            _(
                "The second engine has done nothing since %(at)s. Until sweep --loop runs again, everything "
                "rests on the queue."
            ),
        ),
    ),
    Promise("letters", _("No letter is a quarter of an hour late"), _letters),
    Promise("undelivered", _("Every letter reaches somebody"), _undelivered),
    Promise("planned", _("The reminders of every running date are planned"), _planned),
    Promise("reminded", _("Nobody's answer is overdue without a reminder"), _reminded),
    Promise("calendar", _("The office calendar is known for ninety days ahead"), _calendar),
    Promise("clocks", _("The clocks of portal and database agree"), _clocks),
    Promise("dates", _("Every open date is the one that today's calendar gives"), _dates),
    Promise("ledgers", _("The days of every open case add up"), _ledgers),
)
