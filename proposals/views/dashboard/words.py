"""What the pages say of each step, and with which status a refusal is answered."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import User
from members.refusals import Refused, Stale
from proposals.models import Referral
from proposals.permissions import can_take_referral_step


@dataclass(frozen=True)
class StepWords:
    """Title and explanation of a step, the word on its button, and whether it is read by the public."""

    title: Promise | str
    lede: Promise | str
    button: Promise | str
    icon: str
    tone: str = ""


STEP_WORDS = {
    "accept": StepWords(
        _("Accept the case"),
        _("Your body takes its part on. The period has been running since the receipt and runs on."),
        _("Accept the case"),
        "check",
    ),
    "ask": StepWords(
        _("Ask the proposer"),
        _("When something is missing that only the proposer knows."),
        _("Send the question and stop the clock"),
        "question",
    ),
    "interim": StepWords(
        _("Publish an interim reply"),
        _("Says how far you are when the answer takes time, and whether you are on it at all."),
        _("Publish the interim reply"),
        "message",
    ),
    "delay": StepWords(
        _("Explain the delay"),
        _(
            "Stands beside the mark of lateness on every public page, with the day by which you expect to "
            "answer. The mark itself stays until every ask is answered."
        ),
        _("Publish the reason"),
        "hourglass",
    ),
    "extend": StepWords(
        _("Extend the period"),
        _(
            "Once, before the period has passed, by at most the period itself. The reason and both dates are "
            "published (after Article 51 of the Administrative Procedure Act)."
        ),
        _("Extend and publish"),
        "calendar",
    ),
    "sign_off": StepWords(
        _("In internal sign-off"),
        _("A note for your own body: the draft is on its way through the house."),
        _("Save the note"),
        "edit",
    ),
    "share_draft": StepWords(
        _("Share the drafts with the other bodies"),
        _(
            "The bodies that take part in this round read your drafts beside their own, those to come as "
            "well. The proposer, the working group and the public never do. You can take it back at any time."
        ),
        _("Share the drafts"),
        "users",
    ),
    "unshare_draft": StepWords(
        _("Share the drafts no longer"),
        _("At once only your own body reads your drafts again."),
        _("Share no longer"),
        "lock",
    ),
    "record": StepWords(
        _("Receipt and letter numbers"),
        _("The recorded day of receipt of the official letter goes before the opening in the portal."),
        _("Record"),
        "mail",
    ),
    "return": StepWords(
        _("Return: another body is competent"),
        _("Only before acceptance, and before an answer has been drafted. The case's total time runs on."),
        _("Return the case"),
        "reply",
        "danger",
    ),
}


def refusal_status(user: User, referral: Referral, step: str, refusal: Refused) -> int:
    """409 where things have moved on since the page was opened, 422 where what was typed will not do."""
    if isinstance(refusal, Stale) or not can_take_referral_step(user, referral, step):
        return 409
    return 422
