"""What a ministry does with its part of a case. Nobody outside the ministry takes any of these steps."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.refusals import Refused, Stale
from proposals.deadlines import Period, Unit
from proposals.ledger import Owner
from proposals.models import (
    Answer,
    AnswerDraft,
    Deadline,
    Extension,
    InterimReply,
    Question,
    Referral,
)
from proposals.models.answers import AnswerText
from proposals.models.deadlines import Kind
from proposals.models.timeline import Visibility
from proposals.permissions import can_answer
from proposals.states import MAX_QUESTIONS, Outcome, Party, ProposalState, ReferralState

from .notices import notify_proposer, notify_triage
from .record import check_referral_step, lock_referral, record
from .timing import (
    ANSWERS,
    open_deadline,
    pause,
    recount,
    settle,
    settle_kinds,
    update_latest_overall,
)


def first_opening(*, user: User, referral: Referral) -> None:
    """Notes the first opening by the ministry; it is the day of receipt where no letter's day is known."""
    if referral.opened_at is not None or not can_answer(user, referral):
        return
    with transaction.atomic():
        locked = lock_referral(referral)
        if locked.opened_at is not None or not locked.is_open:
            return
        locked.opened_at = clock.now()
        locked.save()
        if locked.received_on is None:
            set_receipt(locked, clock.today(), Referral.Receipt.OPENED, actor=user)
        referral.refresh_from_db()


def set_receipt(
    referral: Referral,
    received_on: date,
    receipt: str,
    *,
    actor: User | None,
    role: Party = Party.MINISTRY,
) -> None:
    """Writes the day of receipt and counts the referral's open deadlines anew from it.

    A day before the one known until now gives the days between to the ministry; history is only added to.
    """
    is_earlier = referral.received_on is None or received_on < referral.received_on
    referral.received_on, referral.receipt = received_on, receipt
    referral.save()
    running = (
        Deadline.objects.unsettled()
        .filter(referral=referral)
        .select_related("referral__ministry")
    )
    for deadline in running.select_related("referral__proposal", "referral__ministry"):
        deadline.counted_from = received_on
        recount(deadline)
    referral.refresh_from_db(fields=["due_on"])
    update_latest_overall(referral.proposal)
    moved = referral.timeline.filter(kind="received").exists()
    record(
        referral.proposal,
        "receipt_corrected" if moved else "received",
        role=role,
        actor=actor,
        referral=referral,
        body=referral.ministry,
        turn=Owner.MINISTRY if referral.is_lead and is_earlier else None,
        happened_at=max(
            referral.sent_at, datetime.combine(received_on, time(9), clock.TAIPEI)
        )
        if received_on != clock.today()
        else None,
        received_on=received_on.isoformat(),
        receipt=receipt,
        due_on=referral.due_on.isoformat() if referral.due_on else None,
    )


@transaction.atomic
def record_receipt_by_mail(*, referral: Referral, received_on: date) -> None:
    """The clock's step: the third working day after the mail is the receipt, nothing better being known."""
    locked = lock_referral(referral)
    if locked.received_on is None and locked.is_open:
        set_receipt(
            locked, received_on, Referral.Receipt.MAIL, actor=None, role=Party.CLOCK
        )


@transaction.atomic
def record_letters(
    *,
    user: User,
    referral: Referral,
    received_on: date | None = None,
    reply_number: str = "",
    reply_on: date | None = None,
) -> Referral:
    """Records the day of receipt of the official letter, and the number and date of the ministry's own."""
    row = lock_referral(referral)
    check_referral_step(row, "record", user)
    today = clock.today()
    sent_on = row.letter_on or clock.local_date(row.sent_at)
    if received_on and not sent_on <= received_on <= today:
        raise Refused(
            _(
                "The day of receipt lies between the day of the letter (%(sent)s) and today."
            )
            % {"sent": sent_on.isoformat()}
        )
    if reply_on and not sent_on <= reply_on <= today:
        raise Refused(
            _("The date of the reply lies between the day of the letter and today.")
        )
    row.reply_number = reply_number or row.reply_number
    row.reply_on = reply_on or row.reply_on
    row.save()
    if received_on and (received_on, Referral.Receipt.LETTER) != (
        row.received_on,
        row.receipt,
    ):
        role = Party.MINISTRY if can_answer(user, row) else Party.SECRETARIAT
        set_receipt(row, received_on, Referral.Receipt.LETTER, actor=user, role=role)
    return row


