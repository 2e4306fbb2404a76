"""更正: correcting, supplementing or withdrawing a published answer, in public and with the reason."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import Refused, Stale
from proposals.models import Answer, AnswerDraft, Referral
from proposals.models.timeline import TimelineEntry
from proposals.permissions import speaks_for
from proposals.states import PROMISES, Outcome, Party

from ..follow_ups import follow_promises
from ..notices import notify_proposer, notify_sponsors, notify_triage
from ..record import check_referral_step, lock_referral, record
from ..register import propose_clarifications
from .answers import DRAFT_FIELDS, check_draft, is_same, possible_outcomes

Change = Answer.Change
KINDS = {
    Change.CORRECTED: "answer_corrected",
    Change.SUPPLEMENTED: "answer_supplemented",
    Change.WITHDRAWN: "answer_taken_back",
}


@transaction.atomic
def correct_answer(
    *,
    user: User,
    answer: Answer,
    change: str,
    reason: str,
    fields: dict[str, object] | None = None,
    approved_on: date | None = None,
    document_number: str = "",
) -> Answer:
    """Publishes another version of an answer. The one before stays readable, and the first one's date stands.

    A supplement keeps the outcome and adds to the text. A withdrawn answer says nothing more; it may be given
    anew by a correction. What was promised stays a follow-up item until the body reports on it.
    Of a body that has ended its successor does so, in its own name. Raises Stale where a colleague has
    published a version since.
    """
    row = lock_referral(answer.referral)
    check_referral_step(row, "correct", user)
    body = speaks_for(user, row) or row.ministry
    if row.proposal.is_imported:
        raise Refused(_("This answer was taken over from an archive and stays as it stands there."))
    now = Answer.objects.current().select_related("ask").get(referral=row, ask=answer.ask_id)
    if now.pk != answer.pk:
        raise Stale
    if not reason.strip():
        raise Refused(_("A change of a published answer is published with its reason: write it."))
    if document_number.strip() and not approved_on:
        raise Refused(_("A document number is noted with the day of the approval."))
    if approved_on and not clock.local_date(now.published_at) <= approved_on <= clock.today():
        raise Refused(_("The approval lies after the version before, and not in the future."))
    version = Answer(
        referral=row,
        ask=now.ask,
        version=now.version + 1,
        replaces=now,
        change=change,
        change_reason=reason,
        approved_on=approved_on,
        document_number=document_number.strip(),
        published_at=clock.now(),
        published_by=user,
        published_for=body if body != row.ministry else None,
        **_text(row, now, Change(change), fields or {}),
    )
    version.save()
    entry = record(
        row.proposal,
        KINDS[Change(change)],
        role=Party.MINISTRY,
        actor=user,
        referral=row,
        body=body,
        text=reason,
        asks=[now.ask.number],
        version=version.version,
    )
    if now.outcome not in PROMISES or now.next_on is None:
        follow_promises(row, [version], user, body)
    propose_clarifications([version])
    _tell(entry, version)
    return version


def _text(row: Referral, now: Answer, change: Answer.Change, fields: dict[str, object]) -> dict[str, object]:
    """The words of the new version; raises Refused where they are none, or not what the change says."""
    if change == Change.WITHDRAWN:
        if now.is_withdrawn:
            raise Refused(_("This answer has been withdrawn already. Nothing was changed."))
        return {"outcome": Outcome.WITHDRAWN}
    words = {name: fields.get(name, getattr(now, name)) for name in DRAFT_FIELDS}
    draft = AnswerDraft(referral=row, ask=now.ask, **words)
    check_draft(draft, possible_outcomes(row), promised_on=now.next_on)
    if is_same(now, words):
        raise Refused(_("The answer reads as before: change its text, or withdraw it."))
    keeps = draft.outcome == now.outcome and draft.reason.startswith(now.reason.rstrip())
    if change == Change.SUPPLEMENTED and not keeps:
        raise Refused(
            _("A supplement keeps the outcome and adds to the reason. To change them, choose “corrected”.")
        )
    return words


def _tell(entry: TimelineEntry, version: Answer) -> None:
    notify_proposer(entry, "answer_changed", answer=version)
    notify_sponsors(entry, "answer_changed", answer=version)
    notify_triage(entry, "answer_changed", answer=version)
