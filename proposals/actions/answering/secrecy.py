"""Before words that touch restricted text are published: the proposer says what of them is secret.

Once per referral, within three working days, the ministry's clock standing meanwhile. Whatever the proposer
says, and when it says nothing, the ministry publishes as it decides. That a check runs is public, the words
are not.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import NotAllowed, Refused
from proposals.ledger import Owner
from proposals.models import (
    AnswerDraft,
    CheckedText,
    Question,
    Referral,
    RestrictedPart,
    RestrictedText,
    SecrecyCheck,
)
from proposals.models.deadlines import Kind
from proposals.overlap import share_a_phrase
from proposals.permissions import leads
from proposals.states import Party, PauseCause, ReferralState

from ..notices import notify_ministry, notify_proposer
from ..proposer import run_on
from ..record import check_referral_step, lock_referral, record
from ..restricted import has_restricted_words
from ..timing import open_deadline, pause
from .answers import DRAFT_FIELDS, check_draft, possible_outcomes
from .steps import take_on

CHECKED = "checked"


def check_secrecy_open(row: Referral) -> None:
    """Raises Refused where there is nothing to check, or the proposer has been asked before."""
    if row.questions.filter(kind=Question.Kind.SECRECY).exists():
        raise Refused(_("The proposer has checked your words once already; publish as you decide."))
    since = RestrictedPart.objects.unsealed().filter(proposal=row.proposal)
    if row.proposal.is_sealed and not since.exists():
        raise Refused(
            _(
                "The restricted text was sealed when the proposer left the alliance: nobody is there to "
                "check your words. Quote nothing of it, and publish as you decide."
            )
        )
    if not has_restricted_words(row.proposal):
        raise Refused(_("The case has no restricted text: there is nothing to check."))
    if row.is_overdue:
        raise Refused(_("The answer is overdue: a check no longer stops the clock. Publish as you decide."))


@transaction.atomic
def ask_secrecy_check(*, user: User, referral: Referral, asks: Iterable[int]) -> SecrecyCheck:
    """Lays the drafts of the asks named before the proposer. The clock stands until it answers."""
    row = lock_referral(referral)
    check_referral_step(row, "check_secrecy", user)
    check_secrecy_open(row)
    wanted = set(asks)
    drafts = list(AnswerDraft.objects.filter(referral=row, ask__in=wanted).select_related("ask"))
    if not drafts or {draft.ask_id for draft in drafts} != wanted:
        raise Refused(_("Choose the drafts that touch the restricted text."))
    outcomes = possible_outcomes(row)
    for draft in drafts:
        check_draft(draft, outcomes)
    _check_repeats_nothing_sealed(row, drafts)
    if row.state == ReferralState.SENT:
        take_on(row, user)
    row.state = ReferralState.WAITING
    row.save()
    question = Question.objects.create(
        referral=row, kind=Question.Kind.SECRECY, asked_by=user, asked_at=clock.now()
    )
    check = SecrecyCheck.objects.create(question=question)
    for draft in drafts:
        words = {name: getattr(draft, name) for name in DRAFT_FIELDS}
        CheckedText.objects.create(check_of=check, referral=row, ask=draft.ask, **words)
    deadline = open_deadline(Kind.SECRECY, question=question, counted_from=clock.today())
    pause(row.proposal, referral=row, question=question, cause=PauseCause.SECRECY)
    entry = record(
        row.proposal,
        "secrecy_check_asked",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
        turn=Owner.PROPOSER if row.is_lead else None,
        reply_due_on=deadline.due_on.isoformat(),
    )
    notify_proposer(entry, "secrecy_check_asked", question=question, deadline=deadline)
    return check


def _check_repeats_nothing_sealed(row: Referral, drafts: Iterable[AnswerDraft]) -> None:
    """Raises Refused where a draft repeats what is sealed: the check would show it to whoever leads now."""
    sealed = (
        rows.objects.sealed().filter(proposal=row.proposal) for rows in (RestrictedText, RestrictedPart)
    )
    secrets = [text for rows in sealed for text in rows.values_list("text", flat=True)]
    for draft in drafts:
        if any(share_a_phrase(draft.reason, secret) for secret in secrets):
            raise Refused(
                _(
                    "Your draft on ask %d repeats words of what was sealed when the proposer left the "
                    "alliance. Take them out: nobody may read them any more, whoever leads the case now."
                )
                % draft.ask.number
            )


@transaction.atomic
def answer_secrecy_check(
    *, user: User, check: SecrecyCheck, is_fine: bool, objection: str = ""
) -> SecrecyCheck:
    """The proposer's word, once: fine, or what is secret and why. It binds nobody; the clock runs on."""
    referral = lock_referral(check.question.referral)
    row = SecrecyCheck.objects.select_for_update(of=("self",)).select_related("question").get(pk=check.pk)
    if not leads(user, referral.proposal):
        raise NotAllowed
    if not row.is_open:
        raise Refused(_("This check is over: you have answered, or its period has passed."))
    check_referral_step(referral, "clear_secrecy", user)
    if not is_fine and not objection.strip():
        raise Refused(_("Write which words are secret, and why."))
    row.is_fine, row.objection = is_fine, "" if is_fine else objection
    row.save()
    question = row.question
    question.reply, question.replied_at, question.replied_by = CHECKED, clock.now(), user
    question.save()
    run_on(referral, question)
    entry = record(
        referral.proposal,
        "secrecy_checked",
        role=Party.PROPOSER,
        actor=user,
        referral=referral,
        body=referral.proposal.lead,
        turn=Owner.MINISTRY if referral.is_lead else None,
    )
    notify_ministry(entry, "secrecy_check_over", referral, question=question, check=row)
    return row