@transaction.atomic
def accept_referral(*, user: User, referral: Referral) -> Referral:
    """The ministry takes its part on; its clock has been running since the receipt and runs on."""
    row = lock_referral(referral)
    check_referral_step(row, "accept", user)
    _accept(row, user)
    record(
        row.proposal,
        "accepted_by_ministry",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
    )
    return row


def _accept(row: Referral, user: User) -> None:
    row.state = ReferralState.IN_PROGRESS
    row.accepted_at = row.accepted_at or clock.now()
    row.save()
    settle_kinds(Kind.ACCEPTANCE, referral=row)
    if row.received_on is None:
        set_receipt(row, clock.today(), Referral.Receipt.OPENED, actor=user)


@transaction.atomic
def return_referral(
    *, user: User, referral: Referral, body: Organisation, reason: str
) -> Referral:
    """Not competent: names the body that is, with the reason. Only before acceptance.

    The case's total time runs on; the group refers the case to another body.
    """
    row = lock_referral(referral)
    check_referral_step(row, "return", user)
    if not reason.strip():
        raise Refused(_("Write why another body is competent."))
    if not body.is_body or body == row.ministry:
        raise Refused(_("Name another government body."))
    if body.valid_to and body.valid_to <= clock.today():
        raise Refused(
            _("%(name)s no longer exists; its successor is %(successor)s.")
            % {"name": body, "successor": body.successor or "–"}
        )
    if AnswerDraft.objects.filter(referral=row).exclude(reason="").exists():
        raise Refused(
            _(
                "An answer has been drafted already: the matter can no longer be returned."
            )
        )
    row.state = ReferralState.RETURNED
    row.returned_to = body
    row.save()
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
    if row.is_lead:
        open_deadline(Kind.SCREENING, proposal=row.proposal, counted_from=clock.today())
    update_latest_overall(row.proposal)
    notify_triage(entry, "returned", body=body, text=reason)
    notify_proposer(entry, "returned", body=body, text=reason)
    return row


@transaction.atomic
def ask_proposer(*, user: User, referral: Referral, text: str) -> Question:
    """Asks the proposer; the ministry's clock stands still until the reply or the end of its period."""
    row = lock_referral(referral)
    check_referral_step(row, "ask", user)
    if not text.strip():
        raise Refused(_("Write the question."))
    if row.questions.count() >= MAX_QUESTIONS:
        raise Refused(
            _(
                "The proposer has been asked twice already; the clock cannot be stopped again."
            )
        )
    if row.due_on and row.due_on < clock.today():
        raise Refused(
            _(
                "The answer is overdue: a question no longer stops the clock. Publish an interim reply."
            )
        )
    if row.state == ReferralState.SENT:
        _accept(row, user)
    row.state = ReferralState.WAITING
    row.save()
    question = Question.objects.create(
        referral=row, text=text, asked_by=user, asked_at=clock.now()
    )
    deadline = open_deadline(Kind.REPLY, question=question, counted_from=clock.today())
    question.due_on = deadline.due_on
    question.save()
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
    notify_proposer(entry, "question_asked", question=question, deadline=deadline)
    return question


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
    """Extends once, by at most the period itself, before it has passed, with a published reason.

    行政程序法 §51 III and IV. The last day itself is still in time.
    """
    row = lock_referral(referral)
    check_referral_step(row, "extend", user)
    deadline = answer_deadline(row)
    if hasattr(row, "extension"):
        raise Refused(
            _(
                "The period has been extended once already; the law allows no second extension."
            )
        )
    if deadline.due_on < clock.today():
        raise Refused(
            _("The period has passed; it could be extended until its last day only.")
        )
    if not reason.strip():
        raise Refused(_("An extension is published with its reason: write it."))
    if amount < 1 or unit != deadline.unit or amount > deadline.amount:
        raise Refused(
            _(
                "An extension is at most as long as the period itself (%(amount)s). Choose a number from "
                "1 to that."
            )
            % {"amount": deadline.amount}
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
            _(
                "So short an extension does not move the last day (%(day)s). Choose a longer one."
            )
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
        text=reason,
        old_due_on=old_due_on.isoformat(),
        new_due_on=deadline.due_on.isoformat(),
    )
    notify_proposer(entry, "extended", extension=extension)
    notify_triage(entry, "extended", extension=extension)
    return extension


