"""Drafting the answers, and publishing them, each once and for good."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import Refused, Stale
from proposals.ledger import Owner
from proposals.models import Answer, AnswerDraft, Deadline, InterimReply, Referral
from proposals.models.answers import AnswerText
from proposals.models.deadlines import Kind
from proposals.states import NOT_CHOSEN, PROMISES, Outcome, Party, ProposalState, ReferralState

from ..follow_ups import follow_promises
from ..notices import notify_ministry, notify_proposer, notify_sponsors, notify_triage
from ..pauses import end_with_its_clock
from ..record import check_referral_step, lock_referral, record
from ..register import propose_clarifications
from ..timing import open_deadline, settle, settle_kinds, update_latest_overall
from .steps import take_on

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
    for ask in row.asked:
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
    return seen is None or seen.get(draft.ask_id) == (draft.updated_at if draft.pk else None)


def possible_outcomes(referral: Referral) -> list[Outcome]:
    """The outcomes open to a body: “no comment” if supporting, “cannot be judged” after a lapsed question."""
    outcomes: list[Outcome] = [o for o in Outcome if o not in NOT_CHOSEN]
    if referral.is_lead:
        outcomes.remove(Outcome.NO_COMMENT)
    if not referral.questions.asked().filter(lapsed_at__isnull=False).exists():
        outcomes.remove(Outcome.CANNOT_JUDGE)
    return outcomes


def check_draft(draft: AnswerDraft, outcomes: list[Outcome], *, promised_on: date | None = None) -> None:
    """Raises Refused where a draft lacks what a published answer must have.

    `promised_on` is the day that an answer being corrected has named before: it may have passed since.
    """
    number = {"number": draft.ask.number}
    if not draft.outcome:
        raise Refused(_("Ask %(number)s: choose an outcome.") % number)
    if draft.outcome not in outcomes:
        raise Refused(_("Ask %(number)s: this outcome is not open here.") % number)
    if draft.outcome == Outcome.NO_COMMENT:
        return
    if not draft.reason.strip():
        raise Refused(_("Ask %(number)s: an answer, yes or no, is published with its reason.") % number)
    if not draft.legal_basis.strip():
        raise Refused(_("Ask %(number)s: name the legal basis.") % number)
    if draft.next_on and draft.next_on != promised_on and draft.next_on < clock.today():
        raise Refused(_("Ask %(number)s: the date of the next step has passed.") % number)
    if draft.outcome in PROMISES and draft.next_step.strip() and not draft.next_on:
        raise Refused(
            _("Ask %(number)s: a next step is promised with the day for which it is planned.") % number
        )


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
    drafts = list(AnswerDraft.objects.filter(referral=row, ask__in=wanted).select_related("ask"))
    done = set(row.answers.values_list("ask_id", flat=True))
    if wanted & done:
        raise Refused(_("One of these asks has been answered already. Nothing was published twice."))
    if not drafts or {d.ask_id for d in drafts} != wanted:
        raise Refused(_("Draft an answer to each ask that you want to publish."))
    if not all(_is_as_seen(draft, seen) for draft in drafts):
        raise Stale
    outcomes = possible_outcomes(row)
    for draft in drafts:
        check_draft(draft, outcomes)
    answers = publish(row, drafts, user)
    AnswerDraft.objects.filter(pk__in=[d.pk for d in drafts]).delete()
    return answers


def publish(row: Referral, drafts: list[AnswerDraft], user: User, *, letter: str = "") -> list[Answer]:
    """Writes the answers with all that follows from them. The caller holds the lock and has checked them.

    With the number of a `letter` they are the ministry's, entered by the secretariat.
    """
    if row.state == ReferralState.SENT:
        take_on(row, user)
    answers = Answer.objects.bulk_create(
        Answer(
            referral=row,
            ask=draft.ask,
            outcome=draft.outcome,
            reason=draft.reason,
            legal_basis=draft.legal_basis,
            next_step=draft.next_step,
            next_on=draft.next_on,
            approved_on=row.approved_on,
            document_number=row.document_number,
            published_at=clock.now(),
            published_by=user,
        )
        for draft in drafts
    )
    settle_kinds(Kind.PRELIMINARY, referral=row)
    entry = record(
        row.proposal,
        "answer_entered" if letter else "answer_published",
        role=Party.SECRETARIAT if letter else Party.MINISTRY,
        actor=user,
        referral=row,
        asks=sorted(draft.ask.number for draft in drafts),
        letter=letter,
    )
    follow_promises(row, answers, user)
    propose_clarifications(answers)
    complete = row.asked.count() == row.answers.filter(version=1).count()
    if complete:
        _finish(row, user)
    if letter:
        notify_ministry(entry, "answer_entered", row, letter_number=letter, answers=answers)
    notify_proposer(entry, "answered", answers=answers, is_complete=complete)
    notify_sponsors(entry, "answered", answers=answers, is_complete=complete)
    notify_triage(entry, "answered", answers=answers, is_complete=complete)
    return answers


def _finish(row: Referral, user: User) -> None:
    row.state = ReferralState.ANSWERED
    row.answered_at = clock.now()
    row.save()
    case = row.proposal
    end_with_its_clock(case, referral=row)
    settle(Deadline.objects.unsettled().filter(referral=row))
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
        settle_kinds(Kind.TAKEOVER, proposal=case)
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
    notify_sponsors(entry, "interim_reply", reply=reply)
    return reply
