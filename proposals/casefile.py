"""A case as people read it: whose turn it is, until when, and whose days have passed.

Works on rows already read; `for_rows` and `for_page` add to a QuerySet what these need, in few statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Prefetch, QuerySet, Subquery, When
from django.db.models.functions import JSONObject

from members.clock import local_date
from members.models import Domain, Organisation

from .ledger import HANDED_OVER, Owner, booked, effective, ledger
from .models import (
    Coordination,
    Deadline,
    InterimReply,
    Pause,
    Proposal,
    PublicOpening,
    Question,
    Referral,
    Takeover,
    TimelineEntry,
)
from .models.circles import screening_seat
from .models.deadlines import ANSWERS, REPLIES, Kind
from .states import ProposalState, ReferralState

SOON_DAYS = 7


class Task(StrEnum):
    """What is to be done next; pages word it."""

    SCREEN = "screen"
    DISCUSS = "discuss"
    REFER_AGAIN = "refer_again"
    COORDINATE = "coordinate"
    INFORM = "inform"
    ANSWER = "answer"
    REPLY = "reply"
    TAKE_OVER = "take_over"
    CLOSE = "close"
    FOLLOW_UP = "follow_up"
    NOTHING = "nothing"


class Hold(StrEnum):
    """What keeps whoever is next from being late, whatever the date; pages word it."""

    NOTHING = ""
    NOT_RECEIVED = "not_received"
    PAUSED = "paused"
    PROVED = "proved"


@dataclass(frozen=True)
class Turn:
    """Who must act next and until when; `body` is the ministry concerned, where there is one.

    `held_since` is the day from which a clock is paused for a cause or competence is disputed, or that of a
    letter which is proved.
    """

    task: Task
    due_on: date | None = None
    body: Organisation | None = None
    very_overdue_on: date | None = None
    hold: Hold = Hold.NOTHING
    held_since: date | None = None
    is_provisional: bool = False

    def days_left(self, today: date) -> int | None:
        """Calendar days until the date, negative when late; None without a date."""
        return (self.due_on - today).days if self.due_on else None

    def is_late(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today and self.hold is Hold.NOTHING

    def is_very_late(self, today: date) -> bool:
        """Late by half the period again."""
        return self.is_late(today) and self.very_overdue_on is not None and self.very_overdue_on <= today

    def tone(self, today: date) -> str:
        """The colour of the turn: late, soon (a week or less), paused while a ministry's clock stands, ok."""
        if self.task in (Task.CLOSE, Task.NOTHING):
            return "ok" if self.task is Task.CLOSE else "brand"
        if self.is_late(today):
            return "late"
        if self.task in (Task.REPLY, Task.INFORM, Task.COORDINATE) or self.hold is Hold.PAUSED:
            return "paused"
        left = self.days_left(today)
        return "soon" if left is not None and left <= SOON_DAYS else "brand"


_TASKS = {
    ProposalState.SCREENING: Task.SCREEN,
    ProposalState.DISCUSSION: Task.DISCUSS,
    ProposalState.NEEDS_INFORMATION: Task.INFORM,
    ProposalState.ANSWERED: Task.CLOSE,
    ProposalState.FOLLOW_UP: Task.FOLLOW_UP,
}


def lead_of(referrals: Iterable[Referral]) -> Referral | None:
    """The lead that counts today: neither returned nor cancelled, of the latest round."""
    leads = [r for r in referrals if r.is_lead and r.state not in OUT]
    return max(leads, key=lambda r: r.round, default=None)


OUT = (ReferralState.RETURNED, ReferralState.CANCELLED)


def next_turn(proposal: Proposal, referrals: Iterable[Referral]) -> Turn:
    """Whose turn it is. Needs what `for_rows` reads of the proposal, `referrals_with_replies` of its bodies.

    While the lead waits for the proposer's reply the proposer is next; where information is asked of one that
    has left the alliance, whoever may take the case over; supporting bodies' parts never
    decide whose turn it is, since their silence does not keep the lead from answering.
    """
    if proposal.is_imported:
        return Turn(Task.NOTHING)
    if proposal.state == ProposalState.REFERRED:
        lead = lead_of(r for r in referrals if r.round == proposal.round)
        if lead is None and proposal.disputed_on:
            return Turn(Task.COORDINATE, held_since=proposal.disputed_on)
        if lead is None:
            return _own_turn(Task.REFER_AGAIN, proposal)
        return turn_of_body(lead)
    task = _TASKS.get(ProposalState(proposal.state), Task.NOTHING)
    if task is Task.INFORM and proposal.takeover_due_on:
        return Turn(Task.TAKE_OVER, proposal.takeover_due_on)
    return Turn(task) if task is Task.NOTHING else _own_turn(task, proposal)