def answer_deadline(referral: Referral) -> Deadline:
    return (
        Deadline.objects.select_for_update(of=("self",))
        .select_related("referral__ministry", "referral__proposal")
        .get(referral=referral, kind__in=ANSWERS)
    )


@transaction.atomic
def note_sign_off(*, user: User, referral: Referral, since: date | None) -> Referral:
    """陳核中: notes since when the draft is in internal sign-off; None takes it back. Stops no clock."""
    row = lock_referral(referral)
    check_referral_step(row, "sign_off", user)
    if since and since > clock.today():
        raise Refused(_("The day lies in the future."))
    if since and since < clock.local_date(row.sent_at):
        raise Refused(_("The day lies before the referral."))
    if since == row.sign_off_since:
        return row
    row.sign_off_since = since
    row.save()
    record(
        row.proposal,
        "sign_off" if since else "sign_off_ended",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
        visibility=Visibility.MINISTRY,
        since=since.isoformat() if since else None,
    )
    return row


DRAFT_FIELDS = ("outcome", "reason", "legal_basis", "next_step", "next_on")
Seen = dict[int, datetime | None]


@transaction.atomic
def save_answer_drafts(
    *,
    user: User,
    referral: Referral,
    drafts: dict[int, dict[str, object]],
    seen: Seen | None = None,
) -> Referral:
    """Writes the ministry's drafts, by primary key of the ask, complete or not; the unchanged are left alone.

    `seen` says of which moment the drafts were that the writer had before them (None: there was none).
    Raises Stale, writing nothing, where a colleague has changed or published one of them since.
    """
    row = lock_referral(referral)
    check_referral_step(row, "draft", user)
    published = set(row.answers.values_list("ask_id", flat=True))
    current = {draft.ask_id: draft for draft in row.answerdrafts.all()}
    for ask in row.proposal.asks.all():
        if ask.pk not in drafts:
            continue
        draft = current.get(ask.pk) or AnswerDraft(referral=row, ask=ask)
        if is_same(draft, drafts[ask.pk]):
            continue
        if ask.pk in published or not _is_as_seen(draft, seen):
            raise Stale
        for name in DRAFT_FIELDS:
            setattr(draft, name, drafts[ask.pk].get(name, getattr(draft, name)))
        draft.updated_by, draft.updated_at = user, clock.now()
        draft.save()
    return row


def is_same(draft: AnswerText, fields: dict[str, object]) -> bool:
    """Whether a draft or an answer says already what the fields say."""
    return all(getattr(draft, name) == value for name, value in fields.items())


def _is_as_seen(draft: AnswerDraft, seen: Seen | None) -> bool:
    return seen is None or seen.get(draft.ask_id) == (
        draft.updated_at if draft.pk else None
    )


def possible_outcomes(referral: Referral) -> list[Outcome]:
    """The outcomes open to a body: “no comment” if supporting, “cannot be judged” after a lapsed question."""
    outcomes = [o for o in Outcome if o != Outcome.UNCLASSIFIED]
    if referral.is_lead:
        outcomes.remove(Outcome.NO_COMMENT)
    if not referral.questions.filter(lapsed_at__isnull=False).exists():
        outcomes.remove(Outcome.CANNOT_JUDGE)
    return outcomes


