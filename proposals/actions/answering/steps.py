"""Accepting, returning, asking, extending, sign-off: the steps that come before an answer."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.refusals import Refused
from proposals.deadlines import Period, Unit
from proposals.ledger import Owner
from proposals.models import (
    AnswerDraft,
    Coordination,
    Deadline,
    Extension,
    Question,
    Referral,
    RestrictedPart,
)
from proposals.models.deadlines import ANSWERS, Kind
from proposals.models.timeline import Visibility
from proposals.states import MAX_QUESTIONS, Party, ReferralState

from ..coordination import is_disputed_by, open_coordination
from ..delays import check_delay
from ..notices import notify_proposer, notify_triage
from ..pauses import end_with_its_clock
from ..record import check_lead, check_referral_step, lock_referral, record
from ..restricted import write_part
from ..timing import (
    limit_of,
    open_deadline,
    pause,
    recount,
    settle,
    settle_kinds,
    update_latest_overall,
)
from .receipt import set_receipt
from .sharing import check_share, check_unshare


@transaction.atomic
def accept_referral(*, user: User, referral: Referral) -> Referral:
    """The ministry takes its part on; its clock has been running since the receipt and runs on."""
    row = lock_referral(referral)
    check_referral_step(row, "accept", user)
    take_on(row, user)
    record(
        row.proposal,
        "accepted_by_ministry",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
    )
    return row


def take_on(row: Referral, user: User) -> None:
    """The ministry has taken its part on: by saying so, by asking, or by answering."""
    row.state = ReferralState.IN_PROGRESS
    row.accepted_at = row.accepted_at or clock.now()
    row.save()
    settle_kinds(Kind.ACCEPTANCE, referral=row)
    if row.received_on is None:
        set_receipt(row, clock.today(), Referral.Receipt.OPENED, actor=user)


@transaction.atomic
def return_referral(*, user: User, referral: Referral, body: Organisation, reason: str) -> Referral:
    """Not competent: names the body that is, with the reason. Once, and only before acceptance.

    The case's total time runs on; the group refers the case to another body. After a second lead's return,
    or where the body named cannot be asked any more, competence is disputed.
    """
    row = lock_referral(referral)
    check_referral_step(row, "return", user)
    check_return(row)
    if not reason.strip():
        raise Refused(_("Write why another body is competent."))
    if not body.is_body or body == row.ministry:
        raise Refused(_("Name another government body."))
    if body.valid_to and body.valid_to <= clock.today():
        raise Refused(
            _("%(name)s no longer exists; its successor is %(successor)s.")
            % {"name": body, "successor": body.successor or "–"}
        )
    row.state = ReferralState.RETURNED
    row.returned_to = body
    row.save()
    end_with_its_clock(row.proposal, referral=row)
    settle(Deadline.objects.unsettled().filter(referral=row))
    entry = record(
        row.proposal,
        "returned",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
        turn=Owner.ALLIANCE if row.is_lead else None,
        text=reason,
        named=body.pk,
    )
    is_disputed = False
    if row.is_lead:
        if is_disputed := is_disputed_by(row):
            open_coordination(row.proposal)
        else:
            open_deadline(Kind.SCREENING, proposal=row.proposal, counted_from=clock.today())
    update_latest_overall(row.proposal)
    notify_triage(entry, "returned", body=body, text=reason, is_disputed=is_disputed)
    notify_proposer(entry, "returned", body=body, text=reason, is_disputed=is_disputed)
    return row


def check_return(row: Referral) -> None:
    """Raises Refused where the matter can no longer be returned."""
    if AnswerDraft.objects.filter(referral=row).exclude(reason="").exists():
        raise Refused(_("An answer has been drafted already: the matter can no longer be returned."))
    decided = Coordination.objects.decided().filter(proposal=row.proposal, decided_body=row.ministry).last()
    if decided:
        raise Refused(
            _("Letter no. %(number)s decided that the matter is your body's: it cannot be returned again.")
            % {"number": decided.decision_number}
        )
    own = Referral.objects.filter(proposal=row.proposal, ministry=row.ministry)
    if own.filter(state=ReferralState.ANSWERED).exists():
        raise Refused(_("Your body has answered in this case before: the matter is its own."))
    if own.filter(state=ReferralState.RETURNED).exists():
        raise Refused(_("Your body has returned this case before; it can be returned once only."))


@transaction.atomic
def ask_proposer(*, user: User, referral: Referral, text: str, restricted: str = "") -> Question:
    """Asks the proposer; the ministry's clock stands still until the reply or the end of its period.

    `restricted` stands beside the public question, for those alone who read the case's restricted text.
    """
    row = lock_referral(referral)
    check_referral_step(row, "ask", user)
    check_question(row)
    if not text.strip():
        raise Refused(_("Write the question: it is public, a restricted part can only stand beside it."))
    if row.state == ReferralState.SENT:
        take_on(row, user)
    row.state = ReferralState.WAITING
    row.save()
    question = Question.objects.create(referral=row, text=text, asked_by=user, asked_at=clock.now())
    side = RestrictedPart.Side.QUESTION
    has_part = write_part(row.proposal, question, side, restricted, question.asked_at)
    deadline = open_deadline(Kind.REPLY, question=question, counted_from=clock.today())
    pause(row.proposal, referral=row, question=question, reason=text)
    entry = record(
        row.proposal,
        "question_asked",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
        turn=Owner.PROPOSER if row.is_lead else None,
        text=text,
        reply_due_on=deadline.due_on.isoformat(),
    )
    notify_proposer(entry, "question_asked", question=question, deadline=deadline, has_part=has_part)
    return question


def check_question(row: Referral) -> None:
    """Raises Refused where a question can no longer stop the clock, or nobody is there to reply."""
    check_lead(row.proposal)
    if row.questions.asked().count() >= MAX_QUESTIONS:
        raise Refused(_("The proposer has been asked twice already; the clock cannot be stopped again."))
    if row.due_on and row.due_on < clock.today() and not row.is_paused:
        raise Refused(
            _("The answer is overdue: a question no longer stops the clock. Publish an interim reply.")
        )


@transaction.atomic
def extend_referral(
    *,
    user: User,
    referral: Referral,
    amount: int,
    unit: str,
    reason: str,
    progress: str = "",
) -> Extension:
    """Extends once, before the period has passed, by at most what its policy and the law allow.

    行政程序法 §51 III and IV. The last day itself is still in time. Reason and progress are published.
    """
    row = lock_referral(referral)
    check_referral_step(row, "extend", user)
    deadline = answer_deadline(row)
    most = check_extension(row, deadline)
    if not reason.strip():
        raise Refused(_("An extension is published with its reason: write it."))
    if amount < 1 or unit != deadline.unit or amount > most:
        raise Refused(
            _("This period can be extended by %(most)s at most. Choose a number from 1 to that.")
            % {"most": most}
        )
    old_due_on = deadline.due_on
    period = Period(amount, Unit(unit))
    extension = Extension(
        referral=row,
        amount=period.amount,
        unit=period.unit.value,
        reason=reason,
        progress=progress,
        old_due_on=old_due_on,
        granted_at=clock.now(),
        granted_by=user,
    )
    row.extension = extension
    deadline.referral = row
    extension.new_due_on = recount(deadline).due_on
    if extension.new_due_on <= old_due_on:
        raise Refused(
            _("So short an extension does not move the last day (%(day)s). Choose a longer one.")
            % {"day": old_due_on.isoformat()}
        )
    extension.save()
    update_latest_overall(row.proposal)
    entry = record(
        row.proposal,
        "extended",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
        text="\n\n".join(filter(None, (reason, progress))),
        old_due_on=old_due_on.isoformat(),
        new_due_on=deadline.due_on.isoformat(),
    )
    notify_proposer(entry, "extended", extension=extension)
    notify_triage(entry, "extended", extension=extension)
    return extension


def check_extension(row: Referral, deadline: Deadline) -> int:
    """By how much at most the period can be extended; raises Refused, with the reason, where it cannot."""
    if hasattr(row, "extension"):
        raise Refused(_("The period has been extended once already; the law allows no second extension."))
    if deadline.due_on < clock.today() and not deadline.is_paused:
        raise Refused(_("The period has passed; it could be extended until its last day only."))
    most = limit_of(deadline)
    if most is None:
        raise Refused(_("This period cannot be extended: the rule by which it runs allows no extension."))
    return most


def check_open(row: Referral, step: str) -> None:
    """Raises Refused, with the reason, where a step that the state allows is shut for good or for now."""
    match step:
        case "extend":
            check_extension(row, row.deadlines.select_related("policy").get(kind__in=ANSWERS))
        case "ask":
            check_question(row)
        case "return":
            check_return(row)
        case "delay":
            check_delay(row)
        case "share_draft":
            check_share(row)
        case "unshare_draft":
            check_unshare(row)


def answer_deadline(referral: Referral) -> Deadline:
    return (
        Deadline.objects.select_for_update(of=("self",))
        .select_related("referral__ministry", "referral__proposal", "policy")
        .get(referral=referral, kind__in=ANSWERS)
    )


@transaction.atomic
def note_sign_off(
    *,
    user: User,
    referral: Referral,
    since: date | None,
    approved_on: date | None = None,
    document_number: str = "",
) -> Referral:
    """陳核中, 核定日, 文號: how far the draft is in internal sign-off; all empty takes it back.

    The own body alone sees it, until day and number of the approval are published with the answer.
    """
    row = lock_referral(referral)
    check_referral_step(row, "sign_off", user)
    if since and since > clock.today():
        raise Refused(_("The day lies in the future."))
    if since and since < clock.local_date(row.sent_at):
        raise Refused(_("The day lies before the referral."))
    number = document_number.strip()
    if number and not approved_on:
        raise Refused(_("A document number is noted with the day of the approval."))
    if approved_on and not (since or clock.local_date(row.sent_at)) <= approved_on <= clock.today():
        raise Refused(_("The approval lies after the beginning of the sign-off, and not in the future."))
    if (since, approved_on, number) == (row.sign_off_since, row.approved_on, row.document_number):
        return row
    row.sign_off_since, row.approved_on, row.document_number = since, approved_on, number
    row.save()
    record(
        row.proposal,
        "approved" if approved_on else "sign_off" if since else "sign_off_ended",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
        visibility=Visibility.MINISTRY,
        since=since.isoformat() if since else None,
        approved_on=approved_on.isoformat() if approved_on else None,
        document_number=number,
    )
    return row