def _own_turn(task: Task, proposal: Proposal) -> Turn:
    """A turn of the alliance, whose clock may stand for a cause, or of the proposer."""
    due_on, very_overdue_on = proposal.own_due_on, proposal.own_very_overdue_on
    if proposal.paused_on and task in (Task.SCREEN, Task.DISCUSS, Task.REFER_AGAIN):
        return Turn(task, hold=Hold.PAUSED, held_since=proposal.paused_on)
    return Turn(
        task, due_on, very_overdue_on=very_overdue_on, is_provisional=bool(proposal.own_is_provisional)
    )


def turn_of_body(referral: Referral) -> Turn:
    """Whose turn it is in a ministry's part. Needs what `referrals_with_replies` reads."""
    if referral.state == ReferralState.WAITING:
        return Turn(Task.REPLY, referral.reply_due_on, referral.ministry)
    hold, since = Hold.NOTHING, None
    if referral.is_paused:
        hold, since = Hold.PAUSED, referral.paused_on
    elif referral.received_on is None:
        hold = Hold.NOT_RECEIVED
    elif referral.is_proved:
        hold, since = Hold.PROVED, referral.proved_on
    return Turn(
        Task.ANSWER,
        referral.due_on,
        referral.ministry,
        very_overdue_on=referral.very_overdue_on,
        hold=hold,
        held_since=since,
        is_provisional=referral.is_provisional,
    )


def clock_parts(
    turns: Iterable[tuple[date, Owner]], turn: Turn, *, today: date, ended_on: date | None = None
) -> list[tuple[str, int]]:
    """(owner, days) in order, for the clock bar: elapsed days, then those that remain.

    All parts but "remaining" add up to the days from the first turn to today, or to the day on which
    the case was answered or ended. Days past the due date are taken from the last owner's as "late".
    """
    segments = ledger(sorted(turns, key=lambda t: t[0]), ended_on or today)
    parts = [(str(segment.owner), segment.days) for segment in segments]
    if ended_on or turn.due_on is None:
        return parts
    left = (turn.due_on - today).days
    if left > 0:
        return [*parts, ("remaining", left)]
    if turn.is_late(today) and parts:
        owner, days = parts[-1]
        late = min(-left, days)
        return [*parts[:-1], (owner, days - late), ("late", late)]
    return parts


def turns_of(rows: Iterable[Mapping[str, Any]]) -> list[tuple[date, Owner]]:
    """The turns that `for_rows` puts beside a proposal, as the ledger wants them."""
    said = [(local_date(datetime.fromisoformat(row["at"])), row) for row in rows]
    turns = effective((day, row["kind"], Owner(row["turn"])) for day, row in said)
    grants = [(day, row["booked"]) for day, row in said if row["kind"] == HANDED_OVER and row["booked"]]
    return booked(turns, grants) if grants else turns


def turns_beside(case: str) -> ArraySubquery:
    """The turns of the case that a column names, for `turns_of`."""
    rows = TimelineEntry.objects.turns().filter(proposal=OuterRef(case)).order_by("happened_at", "pk")
    return ArraySubquery(
        rows.values(row=JSONObject(at="happened_at", kind="kind", turn="turn", booked="data__booked"))
    )


def end_of(proposal: Proposal) -> date | None:
    """The day on which the clock of the whole case stopped: the answer, or the end without one.

    None of a case that is answered anew or was reopened: its time runs on.
    """
    if proposal.is_open:
        return None
    moment = proposal.answered_at or proposal.ended_at
    return local_date(moment) if moment else None


@dataclass(frozen=True)
class Row:
    """A case in a list."""

    case: Proposal
    turn: Turn
    parts: list[tuple[str, int]]
    lead: Referral | None
    supporting: int
    own: Referral | None = None
    into: "Row | None" = None

    @classmethod
    def of(
        cls, case: Proposal, today: date, body: Organisation | None = None, *, is_party: bool = False
    ) -> "Row":
        """`own` is the part of a body, where the list is that body's.

        `into` is the case in which a merged one is dealt with: its turn, its dates, its answers. One that is
        not public is named to parties only.
        """
        referrals = [r for r in case.referrals.all() if r.state != ReferralState.RETURNED]
        turn = next_turn(case, referrals)
        parts = clock_parts(turns_of(case.turns), turn, today=today, ended_on=end_of(case))
        lead = lead_of(referrals)
        target = case.merged_into
        is_known = target is not None and (is_party or target.is_public or target.is_hidden)
        return cls(
            into=cls.of(target, today) if target and is_known else None,
            case=case,
            turn=turn,
            parts=[] if case.is_imported else parts,
            lead=lead,
            supporting=len({r.ministry_id for r in referrals if not r.is_lead}),
            own=max(
                (r for r in referrals if body and r.ministry_id == body.pk),
                key=lambda r: r.round,
                default=None,
            ),
        )


