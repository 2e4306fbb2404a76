"""What each body says to each ask: asks down, bodies across."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from members.models import Named, Organisation

from .casefile import OUT
from .models import Answer, Ask, Deadline, InterimReply, Proposal, Referral
from .models.deadlines import ANSWERS, Kind


class Said(StrEnum):
    """What stands where a body's answer to an ask belongs."""

    ANSWER = "answer"
    INTERIM = "interim"
    NO_PRELIMINARY = "no_preliminary"
    NOT_YET = "not_yet"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Cell:
    """`earlier` is what the body answered in the round before, where it is asked anew.

    `replaced` are the versions of the answer before this one, the newest first. `by` is set where what is
    said was said by another body, or under another name, than the column's of today.
    """

    said: Said
    answer: Answer | None = None
    interim: InterimReply | None = None
    earlier: Answer | None = None
    replaced: tuple[Answer, ...] = ()
    by: Named | None = None

    @property
    def first_on(self) -> datetime | None:
        """The moment of the first version, which stands whatever was corrected since."""
        first = self.replaced[-1] if self.replaced else self.answer
        return first.published_at if first else None


@dataclass(frozen=True)
class Column:
    """One body of the matrix, with the clock of its answer; `before` is its part in earlier rounds."""

    referral: Referral
    before: tuple[Referral, ...] = ()
    deadline: Deadline | None = None
    interim: InterimReply | None = None
    delay: InterimReply | None = None
    lacks_preliminary: bool = False

    @property
    def body(self) -> Organisation:
        return self.referral.ministry

    def then(self, said: Answer | InterimReply | None) -> Named | None:
        """Who said it, where that was another body or another name than today's."""
        part = next((r for r in (self.referral, *self.before) if said and r.pk == said.referral_id), None)
        if part is None or said is None:
            return None
        own = isinstance(said, Answer) and said.published_for
        named = said.named if own else part.named_at(said.published_at)
        return named if named != self.body.named else None

    def cell(self, answer: Answer | None) -> Cell:
        """An answer if there is one, else the nearest thing to it."""
        if answer is not None:
            return Cell(Said.ANSWER, answer=answer)
        if not self.referral.is_open:
            return Cell(Said.NOTHING)
        if self.interim is not None:
            return Cell(Said.INTERIM, interim=self.interim)
        return Cell(Said.NO_PRELIMINARY if self.lacks_preliminary else Said.NOT_YET)


def columns(
    referrals: Sequence[Referral],
    deadlines: Sequence[Deadline],
    interims: Iterable[InterimReply],
    today: date,
) -> list[Column]:
    """The bodies referred to and not out again, the lead first, each once with its latest round."""
    of_referral: dict[tuple[int, str], Deadline] = {(d.referral_id or 0, d.kind): d for d in deadlines}
    latest = {(reply.referral_id, reply.kind): reply for reply in interims}
    parts: dict[int, list[Referral]] = {}
    for referral in sorted(referrals, key=lambda r: (not r.is_lead, r.pk)):
        if referral.state not in OUT:
            parts.setdefault(referral.ministry_id, []).append(referral)
    found = []
    for rows in parts.values():
        referral, *before = sorted(rows, key=lambda r: -r.round)
        preliminary = of_referral.get((referral.pk, Kind.PRELIMINARY))
        found.append(
            Column(
                referral=referral,
                before=tuple(before),
                deadline=next((d for k in ANSWERS if (d := of_referral.get((referral.pk, k)))), None),
                interim=latest.get((referral.pk, InterimReply.Kind.INTERIM)),
                delay=latest.get((referral.pk, InterimReply.Kind.DELAY)) if referral.is_overdue else None,
                lacks_preliminary=preliminary is not None
                and preliminary.settled_at is None
                and not preliminary.is_paused
                and preliminary.due_on < today,
            )
        )
    return found


def matrix(
    asks: Iterable[Ask],
    bodies: Sequence[Column],
    answers: Iterable[Answer],
    again: Collection[int] | None = None,
) -> list[tuple[Ask, list[tuple[Column, Cell]]]]:
    """Asks down, bodies across; `answers` in all their versions, of which the newest counts.

    `again` are the asks that a reconsideration is about, by primary key.
    Of these the newest answer stands in front, the one before beside it; of others the first one stands.
    """
    versions: dict[tuple[int, int], list[Answer]] = {}
    for answer in sorted(answers, key=lambda a: a.version):
        versions.setdefault((answer.referral_id, answer.ask_id), []).append(answer)
    given = {key: rows[-1] for key, rows in versions.items()}

    def before(answer: Answer | None) -> tuple[Answer, ...]:
        return tuple(versions[answer.referral_id, answer.ask_id][-2::-1]) if answer else ()

    def cell_of(body: Column, ask: Ask) -> Cell:
        now = given.get((body.referral.pk, ask.pk))
        rounds = (given.get((part.pk, ask.pk)) for part in body.before)
        earlier = next((answer for answer in rounds if answer), None)
        if now is None and earlier and again is not None and ask.pk not in again:
            return Cell(Said.ANSWER, answer=earlier, replaced=before(earlier), by=body.then(earlier))
        cell = body.cell(now)
        return replace(cell, earlier=earlier, replaced=before(now), by=body.then(cell.answer or cell.interim))

    return [(ask, [(body, cell_of(body, ask)) for body in bodies]) for ask in asks]


def asked_again(case: Proposal) -> set[int] | None:
    """The asks that this round reconsiders; None where it is about all of them."""
    if case.round == 1:
        return None
    asks = Ask.objects.filter(reconsiderations__proposal=case, reconsiderations__round=case.round)
    return set(asks.values_list("pk", flat=True)) or None
