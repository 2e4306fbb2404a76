"""The letters that somebody may want otherwise, by topic. All others go out at once, whoever they go to.

Reminders of dates, what asks for a step, and answers to a proposer are in no topic: who did not read them
would let a period pass, or not learn of the decision. An unknown kind of letter is sent.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Topic:
    """`kinds` are the kinds of letters as their writers name them; `weekly` whether they may wait a week."""

    code: str
    label: str | Promise
    about: str | Promise
    kinds: frozenset[str]
    weekly: bool = True


TOPICS = (
    Topic(
        "progress",
        _("Steps of cases"),
        _(
            "A case was put on an agenda, referred, extended, commented on or handed over, and nothing is "
            "asked of you."
        ),
        frozenset(
            {
                "adjourned",
                "commented",
                "competence_decided",
                "coordinated",
                "delay_explained",
                "extended",
                "handed_over_proposer",
                "handed_over_triage",
                "interim_reply",
                "invited_proposer",
                "merged_on",
                "moved_away",
                "moved_proposer",
                "on_agenda",
                "reconsideration_told",
                "recusal_decided",
                "referred_proposer",
                "resumed",
                "sponsor_submitted",
                "supporting_added",
            }
        ),
    ),
    Topic(
        "follow_up",
        _("What was promised"),
        _("Progress of follow-up items of your cases, and that a case was closed after them."),
        frozenset({"follow_up", "closed_after_follow_up"}),
    ),
    Topic(
        "following",
        _("What you follow"),
        _("News of the cases and groups that you follow with your account, else once a day."),
        frozenset({"follow_news"}),
    ),
    Topic(
        "drafts",
        _("Drafts that lie"),
        _("A draft of your organisation that nobody has touched for a month."),
        frozenset({"draft_stale"}),
    ),
    Topic(
        "meetings",
        _("Invitations to meetings"),
        _("Invitation, change and cancellation, with a calendar entry. The portal shows them all the same."),
        frozenset({"meeting_invitation", "meeting_changed", "meeting_cancelled"}),
        weekly=False,
    ),
    Topic(
        "rooms",
        _("Room bookings"),
        _("What became of a room that you booked."),
        frozenset({"booking_approved", "booking_refused", "booking_cancelled"}),
        weekly=False,
    ),
)

ALWAYS: tuple[tuple[str | Promise, str | Promise], ...] = (
    (
        _("Reminders of due dates"),
        _("A liaison who is not reminded lets a period pass, and the case is shown as overdue."),
    ),
    (
        _("Answers and decisions"),
        _("The alliance promises every proposer an answer; a letter is how it arrives."),
    ),
    (
        _("What asks you for a step"),
        _("A question, a referral, a date that moved: somebody waits for you, and a clock may run."),
    ),
    (
        _("Your account"),
        _("A new password, a new address: you must hear of it, should it not have been you."),
    ),
)
"""What nobody can switch off, and why."""

_BY_KIND = {kind: topic for topic in TOPICS for kind in topic.kinds}


def topic_of(kind: str) -> Topic | None:
    """The topic of a kind of letter; None where it goes out at once in any case."""
    return _BY_KIND.get(kind)
