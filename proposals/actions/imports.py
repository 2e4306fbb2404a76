"""Writes archived cases: closed from the start, with no proposer, no letters, no clocks, in no figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError, transaction
from django.utils.text import slugify

from members import bigrams
from members.actions.seed import index_missing
from members.models import Organisation
from proposals.imports import ArchivedCase, Body, Fault, Faulty, read_row
from proposals.models import Answer, Ask, InterimReply, Proposal, Referral
from proposals.states import Outcome, Party, ProposalState, ReferralState

from .record import record
from .search import index_proposal


@dataclass
class Import:
    """What became of a file: row numbers count from one."""

    created: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    faults: list[tuple[int, Fault]] = field(default_factory=list)
    new_bodies: list[str] = field(default_factory=list)
    cases: list[ArchivedCase] = field(default_factory=list)


def import_cases(
    rows: Sequence[object],
    *,
    dry_run: bool = False,
    strict: bool = False,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Import:
    """Writes the rows that are sound and not here yet, by their id; all in one transaction.

    A row with a fault is left out and reported; with `strict` one fault leaves out all. `dry_run` does
    everything and takes it back. A case that is here already is never changed.
    """
    result = Import()
    with transaction.atomic():
        known = set(Proposal.objects.exclude(source_id=None).values_list("source_id", flat=True))
        bodies = Bodies()
        seen: set[str] = set()
        for number, row in enumerate(rows, start=1):
            try:
                case = read_row(row)
                if case.source_id in seen:
                    raise Faulty([Fault("id", "stands twice in the file")])
                seen.add(case.source_id)
                if case.source_id in known:
                    result.known.append(case.number)
                else:
                    write_case(case, bodies)
                    result.created.append(case.number)
                result.cases.append(case)
            except Faulty as error:
                result.faults += [(number, fault) for fault in error.faults]
            progress(number, len(rows))
        result.new_bodies = bodies.created
        index_missing()
        if dry_run or (strict and result.faults):
            transaction.set_rollback(True)
    return result


def write_case(case: ArchivedCase, bodies: "Bodies") -> Proposal:
    """One case with its ask, bodies and replies. Raises Faulty where the database does not take it."""
    if Proposal.objects.filter(number=case.number).exists():
        raise Faulty([Fault("case_number", f"{case.number} is another case here already")])
    try:
        with transaction.atomic():
            return _write(case, bodies)
    except DatabaseError as error:
        bodies.load()
        raise Faulty([Fault("row", " ".join(str(error).split())[:200])]) from error


def _write(case: ArchivedCase, bodies: "Bodies") -> Proposal:
    proposal = Proposal.objects.create(
        number=case.number,
        origin=Proposal.Origin.IMPORTED,
        state=ProposalState.CLOSED,
        title=case.title,
        summary=case.summary,
        benefit_public=case.benefit,
        created_at=case.submitted_at,
        saved_at=case.submitted_at,
        submitted_at=case.submitted_at,
        accepted_at=case.accepted_at,
        answered_at=case.answered_at,
        ended_at=case.answered_at,
        source_id=case.source_id,
        source_name=case.source_name,
        source_number=case.source_number,
        source_url=case.source_url,
    )
    ask = Ask.objects.create(proposal=proposal, number=1, text=case.title)
    record(proposal, "submitted", role=Party.PROPOSER, happened_at=case.submitted_at)
    for body in case.bodies:
        _write_part(proposal, ask, case, body, bodies.find(body))
    due_on = case.due_on.isoformat() if case.due_on else None
    record(proposal, "imported", role=Party.SECRETARIAT, source_id=case.source_id, recorded_due_on=due_on)
    index_proposal(proposal)
    return proposal


def _write_part(proposal: Proposal, ask: Ask, case: ArchivedCase, body: Body, ministry: Organisation) -> None:
    """A body's replies: the earlier ones as interim replies, the last one as its answer.

    A body of which the source holds no reply keeps a cancelled part, and a line that says so.
    """
    earlier, last = body.replies[:-1], body.last_reply
    referral = Referral.objects.create(
        proposal=proposal,
        ministry=ministry,
        part=Referral.Part.LEAD if body.is_lead else Referral.Part.SUPPORT,
        state=ReferralState.ANSWERED if last else ReferralState.CANCELLED,
        sent_at=case.reached_at,
        due_on=case.due_on,
        answered_at=last.at if last else None,
    )
    if last is None:
        record(proposal, "no_answer_recorded", role=Party.MINISTRY, referral=referral)
        return
    for reply in earlier:
        InterimReply.objects.create(referral=referral, text=reply.text, published_at=reply.at)
        record(proposal, "interim_reply", role=Party.MINISTRY, referral=referral, happened_at=reply.at)
    Answer.objects.create(
        referral=referral, ask=ask, outcome=Outcome.UNCLASSIFIED, reason=last.text, published_at=last.at
    )
    record(
        proposal, "answer_published", role=Party.MINISTRY, referral=referral, happened_at=last.at, asks=[1]
    )


class Bodies:
    """The government bodies by agency code, name and short name; makes those that nobody knows yet."""

    def __init__(self) -> None:
        self.created: list[str] = []
        self.load()

    def load(self) -> None:
        """Reads the table anew, and forgets bodies that were taken back with a failed row."""
        self._by: dict[tuple[str, str], Organisation] = {}
        for row in Organisation.objects.bodies().order_by("pk"):
            self._learn(row)
        self.created = [name for name in self.created if ("name", bigrams.normalised(name)) in self._by]

    def find(self, body: Body) -> Organisation:
        """By code, then by name (of 2019 too: bodies of that time are in the table), then by short name.

        A short name alone does not make a body of another code the same.
        """
        for kind, name in (
            ("code", body.code),
            ("name", bigrams.normalised(body.name)),
            ("short", bigrams.normalised(body.short)),
            ("short", bigrams.normalised(body.name)),
        ):
            found = self._by.get((kind, name)) if name else None
            if found and not (kind == "short" and body.code and found.org_code):
                return found
        return self._make(body)

    def _learn(self, row: Organisation) -> None:
        self._by.setdefault(("code", row.org_code), row)
        self._by.setdefault(("name", bigrams.normalised(row.name_zh)), row)
        self._by.setdefault(("short", bigrams.normalised(row.short_zh)), row)

    def _make(self, body: Body) -> Organisation:
        slug = wanted = slugify(body.code or body.name, allow_unicode=True)[:46].strip("-") or "body"
        count = 1
        while Organisation.objects.filter(slug=slug).exists():
            count += 1
            slug = f"{wanted}-{count}"
        row = Organisation.objects.create(
            slug=slug,
            sector=Organisation.Sector.GOVERNMENT,
            kind=Organisation.Kind.BODY,
            name_zh=body.name,
            short_zh=body.short,
            org_code=body.code,
        )
        self._learn(row)
        self.created.append(body.name)
        return row