def check_draft(draft: AnswerDraft, outcomes: list[Outcome]) -> None:
    """Raises Refused where a draft lacks what a published answer must have."""
    number = {"number": draft.ask.number}
    if not draft.outcome:
        raise Refused(_("Ask %(number)s: choose an outcome.") % number)
    if draft.outcome not in outcomes:
        raise Refused(_("Ask %(number)s: this outcome is not open here.") % number)
    if draft.outcome == Outcome.NO_COMMENT:
        return
    if not draft.reason.strip():
        raise Refused(
            _("Ask %(number)s: an answer, yes or no, is published with its reason.")
            % number
        )
    if not draft.legal_basis.strip():
        raise Refused(_("Ask %(number)s: name the legal basis.") % number)
    if draft.next_on and draft.next_on < clock.today():
        raise Refused(_("Ask %(number)s: the date of the next step has passed.") % number)


@transaction.atomic
def publish_answers(
    *, user: User, referral: Referral, asks: Iterable[int], seen: Seen | None = None
) -> list[Answer]:
    """Publishes the drafts of the asks named, each once and for good.

    With the last ask the referral is answered; with the lead's, the case. All or nothing.
    `seen` as in `save_answer_drafts`: raises Stale where a draft reads otherwise than the one confirmed.
    """
    row = lock_referral(referral)
    check_referral_step(row, "publish", user)
    wanted = set(asks)
    drafts = list(
        AnswerDraft.objects.filter(referral=row, ask__in=wanted).select_related("ask")
    )
    done = set(row.answers.values_list("ask_id", flat=True))
    if wanted & done:
        raise Refused(
            _(
                "One of these asks has been answered already. Nothing was published twice."
            )
        )
    if not drafts or {d.ask_id for d in drafts} != wanted:
        raise Refused(_("Draft an answer to each ask that you want to publish."))
    if not all(_is_as_seen(draft, seen) for draft in drafts):
        raise Stale
    outcomes = possible_outcomes(row)
    for draft in drafts:
        check_draft(draft, outcomes)
    if row.state == ReferralState.SENT:
        _accept(row, user)
    answers = Answer.objects.bulk_create(
        Answer(
            referral=row,
            ask=draft.ask,
            outcome=draft.outcome,
            reason=draft.reason,
            legal_basis=draft.legal_basis,
            next_step=draft.next_step,
            next_on=draft.next_on,
            published_at=clock.now(),
            published_by=user,
        )
        for draft in drafts
    )
    AnswerDraft.objects.filter(pk__in=[d.pk for d in drafts]).delete()
    settle_kinds(Kind.PRELIMINARY, referral=row)
    entry = record(
        row.proposal,
        "answer_published",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
        asks=sorted(draft.ask.number for draft in drafts),
    )
    complete = row.proposal.asks.count() == len(done) + len(answers)
    if complete:
        _finish(row, user)
    notify_proposer(entry, "answered", answers=answers, is_complete=complete)
    notify_triage(entry, "answered", answers=answers, is_complete=complete)
    return answers


def _finish(row: Referral, user: User) -> None:
    row.state = ReferralState.ANSWERED
    row.answered_at = clock.now()
    row.save()
    settle(Deadline.objects.unsettled().filter(referral=row))
    case = row.proposal
    if row.is_lead:
        case.state = ProposalState.ANSWERED
        case.answered_at = clock.now()
        case.save()
        record(
            case,
            "case_answered",
            role=Party.MINISTRY,
            actor=user,
            referral=row,
            turn=Owner.PROPOSER,
        )
        open_deadline(Kind.CLOSING, proposal=case, counted_from=clock.today())
    update_latest_overall(case)


@transaction.atomic
def publish_interim_reply(
    *, user: User, referral: Referral, text: str, expected_on: date | None = None
) -> InterimReply:
    """A preliminary or interim reply. It is published, stops no clock and counts as no answer."""
    row = lock_referral(referral)
    check_referral_step(row, "interim", user)
    if not text.strip():
        raise Refused(_("Write the interim reply."))
    if expected_on and expected_on <= clock.today():
        raise Refused(_("“Under study until” names a day to come."))
    reply = InterimReply.objects.create(
        referral=row,
        text=text,
        expected_on=expected_on,
        published_at=clock.now(),
        published_by=user,
    )
    settle_kinds(Kind.PRELIMINARY, referral=row)
    entry = record(
        row.proposal,
        "interim_reply",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
        text=text,
        expected_on=expected_on.isoformat() if expected_on else None,
    )
    notify_proposer(entry, "interim_reply", reply=reply)
    return reply
