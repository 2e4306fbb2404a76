"""法規釐清彙編: answers that clarify or permit, entered by law and article so that others find them."""

from collections.abc import Iterable, Mapping
from copy import copy

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from members import bigrams, clock
from members.models import User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from proposals.articles import article_keys
from proposals.models import Answer, Clarification
from proposals.models.case import HIDDEN_STATES
from proposals.states import CLARIFYING
from workinggroups.permissions import triages

FIELDS = (
    "law",
    "article",
    "question",
    "question_en",
    "nature",
    "facts",
    "letter_number",
    "dated_on",
    "review_on",
    "superseded_by",
    "is_published",
)
LONGEST_QUESTION = 300


def can_edit_register(user: User, answer: Answer) -> bool:
    """The secretariat, and the officers of the group whose case was answered."""
    return is_secretariat(user) or triages(user, answer.referral.proposal.group)


def may_be_registered(answer: Answer) -> bool:
    """An answer that clarifies or permits, of a case submitted here that everybody may read."""
    case = answer.referral.proposal
    return answer.outcome in CLARIFYING and not case.is_imported and case.state not in HIDDEN_STATES


def prefilled(answer: Answer) -> dict[str, object]:
    """What the register takes over from an answer; facts relied on are the case's public summary."""
    ask, case, referral = answer.ask, answer.referral.proposal, answer.referral
    return {
        "law": ask.law,
        "article": ask.article,
        "question": ask.text[:LONGEST_QUESTION],
        "question_en": ask.text_other[: LONGEST_QUESTION + 100],
        "facts": case.summary,
        "letter_number": referral.reply_number,
        "dated_on": referral.reply_on or clock.local_date(answer.published_at),
    }


def propose_clarifications(answers: Iterable[Answer]) -> list[Clarification]:
    """An unpublished entry for each answer that belongs into the register, for somebody to look over."""
    return [_save(new_entry(answer)) for answer in answers if may_be_registered(answer)]


def new_entry(answer: Answer) -> Clarification:
    """An entry that is not saved yet. Its address names case, ask, body, a later round, a later version."""
    referral = answer.referral
    case = (referral.proposal.number or "").lower()
    parts = [case, str(answer.ask.number), referral.ministry.slug]
    if referral.round > 1:
        parts.append(str(referral.round))
    if answer.version > 1:
        parts.append(f"v{answer.version}")
    return Clarification(answer=answer, slug="-".join(parts)[:120], **prefilled(answer))


@transaction.atomic
def save_clarification(
    *, user: User, clarification: Clarification, fields: Mapping[str, object]
) -> Clarification:
    """Writes an entry, new or not; a published one is superseded by a later one, it never goes away."""
    answer = clarification.answer
    if not can_edit_register(user, answer):
        raise NotAllowed
    if not may_be_registered(answer):
        raise Refused(_("Only an answer that clarifies or permits, in a public case, enters the register."))
    check_clarification(clarification, fields)
    for name in FIELDS:
        if name in fields:
            setattr(clarification, name, fields[name])
    return _save(clarification)


def check_clarification(clarification: Clarification, fields: Mapping[str, object]) -> None:
    """Raises Refused where an entry with these fields would say too little, or too much."""
    entry = copy(clarification)
    for name in FIELDS:
        if name in fields:
            setattr(entry, name, fields[name])
    stored = Clarification.objects.filter(pk=entry.pk, is_published=True)
    if entry.pk and not entry.is_published and stored.exists():
        raise Refused(
            _("A published entry stays: name the later one that supersedes it, or correct its text.")
        )
    if not entry.question.strip():
        raise Refused(_("Say in a sentence which question the answer settles."))
    if entry.is_published and not entry.facts.strip():
        raise Refused(_("An entry is published with the facts on which the answer relies."))
    if entry.dated_on > clock.today():
        raise Refused(_("The date of an answer lies not in the future."))
    if entry.review_on and entry.review_on <= entry.dated_on:
        raise Refused(_("The day of review lies after the date of the answer."))
    later = entry.superseded_by
    seen = {entry.pk}
    while later is not None:
        if later.pk in seen:
            raise Refused(_("An entry cannot supersede itself, not even by way of others."))
        if not later.is_published:
            raise Refused(_("Publish the later entry first: readers are led to it."))
        seen.add(later.pk)
        later = later.superseded_by


def _save(entry: Clarification) -> Clarification:
    entry.article_keys = article_keys(entry.article)
    if entry._state.adding:
        entry.created_at = clock.now()
    entry.save()
    index_clarification(entry)
    return entry


def index_clarification(entry: Clarification) -> None:
    """Writes the search index of one entry; reading starts from `published()`."""
    words = bigrams.document(searched_text(entry))
    Clarification.objects.filter(pk=entry.pk).update(search=SearchVector(Value(words), config="simple"))


def searched_text(entry: Clarification) -> str:
    """The words by which the public finds an entry: its own, the law's, the body's and the answer's."""
    answer = entry.answer
    body, law = answer.named, entry.law
    words = [
        answer.referral.proposal.number,
        entry.question,
        entry.question_en,
        entry.article,
        entry.facts,
        entry.letter_number,
        answer.reason,
        answer.legal_basis,
        body.name_zh,
        body.name_en,
        law.name_zh if law else "",
        law.name_en if law else "",
    ]
    return "\n".join(word for word in words if word)
