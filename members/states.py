"""The way into the alliance as a table: state, what may be done, by whom, what comes of it.

Nothing else knows which step may follow which: actions ask `target_of`, pages ask `steps_from`. Source:
the alliance's charter: whoever wants to may join; only identity and kind are checked, and a refusal has
a written reason and may be followed by a new application.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApplicationState(TextChoices):
    SENT = "sent", pgettext_lazy("application", "E-mail to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("application", "Waiting for review")
    IN_REVIEW = "in_review", pgettext_lazy("application", "In review")
    INFORMATION_ASKED = "information_asked", pgettext_lazy("application", "Waiting for the applicant")
    ADMITTED = "admitted", pgettext_lazy("application", "Admitted")
    REFUSED = "refused", pgettext_lazy("application", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


class Side(TextChoices):
    """Those between whom an application moves."""

    APPLICANT = "applicant", _("applicant")
    SECRETARIAT = "secretariat", _("secretariat")


@dataclass(frozen=True)
class Step:
    sources: tuple[ApplicationState, ...]
    target: ApplicationState
    side: Side
    label: Promise | str
    done: Promise | str
    """What the log says of it."""


A = ApplicationState
OPEN = (A.SENT, A.CONFIRMED, A.IN_REVIEW, A.INFORMATION_ASKED)
ENDED = (A.ADMITTED, A.REFUSED, A.WITHDRAWN)
WAITS_FOR_US = (A.CONFIRMED, A.IN_REVIEW)
"""What the secretariat's queue shows first."""
MAY_APPLY_AGAIN = (A.REFUSED, A.WITHDRAWN)

APPLICATION_STEPS: dict[str, Step] = {
    "confirm": Step(
        (A.SENT,), A.CONFIRMED, Side.APPLICANT, _("Confirm the e-mail"), _("The e-mail was confirmed")
    ),
    "take_up": Step(
        (A.CONFIRMED,), A.IN_REVIEW, Side.SECRETARIAT, _("Take up for review"), _("Taken up for review")
    ),
    "ask": Step(
        (A.CONFIRMED, A.IN_REVIEW),
        A.INFORMATION_ASKED,
        Side.SECRETARIAT,
        pgettext_lazy("application", "Ask for information"),
        _("Information was asked for"),
    ),
    "inform": Step(
        (A.INFORMATION_ASKED,),
        A.IN_REVIEW,
        Side.APPLICANT,
        pgettext_lazy("application", "Send the information"),
        _("The information was sent"),
    ),
    "admit": Step((A.IN_REVIEW,), A.ADMITTED, Side.SECRETARIAT, _("Admit"), _("Admitted to the alliance")),
    "refuse": Step(
        (A.IN_REVIEW, A.INFORMATION_ASKED),
        A.REFUSED,
        Side.SECRETARIAT,
        pgettext_lazy("application", "Refuse"),
        pgettext_lazy("application", "Refused"),
    ),
    "withdraw": Step(
        OPEN,
        A.WITHDRAWN,
        Side.APPLICANT,
        _("Withdraw the application"),
        pgettext_lazy("application", "Withdrawn"),
    ),
}

TONES: dict[str, tuple[str, str]] = {
    A.SENT: ("muted", "mail"),
    A.CONFIRMED: ("soon", "hourglass"),
    A.IN_REVIEW: ("brand", "eye"),
    A.INFORMATION_ASKED: ("paused", "question"),
    A.ADMITTED: ("ok", "check-circle"),
    A.REFUSED: ("late", "minus"),
    A.WITHDRAWN: ("muted", "close"),
}
"""Tone and icon of each state; colour never speaks alone."""


def target_of(name: str, state: str) -> ApplicationState | None:
    """Where the step leads from a state; None where it may not be taken."""
    step = APPLICATION_STEPS[name]
    return step.target if state in step.sources else None


def steps_from(state: str, side: Side) -> list[str]:
    """The steps that one side may take now, in the order of the table."""
    return [name for name, step in APPLICATION_STEPS.items() if step.side == side and state in step.sources]


def moves() -> list[tuple[str, str]]:
    """Every allowed change of state once: what the database holds the table to."""
    return list(
        dict.fromkeys(
            (source.value, step.target.value)
            for step in APPLICATION_STEPS.values()
            for source in step.sources
        )
    )


# --- contact requests between members ---------------------------------------------------------------


class ContactState(TextChoices):
    OPEN = "open", pgettext_lazy("contact request", "Waiting for an answer")
    SHARED = "shared", pgettext_lazy("contact request", "Address given")
    ANSWERED = "answered", pgettext_lazy("contact request", "Answered")
    DECLINED = "declined", pgettext_lazy("contact request", "Declined")
    LAPSED = "lapsed", pgettext_lazy("contact request", "Not answered in time")


CONTACT_STEPS: dict[str, ContactState] = {
    "share": ContactState.SHARED,
    "answer": ContactState.ANSWERED,
    "decline": ContactState.DECLINED,
    "lapse": ContactState.LAPSED,
}
"""Each leads from an open request to its end, once; there is no other way."""

CONTACT_TONES: dict[str, tuple[str, str]] = {
    ContactState.OPEN: ("soon", "hourglass"),
    ContactState.SHARED: ("ok", "mail"),
    ContactState.ANSWERED: ("ok", "reply"),
    ContactState.DECLINED: ("muted", "minus"),
    ContactState.LAPSED: ("muted", "clock"),
}


def contact_moves() -> list[tuple[str, str]]:
    """Every allowed change of state: what the database holds the table to."""
    return [(ContactState.OPEN.value, target.value) for target in CONTACT_STEPS.values()]
