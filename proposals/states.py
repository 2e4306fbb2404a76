"""The two machines of the case file as tables: state, what may be done, by whom, what comes of it.

Nothing else in the portal knows which step may follow which: actions ask `target_of`, pages ask
`steps_from`. The parties are decided in `permissions`. Source: the alliance's rules of procedure,
after the founding documents (a proposal is answered, yes or no, within a fixed period).
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProposalState(TextChoices):
    DRAFT = "draft", pgettext_lazy("proposal", "Draft")
    SCREENING = "screening", pgettext_lazy("proposal", "In screening")
    NEEDS_INFORMATION = (
        "needs_information",
        pgettext_lazy("proposal", "Waiting for the proposer"),
    )
    DISCUSSION = "discussion", pgettext_lazy("proposal", "In discussion")
    REFERRED = "referred", pgettext_lazy("proposal", "With the ministries")
    ANSWERED = "answered", pgettext_lazy("proposal", "Answered")
    FOLLOW_UP = "follow_up", pgettext_lazy("proposal", "In follow-up")
    MERGED = "merged", pgettext_lazy("proposal", "Merged")
    DECLINED = "declined", pgettext_lazy("proposal", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "Withdrawn")
    CLOSED = "closed", pgettext_lazy("proposal", "Closed")


class ReferralState(TextChoices):
    SENT = "sent", pgettext_lazy("referral", "Waiting for acceptance")
    IN_PROGRESS = "in_progress", pgettext_lazy("referral", "In progress")
    WAITING = "waiting", pgettext_lazy("referral", "Waiting for the proposer")
    ANSWERED = "answered", pgettext_lazy("referral", "Answered")
    RETURNED = "returned", pgettext_lazy("referral", "Returned")
    CANCELLED = "cancelled", pgettext_lazy("referral", "Cancelled")


class Party(TextChoices):
    """Those between whom a case moves; who belongs to which is decided in `permissions`."""

    PROPOSER = "proposer", _("proposer")
    TRIAGE = "triage", _("convener or secretary of the group")
    MINISTRY = "ministry", _("liaison of the ministry")
    SECRETARIAT = "secretariat", _("secretariat")
    CLOCK = "clock", _("the portal's clock")
    HEIR = "heir", _("co-sponsor or association that may take the case over")


class Outcome(TextChoices):
    MAY_PROCEED = "may_proceed", _("Not prohibited, may proceed")
    CLARIFIED = "clarified", _("Interpretation given")
    RULE_CHANGE = "rule_change", _("Rule to be changed")
    STATUTE_CHANGE = "statute_change", _("Statute to be changed")
    TRIAL = "trial", _("Trial or sandbox")
    PARTLY = "partly", _("Partly adopted")
    NOT_ADOPTED = "not_adopted", _("Not adopted")
    NOT_COMPETENT = "not_competent", _("Another body's matter")
    CANNOT_JUDGE = "cannot_judge", _("Cannot be judged for lack of information")
    NO_COMMENT = "no_comment", _("No comment")
    UNCLASSIFIED = "unclassified", _("Not classified")
    WITHDRAWN = "withdrawn", pgettext_lazy("answer", "Withdrawn")


class DeclineReason(TextChoices):
    NOT_REGULATORY = "not_regulatory", _("Asks for nothing that a rule could change")
    UNCLEAR = "unclear", _("What is asked is not clear")
    PRIVATE = "private", _("Concerns a single private matter or dispute")
    IN_COURT = "in_court", _("The matter is before a court")
    ALREADY_ANSWERED = "already_answered", _("Has been answered before")
    DUPLICATE = "duplicate", _("Another open case asks the same")
    ADVERTISEMENT = "advertisement", _("Advertises a product")
    OTHER = "other", _("Another reason")
    NO_BODY = "no_body", _("No government body is competent")
    LEAD_LEFT = "lead_left", _("The proposer left the alliance, and nobody took the case over in time")


class PauseCause(TextChoices):
    QUESTION = "question", _("waiting for the proposer's reply")
    SECRECY = "secrecy", _("the proposer checks for business secrets")
    FORCE_MAJEURE = "force_majeure", _("disaster or a cause that nobody answers for")
    MERGED = "merged", _("merged into another case, until that was undone")


@dataclass(frozen=True)
class Transition:
    sources: tuple[str, ...]
    target: str | None
    parties: tuple[Party, ...]
    label: Promise | str


P, R, BY = ProposalState, ReferralState, Party

OPEN_PROPOSAL = (P.SCREENING, P.NEEDS_INFORMATION, P.DISCUSSION, P.REFERRED)
OPENS_IN = (P.NEEDS_INFORMATION, P.DISCUSSION, P.MERGED, P.REFERRED, P.ANSWERED, P.FOLLOW_UP, P.CLOSED)
"""States in which a case may be public, and its restricted text open to everybody."""

PROPOSAL_STEPS: dict[str, Transition] = {
    "submit": Transition((P.DRAFT,), P.SCREENING, (BY.PROPOSER,), _("Submit")),
    "accept": Transition((P.SCREENING,), P.DISCUSSION, (BY.TRIAGE,), _("Accept")),
    "ask": Transition(
        (P.SCREENING, P.DISCUSSION),
        P.NEEDS_INFORMATION,
        (BY.TRIAGE,),
        _("Ask for information"),
    ),
    "resubmit": Transition((P.NEEDS_INFORMATION,), None, (BY.PROPOSER,), _("Send the information")),
    "prolong": Transition((P.NEEDS_INFORMATION,), None, (BY.PROPOSER,), _("Prolong your period")),
    "amend": Transition((P.NEEDS_INFORMATION,), None, (BY.PROPOSER,), _("Amend the text")),
    "resume": Transition((P.NEEDS_INFORMATION,), None, (BY.TRIAGE,), _("Go on without it")),
    "lapse": Transition((P.NEEDS_INFORMATION,), P.WITHDRAWN, (BY.CLOCK,), _("Lapse")),
    "decline": Transition((P.SCREENING, P.DISCUSSION), P.DECLINED, (BY.TRIAGE,), _("Decline")),
    "merge": Transition((P.SCREENING, P.DISCUSSION), P.MERGED, (BY.TRIAGE,), _("Merge into another case")),
    "unmerge": Transition((P.MERGED,), None, (BY.TRIAGE,), _("Undo the merger")),
    "refer": Transition((P.SCREENING, P.DISCUSSION), P.REFERRED, (BY.TRIAGE,), _("Refer to ministries")),
    "invite": Transition((P.SCREENING, P.DISCUSSION), None, (BY.TRIAGE,), _("Invite ministries to comment")),
    "put_on_agenda": Transition(
        (P.SCREENING, P.DISCUSSION), None, (BY.TRIAGE,), _("Put on the agenda of a meeting")
    ),
    "refer_again": Transition((P.REFERRED,), P.REFERRED, (BY.TRIAGE,), _("Refer to another body")),
    "add_supporting": Transition((P.REFERRED,), None, (BY.TRIAGE,), _("Ask a further body to support")),
    "coordinate": Transition((P.REFERRED,), None, (BY.SECRETARIAT,), _("Record the coordination")),
    "decide_competence": Transition(
        (P.REFERRED,), None, (BY.SECRETARIAT,), _("Record which body is competent")
    ),
    "decline_unowned": Transition(
        (P.REFERRED,), P.DECLINED, (BY.TRIAGE,), _("Decline: no body is competent")
    ),
    "pause": Transition(
        (P.SCREENING, P.NEEDS_INFORMATION, P.DISCUSSION, P.REFERRED),
        None,
        (BY.SECRETARIAT,),
        _("Stop the clock for a cause that nobody answers for"),
    ),
    "run_on": Transition(
        (P.SCREENING, P.NEEDS_INFORMATION, P.DISCUSSION, P.REFERRED),
        None,
        (BY.SECRETARIAT,),
        _("Let the clock run on"),
    ),
    "move": Transition((P.SCREENING, P.DISCUSSION), None, (BY.TRIAGE,), _("Move to another group")),
    "recuse": Transition(OPEN_PROPOSAL, None, (BY.TRIAGE,), _("Stand aside (recusal)")),
    "request_recusal": Transition(OPEN_PROPOSAL, None, (BY.PROPOSER,), _("Ask for a recusal")),
    "decide_recusal": Transition(OPEN_PROPOSAL, None, (BY.SECRETARIAT,), _("Decide on a recusal")),
    "end_recusal": Transition(OPEN_PROPOSAL, None, (BY.SECRETARIAT,), _("End a recusal")),
    "withdraw": Transition(
        (P.SCREENING, P.NEEDS_INFORMATION, P.DISCUSSION, P.REFERRED),
        P.WITHDRAWN,
        (BY.PROPOSER,),
        _("Withdraw"),
    ),
    "lose_lead": Transition(OPEN_PROPOSAL, None, (BY.CLOCK,), _("Note that the lead has left the alliance")),
    "take_over": Transition(OPEN_PROPOSAL, None, (BY.HEIR,), _("Take the case over")),
    "regain_lead": Transition(OPEN_PROPOSAL, None, (BY.CLOCK,), _("Note that the lead has come back")),
    "end_unclaimed": Transition(
        OPEN_PROPOSAL, P.WITHDRAWN, (BY.CLOCK,), _("End a case that nobody has taken over")
    ),
    "announce_opening": Transition(
        OPENS_IN, None, (BY.PROPOSER,), _("Announce that restricted text opens to the public")
    ),
    "stop_opening": Transition(OPENS_IN, None, (BY.PROPOSER,), _("Stop an opening that was announced")),
    "open_to_public": Transition(OPENS_IN, None, (BY.CLOCK,), _("Open restricted text to the public")),
    "answer": Transition((P.REFERRED,), P.ANSWERED, (BY.MINISTRY,), _("Answered by the lead body")),
    "close": Transition(
        (P.ANSWERED,),
        P.CLOSED,
        (BY.PROPOSER, BY.CLOCK),
        _("Accept the answer and close"),
    ),
    "rate": Transition((P.ANSWERED,), None, (BY.PROPOSER,), _("Rate the answer")),
    "reconsider": Transition((P.ANSWERED,), P.REFERRED, (BY.PROPOSER,), _("Ask for reconsideration")),
    "second_look": Transition((P.DECLINED,), P.SCREENING, (BY.PROPOSER,), _("Ask for a second look")),
    "fulfil": Transition((P.FOLLOW_UP,), P.CLOSED, (BY.CLOCK,), _("Close with the last follow-up item")),
    "reopen": Transition((P.CLOSED,), P.DISCUSSION, (BY.TRIAGE,), _("Reopen")),
    "close_again": Transition((P.DISCUSSION,), P.CLOSED, (BY.TRIAGE,), _("Close again")),
}
"""“close” leads to FOLLOW_UP while a follow-up item is open; “close_again” takes a reopening back."""

REFERRAL_STEPS: dict[str, Transition] = {
    "accept": Transition((R.SENT,), R.IN_PROGRESS, (BY.MINISTRY,), pgettext_lazy("referral", "Accept")),
    "return": Transition((R.SENT,), R.RETURNED, (BY.MINISTRY,), _("Return: not competent")),
    "ask": Transition((R.SENT, R.IN_PROGRESS), R.WAITING, (BY.MINISTRY,), _("Ask the proposer")),
    "reply": Transition((R.WAITING,), R.IN_PROGRESS, (BY.PROPOSER, BY.CLOCK), _("Reply")),
    "prolong": Transition((R.WAITING,), None, (BY.PROPOSER,), _("Prolong your period")),
    "check_secrecy": Transition(
        (R.SENT, R.IN_PROGRESS), R.WAITING, (BY.MINISTRY,), _("Let the proposer check for secrets")
    ),
    "clear_secrecy": Transition(
        (R.WAITING,), R.IN_PROGRESS, (BY.PROPOSER, BY.CLOCK), _("Say what is secret")
    ),
    "interim": Transition((R.SENT, R.IN_PROGRESS, R.WAITING), None, (BY.MINISTRY,), _("Interim reply")),
    "extend": Transition((R.SENT, R.IN_PROGRESS), None, (BY.MINISTRY,), _("Extend")),
    "delay": Transition((R.SENT, R.IN_PROGRESS), None, (BY.MINISTRY,), _("Explain the delay")),
    "draft": Transition((R.SENT, R.IN_PROGRESS, R.WAITING), None, (BY.MINISTRY,), _("Draft the answer")),
    "sign_off": Transition((R.IN_PROGRESS,), None, (BY.MINISTRY,), _("Note the sign-off")),
    "share_draft": Transition(
        (R.SENT, R.IN_PROGRESS, R.WAITING), None, (BY.MINISTRY,), _("Share the drafts with the other bodies")
    ),
    "unshare_draft": Transition(
        (R.SENT, R.IN_PROGRESS, R.WAITING), None, (BY.MINISTRY,), _("Share the drafts no longer")
    ),
    "record": Transition(
        (R.SENT, R.IN_PROGRESS, R.WAITING, R.ANSWERED),
        None,
        (BY.MINISTRY, BY.SECRETARIAT),
        _("Record the day of receipt"),
    ),
    "forget": Transition((R.SENT,), None, (BY.CLOCK,), _("Take back the assumed receipt")),
    "prove": Transition(
        (R.SENT, R.IN_PROGRESS, R.WAITING, R.ANSWERED),
        None,
        (BY.SECRETARIAT,),
        _("Record a proved letter"),
    ),
    "pause": Transition(
        (R.SENT, R.IN_PROGRESS, R.WAITING),
        None,
        (BY.SECRETARIAT,),
        _("Stop the clock for a cause that nobody answers for"),
    ),
    "run_on": Transition(
        (R.SENT, R.IN_PROGRESS, R.WAITING),
        None,
        (BY.SECRETARIAT,),
        _("Let the clock run on"),
    ),
    "publish": Transition((R.SENT, R.IN_PROGRESS), None, (BY.MINISTRY,), _("Publish the answer")),
    "enter_paper": Transition(
        (R.SENT, R.IN_PROGRESS), None, (BY.SECRETARIAT,), _("Enter an answer by letter")
    ),
    "answer": Transition((R.SENT, R.IN_PROGRESS), R.ANSWERED, (BY.MINISTRY,), _("Every ask answered")),
    "correct": Transition(
        (R.IN_PROGRESS, R.WAITING, R.ANSWERED, R.CANCELLED),
        None,
        (BY.MINISTRY,),
        _("Correct a published answer"),
    ),
    "cancel": Transition(
        (R.SENT, R.IN_PROGRESS, R.WAITING),
        R.CANCELLED,
        (BY.PROPOSER, BY.MINISTRY, BY.TRIAGE),
        _("Cancel"),
    ),
}

FOLLOW_UP_STEPS: dict[str, Transition] = {
    "report": Transition(("open",), None, (BY.MINISTRY,), _("Report progress")),
    "revise": Transition(("open",), None, (BY.MINISTRY,), _("Revise the planned day")),
    "done": Transition(("open",), "done", (BY.MINISTRY,), pgettext_lazy("follow-up", "Mark as done")),
    "drop": Transition(("open",), "dropped", (BY.MINISTRY,), pgettext_lazy("follow-up", "Drop")),
}

ENDS_UNANSWERED = ("ask", "decline", "decline_unowned", "withdraw", "merge")
"""Steps that may hide a case, or end it elsewhere: not open to one that has been answered once, whose
answers stay public."""
MERGED_INTO = (P.SCREENING, P.NEEDS_INFORMATION, P.DISCUSSION)
"""States of a case that others are merged into: open, and not referred."""
UNMERGED_WHILE = (*MERGED_INTO, P.DECLINED, P.WITHDRAWN)
"""States of that case in which the merger can be undone: not once the ministries have it."""
DECIDES = ("accept", "decline", "refer", "ask", "merge")
"""Steps that whoever declined a case does not take at its second look."""
SECOND_LOOK_IN = (P.SCREENING, P.NEEDS_INFORMATION)
"""States in which a case is looked at a second time: whoever declined it does not decide."""
NOT_OFFICERS = (DeclineReason.NO_BODY, DeclineReason.LEAD_LEFT)
DECLINE_REASONS = [choice for choice in DeclineReason.choices if choice[0] not in NOT_OFFICERS]
"""What an officer may choose from: that no body is competent is decided by letter, and whether a case has
lost its proposer by the clock."""
COMMENTED_IN = (P.SCREENING, P.NEEDS_INFORMATION, P.DISCUSSION)
"""States in which invited ministries comment: until the group has decided."""
PROMISES = (Outcome.RULE_CHANGE, Outcome.STATUTE_CHANGE, Outcome.TRIAL, Outcome.PARTLY)
"""Outcomes whose next step with a date becomes a follow-up item."""
CLARIFYING = (Outcome.MAY_PROCEED, Outcome.CLARIFIED)
"""Outcomes that belong into the register of clarifications."""

NOT_CHOSEN = (Outcome.UNCLASSIFIED, Outcome.WITHDRAWN)
"""Outcomes that no draft names: that of an archive, and that of an answer taken back."""

OPEN_REFERRAL = (R.SENT, R.IN_PROGRESS, R.WAITING)
MAX_QUESTIONS = 2

TONES: dict[str, tuple[str, str]] = {
    P.DRAFT: ("muted", "edit"),
    P.SCREENING: ("brand", "hourglass"),
    P.NEEDS_INFORMATION: ("paused", "question"),
    P.DISCUSSION: ("brand", "message"),
    P.REFERRED: ("brand", "clock"),
    P.ANSWERED: ("ok", "check"),
    P.FOLLOW_UP: ("brand", "list"),
    P.MERGED: ("muted", "merge"),
    P.DECLINED: ("muted", "minus"),
    P.WITHDRAWN: ("muted", "close"),
    P.CLOSED: ("muted", "check-circle"),
    R.SENT: ("soon", "mail"),
    R.IN_PROGRESS: ("brand", "clock"),
    R.WAITING: ("paused", "pause"),
    R.RETURNED: ("muted", "reply"),
    R.CANCELLED: ("muted", "close"),
    Outcome.MAY_PROCEED: ("ok", "check"),
    Outcome.CLARIFIED: ("ok", "scale"),
    Outcome.RULE_CHANGE: ("ok", "edit"),
    Outcome.STATUTE_CHANGE: ("ok", "book"),
    Outcome.TRIAL: ("brand", "lightbulb"),
    Outcome.PARTLY: ("soon", "half"),
    Outcome.NOT_ADOPTED: ("late", "minus"),
    Outcome.NOT_COMPETENT: ("muted", "swap"),
    Outcome.CANNOT_JUDGE: ("muted", "question"),
    Outcome.NO_COMMENT: ("muted", "minus"),
    Outcome.UNCLASSIFIED: ("muted", "document"),
    Outcome.WITHDRAWN: ("late", "close"),
}
"""Tone and icon of each state and outcome; colour never speaks alone."""
