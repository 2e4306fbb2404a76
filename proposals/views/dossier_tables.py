"""What else a reader may see of a case, as tables of its dossier: one row of `TABLES` for each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.permissions import AnyUser, bodies_of
from proposals.exports import Part, as_json, csv_of
from proposals.models import (
    AnswerDraft,
    AnswerRating,
    Clarification,
    Consultation,
    FollowUp,
    FollowUpStep,
    Proposal,
    Score,
    SecrecyCheck,
    TextVersion,
    TriageNote,
)
from proposals.permissions import leads

from .restricted import log_of

Rows = Iterable[Sequence[object]]


@dataclass(frozen=True)
class Table:
    """One file: its name, what it is, its columns, and the rows that this reader may see of the case."""

    name: str
    about: str | Promise
    header: tuple[str, ...]
    rows: Callable[[AnyUser, Proposal], Rows]


def _promises(user: AnyUser, case: Proposal) -> Rows:
    items = FollowUp.objects.visible_to(user).filter(proposal=case)
    steps = FollowUpStep.objects.filter(follow_up__in=items)
    told: dict[int, list[FollowUpStep]] = {}
    for step in steps.order_by("reported_at", "pk"):
        told.setdefault(step.follow_up_id, []).append(step)
    for item in items.select_related("ministry", "ask").order_by("pk"):
        own = (item.ask.number, item.ministry.name, item.title, item.planned_on, item.state)
        for step in told.get(item.pk, ()):
            yield (*own, step.reported_at, step.kind, step.milestone, step.text, step.url)
        if item.pk not in told:
            yield (*own, "", "", "", "", "")


def _clarifications(user: AnyUser, case: Proposal) -> Rows:
    rows = Clarification.objects.published().filter(answer__referral__proposal=case)
    for row in rows.select_related("law").order_by("slug"):
        yield (
            row.law.name if row.law else "",
            row.article,
            row.get_nature_display(),
            row.question,
            row.question_en,
            row.facts,
            row.letter_number,
        )


def _comments(user: AnyUser, case: Proposal) -> Rows:
    rows = Consultation.objects.visible_to(user).filter(proposal=case).select_related("ministry")
    return ((r.ministry.name, r.invited_at, r.commented_at, r.declined_at, r.text) for r in rows)


def _ratings(user: AnyUser, case: Proposal) -> Rows:
    rows = AnswerRating.objects.visible_to(user).filter(proposal=case)
    return ((r.round, r.usefulness, r.get_answered_display(), r.text, r.rated_at) for r in rows)


def _notes(user: AnyUser, case: Proposal) -> Rows:
    rows = TriageNote.objects.visible_to(user).filter(proposal=case).select_related("author")
    return ((row.written_at, row.author.name, row.text) for row in rows)


def _scores(user: AnyUser, case: Proposal) -> Rows:
    rows = Score.objects.visible_to(user).filter(proposal=case).select_related("criterion", "officer")
    return ((r.criterion.name, r.score, r.criterion.highest, r.officer.name, r.note) for r in rows)


def _drafts(user: AnyUser, case: Proposal) -> Rows:
    """The body's own. What another one shares is read beside one's own draft, and is not taken along."""
    rows = AnswerDraft.objects.of_bodies(bodies_of(user)).filter(referral__proposal=case)
    for row in rows.select_related("ask", "referral__ministry"):
        words = (row.outcome, row.reason, row.legal_basis, row.next_step, row.next_on)
        yield (row.referral.ministry.name, row.ask.number, *words)


def _words_on_secrecy(user: AnyUser, case: Proposal) -> Rows:
    """What the proposer said of words to be published. The words laid before it stand in no file."""
    rows = SecrecyCheck.objects.visible_to(user).filter(
        question__referral__proposal=case, is_fine__isnull=False
    )
    for row in rows.select_related("question__referral__ministry").order_by("pk"):
        yield row.question.referral.ministry.name, row.question.replied_at, row.is_fine, row.objection


def _openings(user: AnyUser, case: Proposal) -> Rows:
    if not leads(user, case):
        return
    for row in log_of(case).select_related("user", "attachment"):
        what = row.attachment.name if row.attachment else row.get_what_display()
        yield row.opened_at, row.user.name, row.on_behalf_of, what


TABLES = (
    Table(
        "follow_up.csv",
        _("What was promised, and what was reported of it"),
        (
            *("ask", "body", "what", "planned_on", "state", "reported_at"),
            *("report", "milestone", "text", "where_to_read"),
        ),
        _promises,
    ),
    Table(
        "register.csv",
        _("Its entries in the register of clarifications"),
        ("law", "article", "nature", "question", "question_en", "facts", "letter_number"),
        _clarifications,
    ),
    Table(
        "comments.csv",
        _("What invited ministries said before the referral"),
        ("body", "invited_at", "commented_at", "declined_at", "text"),
        _comments,
    ),
    Table(
        "internal/ratings.csv",
        _("What the proposer says of the answers: not for others"),
        ("round", "usefulness", "question_answered", "text", "rated_at"),
        _ratings,
    ),
    Table(
        "internal/triage_notes.csv",
        _("Notes of the triage officers: not for others"),
        ("written_at", "author", "text"),
        _notes,
    ),
    Table(
        "internal/scores.csv",
        _("Scores of the triage officers: not for others"),
        ("criterion", "score", "highest", "officer", "note"),
        _scores,
    ),
    Table(
        "internal/answer_drafts.csv",
        _("Drafts of your body: not for others"),
        ("body", "ask", "outcome", "reason", "legal_basis", "next_step", "next_on"),
        _drafts,
    ),
    Table(
        "internal/secrecy.csv",
        _("What the proposer said is secret in an answer: for it and the body alone"),
        ("body", "said_at", "nothing_is_secret", "what_and_why"),
        _words_on_secrecy,
    ),
    Table(
        "internal/openings.csv",
        _("Who opened the restricted text: for the proposer"),
        ("opened_at", "who", "for", "what"),
        _openings,
    ),
)


def tables_of(user: AnyUser, case: Proposal) -> Iterator[Part]:
    """The tables that hold something for this reader; one that is empty does not say that it is there."""
    for table in TABLES:
        if rows := list(table.rows(user, case)):
            yield Part.of(table.name, str(table.about), csv_of(table.header, rows))
    versions = TextVersion.objects.visible_to(user).filter(proposal=case).order_by("number")
    if told := [
        {"number": row.number, "made_at": row.made_at, "reason": row.reason, **row.content}
        for row in versions
    ]:
        yield Part.of("versions.json", str(_("Every version of the text")), as_json({"versions": told}))
