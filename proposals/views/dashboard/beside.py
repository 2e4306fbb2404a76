"""What the other bodies of a round say to each ask, side by side with one's own words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from members.models import User
from proposals.actions.answering import bodies_beside
from proposals.models import Answer, AnswerDraft, Referral
from proposals.states import NOT_CHOSEN, Outcome

SILENT = ("", Outcome.NO_COMMENT, *NOT_CHOSEN)
"""Outcomes that neither agree nor differ."""


@dataclass(frozen=True)
class Beside:
    """Another body on an ask: its published answer, else the draft that it shares, else nothing yet."""

    referral: Referral
    answer: Answer | None = None
    draft: AnswerDraft | None = None
    differs: bool = False

    @property
    def said(self) -> Answer | AnswerDraft | None:
        return self.answer or self.draft


Columns = dict[int, list[Beside]]


def side_by_side(user: User, referral: Referral, own: Mapping[int, str]) -> tuple[list[Referral], Columns]:
    """The other bodies, the lead first, and by primary key of the ask what each says.

    `own` are the outcomes of one's own words, by ask. Three statements, however many bodies.
    """
    others = list(bodies_beside(referral).select_related("ministry"))
    if not others:
        return [], {}
    answers = by_place(Answer.objects.visible_to(user).current().filter(referral__in=others))
    drafts = by_place(AnswerDraft.objects.visible_to(user).filter(referral__in=others))
    columns: Columns = {}
    for ask, outcome in own.items():
        for other in others:
            place = (other.pk, ask)
            answer, draft = answers.get(place), drafts.get(place)
            theirs = said.outcome if (said := answer or draft) else ""
            differs = theirs != outcome and theirs not in SILENT and outcome not in SILENT
            columns.setdefault(ask, []).append(Beside(other, answer, draft, differs))
    return others, columns


def answered_before(referral: Referral) -> dict[int, Answer]:
    """By ask, what the body answered in the round before, where it is asked anew."""
    if referral.round == 1:
        return {}
    rows = Answer.objects.current().filter(
        referral__proposal=referral.proposal_id,
        referral__ministry=referral.ministry_id,
        referral__round__lt=referral.round,
    )
    return {row.ask_id: row for row in rows.order_by("referral__round", "referral__pk")}


def by_place(rows: Iterable[Answer | AnswerDraft]) -> dict[tuple[int, int], Answer | AnswerDraft]:
    return {(row.referral_id, row.ask_id): row for row in rows}
