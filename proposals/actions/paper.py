"""公文回復: a ministry that answers by letter. The secretariat enters it verbatim; it is their answer."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from members.said import day
from proposals import uploads
from proposals.ledger import Owner
from proposals.models import AnswerDraft, PaperAnswer, Referral
from proposals.states import Party

from .answering.answers import check_draft, possible_outcomes, publish
from .answering.receipt import set_receipt
from .files import Arrived, written
from .record import check_referral_step, lock_referral, record

FIELDS = ("outcome", "reason", "legal_basis", "next_step", "next_on")
END_OF_OFFICE = time(17)


def enter_paper_answer(
    *,
    user: User,
    referral: Referral,
    letter_number: str,
    letter_on: date,
    scan: File,
    is_blacked_out: bool,
    answers: Mapping[int, Mapping[str, object]],
) -> PaperAnswer:
    """Publishes what a ministry's letter says to the asks (by primary key) at once, with its scan.

    It counts as the ministry's own answer, of the date of its letter: the days until it was entered are the
    alliance's. The ministry is told, and corrects what was entered wrongly. Raises Refused with the reason,
    OSError where the disk is full; then there is neither row nor file.
    """
    if not is_secretariat(user):
        raise NotAllowed
    if not is_blacked_out:
        raise Refused(_("The scan is public: black out personal data in it first, then say so."))
    assert scan.file is not None
    name, size = uploads.clean_name(scan.name or ""), scan.size or 0
    kind = uploads.content_type(scan.file, name, size)
    with written(scan) as (path, digest):
        paper = PaperAnswer(
            letter_number=letter_number.strip(),
            letter_on=letter_on,
            name=name,
            content_type=kind,
            size=size,
            sha256=digest,
            entered_at=clock.now(),
            entered_by=user,
        )
        try:
            return _enter(paper, path, user=user, referral=referral, texts=answers)
        except BaseException:
            if paper.file:
                paper.file.storage.delete(str(paper.file.name))
            raise


@transaction.atomic
def _enter(
    paper: PaperAnswer,
    path: Path,
    *,
    user: User,
    referral: Referral,
    texts: Mapping[int, Mapping[str, object]],
) -> PaperAnswer:
    row = lock_referral(referral)
    check_referral_step(row, "enter_paper", user)
    drafts = _read(row, texts)
    _check_letter(row, paper)
    paper.referral = row
    with path.open("rb") as arrived:
        paper.file.save(uuid.uuid4().hex, Arrived(arrived, name=str(path)), save=False)
    paper.save()
    is_last = row.asked.count() == row.answers.filter(version=1).count() + len(drafts)
    _note_letter(row, paper, user, is_last=is_last)
    paper.answers.set(publish(row, drafts, user, letter=paper.letter_number))
    return paper


def _read(row: Referral, texts: Mapping[int, Mapping[str, object]]) -> list[AnswerDraft]:
    """What the letter says to each ask, checked as the ministry's own drafts are; none is saved."""
    done = set(row.answers.values_list("ask_id", flat=True))
    asks = {ask.pk: ask for ask in row.asked}
    if set(texts) & done:
        raise Refused(_("One of these asks has been answered already. Nothing was published twice."))
    if not texts or not set(texts) <= set(asks):
        raise Refused(_("Enter what the letter says to at least one ask."))
    drafts = [
        AnswerDraft(referral=row, ask=asks[pk], **{name: said[name] for name in FIELDS if name in said})
        for pk, said in texts.items()
    ]
    for draft in drafts:
        check_draft(draft, possible_outcomes(row))
    return drafts


def _check_letter(row: Referral, paper: PaperAnswer) -> None:
    if not paper.letter_number:
        raise Refused(_("Enter the number of the ministry's letter."))
    if PaperAnswer.objects.filter(referral=row, letter_number=paper.letter_number).exists():
        raise Refused(_("This letter is entered already. Nothing was published twice."))
    sent_on = row.letter_on or clock.local_date(row.sent_at)
    if not sent_on <= paper.letter_on <= clock.today():
        raise Refused(
            _("The letter is dated between the referral (%(sent)s) and today. Correct the day.")
            % {"sent": day(sent_on, "year")}
        )


def _note_letter(row: Referral, paper: PaperAnswer, user: User, *, is_last: bool) -> None:
    """Who answers has received; a letter that answers the last ask in time keeps the date."""
    if row.received_on is None or row.received_on > paper.letter_on:
        receipt, role = Referral.Receipt.LETTER, Party.SECRETARIAT
        set_receipt(row, paper.letter_on, receipt, actor=user, role=role)
    row.reply_number, row.reply_on = paper.letter_number, paper.letter_on
    if is_last and row.due_on and paper.letter_on <= row.due_on:
        row.proved_on = paper.letter_on
    row.save()
    written_at = datetime.combine(paper.letter_on, END_OF_OFFICE, clock.TAIPEI)
    record(
        row.proposal,
        "answered_by_letter",
        role=Party.MINISTRY,
        actor=None,
        referral=row,
        turn=Owner.ALLIANCE if is_last and row.is_lead else None,
        happened_at=max(row.sent_at, min(written_at, clock.now())),
        number=paper.letter_number,
        letter_on=paper.letter_on.isoformat(),
    )