def deadline_of(
    turn: Turn, case: Proposal, lead: Referral | None, deadlines: Sequence[Deadline]
) -> Deadline | None:
    """The row that holds the date of a turn, for its computation."""
    if turn.due_on is None:
        return None
    open_ones = [d for d in deadlines if d.settled_at is None]
    if turn.task is Task.REPLY:
        return next((d for d in open_ones if d.kind in REPLIES and d.due_on == turn.due_on), None)
    if turn.task is Task.ANSWER and lead is not None:
        return next((d for d in open_ones if d.referral_id == lead.pk and d.kind in ANSWERS), None)
    own = [d for d in open_ones if d.proposal_id == case.pk and d.due_on == turn.due_on]
    return next((d for d in own if (d.kind == Kind.TAKEOVER) is (turn.task is Task.TAKE_OVER)), None)


def referrals_with_replies() -> QuerySet[Referral]:
    """Referrals with their bodies and what `turn_of_body` asks for; of a late one also when it expects to
    answer, as it said last.
    """
    return with_turn(Referral.objects.select_related("ministry"))


def with_turn(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Adds the day of the proposer's reply, the first day of a pause for a cause, that of a late answer, and
    whether the due date rests on days whose calendar is not announced yet.
    """
    question = Question.objects.filter(
        referral=OuterRef("pk"), replied_at__isnull=True, lapsed_at__isnull=True
    )
    pause = Pause.objects.for_cause().open().filter(referral=OuterRef("pk"))
    delay = InterimReply.objects.delays().filter(referral=OuterRef("pk")).order_by("-published_at", "-pk")
    unannounced = Deadline.objects.unsettled().filter(is_provisional=True, kind__in=ANSWERS)
    return referrals.annotate(
        is_provisional=Exists(unannounced.filter(referral=OuterRef("pk"))),
        reply_due_on=Subquery(question.values("due_on")[:1]),
        paused_on=Subquery(pause.values("starts_on")[:1]),
        expected_on=Subquery(delay.values("expected_on")[:1]),
    )


def for_rows(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """With everything that `Row.of` reads: two statements however many rows, two more for merged ones."""
    targets = Prefetch("merged_into", queryset=_with_turn_and_bodies(Proposal.objects.order_by()))
    return _with_turn_and_bodies(proposals).prefetch_related(targets)


def _with_turn_and_bodies(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return (
        proposals.select_related("group", "organisation", "taken_over_by")
        .defer("search", "summary", "summary_other", "conflict", "benefit_firms", "benefit_public")
        .annotate(**_own_clock())
        .prefetch_related(Prefetch("referrals", queryset=referrals_with_replies()))
    )


def _own_clock() -> dict[str, Any]:
    """What a case's own clock says, and whose days it has cost."""
    running = Deadline.objects.running().filter(proposal=OuterRef("pk")).order_by("-due_on")
    own, takeover = running.exclude(kind=Kind.TAKEOVER), running.filter(kind=Kind.TAKEOVER)
    pause = Pause.objects.for_cause().open().filter(proposal=OuterRef("pk"), referral__isnull=True)
    dispute = Coordination.objects.open().filter(proposal=OuterRef("pk"))
    return {
        "own_due_on": Subquery(own.values("due_on")[:1]),
        "own_very_overdue_on": Subquery(own.values("very_overdue_on")[:1]),
        "own_is_provisional": Subquery(own.values("is_provisional")[:1]),
        "takeover_due_on": Subquery(takeover.values("due_on")[:1]),
        "paused_on": Subquery(pause.values("starts_on")[:1]),
        "disputed_on": Subquery(dispute.values("opened_on")[:1]),
        "turns": turns_beside("pk"),
        "screened_by": Case(When(state=ProposalState.SCREENING, then=screening_seat())),
    }


def for_page(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """With everything of the case's own row that its page shows: one statement."""
    domains = Domain.objects.filter(proposals=OuterRef("pk")).order_by("slug")
    newest = Takeover.objects.filter(proposal=OuterRef("pk")).order_by("-pk")
    return (
        proposals.select_related("group", "organisation", "taken_over_by")
        .defer("search")
        .annotate(
            **_own_clock(),
            taken_over_at=Subquery(newest.values("taken_at")[:1]),
            has_merged=Exists(Proposal.objects.filter(merged_into=OuterRef("pk"))),
            has_opened=Exists(PublicOpening.objects.open().filter(proposal=OuterRef("pk"))),
            domain_rows=ArraySubquery(
                domains.values(row=JSONObject(slug=F("slug"), name_zh=F("name_zh"), name_en=F("name_en")))
            ),
        )
    )


def domains_of(case: Any) -> list[Domain]:
    """The domains that `for_page` read along with the case."""
    return [Domain(**row) for row in case.domain_rows]
