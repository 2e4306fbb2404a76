"""What a ministry does with its part of a case. Nobody outside the ministry takes any of these steps."""

from proposals.models.deadlines import ANSWERS

from .answers import (
    check_draft,
    possible_outcomes,
    publish_answers,
    publish_interim_reply,
    save_answer_drafts,
)
from .corrections import correct_answer
from .receipt import (
    first_opening,
    forget_receipt,
    record_letters,
    record_receipt_by_mail,
    set_receipt,
)
from .secrecy import answer_secrecy_check, ask_secrecy_check, check_secrecy_open
from .sharing import bodies_beside, share_drafts, unshare_drafts
from .steps import (
    accept_referral,
    ask_proposer,
    check_extension,
    check_open,
    extend_referral,
    note_sign_off,
    return_referral,
)

__all__ = [
    "ANSWERS",
    "accept_referral",
    "answer_secrecy_check",
    "ask_proposer",
    "ask_secrecy_check",
    "bodies_beside",
    "check_draft",
    "check_extension",
    "check_open",
    "check_secrecy_open",
    "correct_answer",
    "extend_referral",
    "first_opening",
    "forget_receipt",
    "note_sign_off",
    "possible_outcomes",
    "publish_answers",
    "publish_interim_reply",
    "record_letters",
    "record_receipt_by_mail",
    "return_referral",
    "save_answer_drafts",
    "set_receipt",
    "share_drafts",
    "unshare_drafts",
]
