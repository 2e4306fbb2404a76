"""Plays the stories through the real actions, each step at its own past moment, in the order of time.

Every date and figure of the demo comes from the same code as in the real portal.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from operator import itemgetter
from typing import Any

from django.db import transaction

from members import clock
from members.models import Domain, Letter, Organisation, User
from proposals.actions import (
    aftermath,
    agendas,
    answering,
    closures,
    decisions,
    delays,
    drafting,
    follow_ups,
    merging,
    pauses,
    proposer,
    register,
    reorganisation,
    sponsors,
    takeover,
    triage,
)
from proposals.actions.timing import office_calendar
from proposals.actions.versions import digest_of
from proposals.models import (
    CaseOnAgenda,
    Clarification,
    Deadline,
    FollowUp,
    Proposal,
    Question,
    Referral,
    Reorganisation,
)
from proposals.models.deadlines import Kind
from proposals.workdays import add_workdays
from workinggroups.models import WorkingGroup

from . import minutes
from .people import ACCOUNTS
from .stories import STORIES
from .stories.script import Step, Story

MAIL_STAYS = timedelta(days=2)
DAY = timedelta(days=1)
STEP = timedelta(minutes=20)
APART = timedelta(seconds=40)


@transaction.atomic
def play_all(say: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Plays every story once; nothing if the demo has cases already. Returns how many cases there are now.

    Letters of the past are written, since the actions write them, and then cancelled: nobody sends them.
    """
    if Proposal.objects.filter(is_demo=True).exists():
        return 0
    begun_at = clock.now()
    begins = {name: moment(held.days_ago, 0) - minutes.BEFORE for name, held in minutes.HELD.items()}
    cases = [Case(story, begins) for story in STORIES]
    steps = sorted(
        (
            (moment(step.days_ago, n) + place * APART, case, step)
            for place, case in enumerate(cases)
            for n, step in enumerate(case.story.steps)
        ),
        key=itemgetter(0),
    )
    for done, (at, case, step) in enumerate(steps, start=1):
        with clock.at(min(at, begun_at)):
            case.take(step)
        say(done, len(steps))
    minutes.write_up(begins)
    Letter.objects.filter(state=Letter.State.DUE, created_at__lt=begun_at - MAIL_STAYS).update(
        state=Letter.State.CANCELLED
    )
    return len(cases)


def moment(days_ago: int, n: int) -> datetime:
    """The n-th step's moment of a working day: so many days ago, or on the working day before."""
    day = clock.today() - days_ago * DAY
    day = add_workdays(day + DAY, -1, office_calendar(day - 30 * DAY))
    return datetime.combine(day, time(9, 10), clock.TAIPEI) + n * STEP


def user_of(role: str, at: str = "") -> User:
    """A fresh user object: roles are read once for each."""
    email = next(a.email for a in ACCOUNTS if a.role == role and a.at == at)
    return User.objects.get(email=email)


def body(slug: str) -> Organisation:
    return Organisation.objects.get(slug=slug)


def dated(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer whose next step is planned so many days from now."""
    said = dict(answer)
    if days := said.pop("next_in", 0):
        said["next_on"] = clock.today() + days * DAY
    return said


class Case:
    """One story on its way through the portal. Each method is a step that a story may name."""

    proposal: Proposal

    def __init__(self, story: Story, begins: Mapping[str, datetime]) -> None:
        self.story, self.begins = story, begins
        self.firm = story.firm

    def take(self, step: Step) -> None:
        getattr(self, step.name)(**step.details)
        self.proposal = Proposal.objects.get(pk=self.proposal.pk)

    @property
    def proposer(self) -> User:
        return user_of("representative", self.firm)

    @property
    def convener(self) -> User:
        return user_of("convener", self.story.group)

    def part(self, ministry: str) -> Referral:
        rows = Referral.objects.select_related("proposal", "ministry").filter(proposal=self.proposal)
        return rows.filter(ministry__slug=ministry).latest("pk")

    def of(self, ministry: str) -> dict[str, Any]:
        """Who takes a ministry's step, and on which part."""
        return {"user": user_of("liaison", ministry), "referral": self.part(ministry)}

    # ── the proposer and the group ──────────────────────────────────────────────────────────────

    def draft(self) -> None:
        story = self.story
        row = drafting.start_draft(user=self.proposer, organisation=body(story.firm))
        Proposal.objects.filter(pk=row.pk).update(is_demo=True)
        self.proposal = drafting.save_draft(
            user=self.proposer,
            proposal=Proposal.objects.get(pk=row.pk),
            fields={
                "group": WorkingGroup.objects.get(slug=story.group),
                "title": story.title,
                "title_other": story.title_en,
                "summary": story.summary,
                "summary_other": story.summary_en,
                "conflict": story.conflict,
                "benefit_firms": story.benefit_firms,
                "benefit_public": story.benefit_public,
            },
            asks=story.asks,
            domains=Domain.objects.filter(slug__in=story.domains),
            restricted=story.restricted,
        )

    def submit(self, signed_by: str = "") -> None:
        self.draft()
        if signed_by:
            row = sponsors.invite_sponsor(
                user=self.proposer, proposal=self.proposal, organisation=body(signed_by)
            )
            signer = user_of("representative", signed_by)
            sponsors.sign_off(user=signer, sponsor=row, digest=digest_of(self.proposal))
        drafting.submit_proposal(user=self.proposer, proposal=self.proposal)

    def accept(self) -> None:
        triage.accept_proposal(user=self.convener, proposal=self.proposal)

    def request(self, text: str) -> None:
        triage.ask_for_information(user=self.convener, proposal=self.proposal, text=text)

    def inform(self, text: str) -> None:
        proposer.send_information(user=self.proposer, proposal=self.proposal, text=text)

    def note(self, text: str) -> None:
        triage.add_triage_note(user=self.convener, proposal=self.proposal, text=text)

    def decline(self, reason: str, text: str) -> None:
        triage.decline_proposal(user=self.convener, proposal=self.proposal, reason=reason, text=text)

    def merge(self, into: str, reason: str) -> None:
        """Into the case of another story, named by its title."""
        target = Proposal.objects.get(title=into)
        merging.merge_proposal(user=self.convener, proposal=self.proposal, into=target, reason=reason)

    def withdraw(self, text: str) -> None:
        proposer.withdraw_proposal(user=self.proposer, proposal=self.proposal, text=text)

    def refer(self, lead: str, supporting: Sequence[str] = (), letter: str = "", meeting: str = "") -> None:
        """By the group's officer, or by the decision of a meeting."""
        details = {
            "lead": body(lead),
            "supporting": [body(slug) for slug in supporting],
            "letter_number": letter,
            "letter_on": clock.today() if letter else None,
        }
        if meeting:
            self.decide("refer", details)
        else:
            triage.refer_proposal(user=self.convener, proposal=self.proposal, **details)

    def agenda(self, meeting: str) -> None:
        held = minutes.called(meeting, self.begins[meeting])
        agendas.put_on_agenda(user=self.convener, proposal=self.proposal, meeting=held)

    def adjourn(self) -> None:
        self.decide("adjourn", {})

    def decide(self, step: str, details: dict[str, Any]) -> None:
        """What the meeting decided on whose agenda the case is."""
        row = CaseOnAgenda.objects.get(proposal=self.proposal)
        decisions.decide_at_meeting(user=self.convener, on_agenda=row, step=step, details=details)

    def prolong(self, reason: str) -> None:
        """The proposer takes longer to send what the group has asked for."""
        deadline = Deadline.objects.unsettled().get(proposal=self.proposal, kind=Kind.INFORMATION)
        proposer.prolong_own_period(user=self.proposer, deadline=deadline, reason=reason)

    def reply(self, text: str) -> None:
        question = Question.objects.get(referral__proposal=self.proposal, replied_at__isnull=True)
        proposer.reply_to_question(user=self.proposer, question=question, text=text)

    def leave(self) -> None:
        """The firm leaves the alliance, and its case has no lead from then on."""
        left = {"left_on": clock.today(), "left_for": Organisation.LeftFor.RESIGNATION}
        Organisation.objects.filter(slug=self.firm, left_on=None).update(**left)
        takeover.lose_lead(proposal=self.proposal)

    def take_over(self, firm: str) -> None:
        user = user_of("representative", firm)
        takeover.take_over(user=user, proposal=self.proposal, organisation=body(firm))
        self.firm = firm

    def close(self) -> None:
        proposer.close_proposal(user=self.proposer, proposal=self.proposal)

    # ── the ministries ──────────────────────────────────────────────────────────────────────────

    def open(self, ministry: str) -> None:
        answering.first_opening(**self.of(ministry))

    def receive(self, ministry: str) -> None:
        answering.record_letters(**self.of(ministry), received_on=clock.today())

    def take_on(self, ministry: str) -> None:
        answering.accept_referral(**self.of(ministry))

    def give_back(self, ministry: str, named: str, reason: str) -> None:
        answering.return_referral(**self.of(ministry), body=body(named), reason=reason)

    def ask(self, ministry: str, text: str) -> None:
        answering.ask_proposer(**self.of(ministry), text=text)

    def extend(self, ministry: str, days: int, reason: str, progress: str = "") -> None:
        answering.extend_referral(
            **self.of(ministry), amount=days, unit="day", reason=reason, progress=progress
        )

    def interim(self, ministry: str, text: str, in_days: int = 0) -> None:
        expected_on = clock.today() + in_days * DAY if in_days else None
        answering.publish_interim_reply(**self.of(ministry), text=text, expected_on=expected_on)

    def explain(self, ministry: str, text: str, in_days: int) -> None:
        """Why it is late, and by when to expect an answer; nothing where long holidays kept it in time."""
        if self.part(ministry).is_overdue:
            expected_on = clock.today() + in_days * DAY
            delays.explain_delay(**self.of(ministry), reason=text, expected_on=expected_on)

    def sign_off(self, ministry: str) -> None:
        answering.note_sign_off(**self.of(ministry), since=clock.today())

    def prepare(self, ministry: str, answers: dict[int, dict[str, Any]]) -> None:
        asks = {ask.number: ask.pk for ask in self.proposal.asks.all()}
        drafts = {asks[number]: dated(answer) for number, answer in answers.items()}
        answering.save_answer_drafts(**self.of(ministry), drafts=drafts)

    def answer(self, ministry: str, answers: dict[int, dict[str, Any]]) -> None:
        self.prepare(ministry, answers)
        asks = self.proposal.asks.filter(number__in=answers).values_list("pk", flat=True)
        answering.publish_answers(**self.of(ministry), asks=list(asks))

    # ── the secretariat ─────────────────────────────────────────────────────────────────────────

    def stop(self, ministry: str, reason: str, evidence: str) -> None:
        pauses.pause_for_cause(
            user=user_of("secretariat", "secretariat"),
            referral=self.part(ministry),
            starts_on=clock.today(),
            reason=reason,
            evidence_url=evidence,
        )

    def close_offices(self, ministry: str, note: str, source: str) -> None:
        """On the very day on which a ministry's answer is due."""
        part = self.part(ministry)
        assert part.due_on is not None
        closures.enter_closure(
            user=user_of("secretariat", "secretariat"),
            on=part.due_on,
            area=part.ministry.area,
            note=note,
            source_url=source,
        )

    def reorganise(self, ministry: str, into: str, document: str) -> None:
        """The body ends; its part of the case passes to another, and its clock runs on."""
        reorganisation.reorganise(
            user=user_of("secretariat", "secretariat"),
            body=body(ministry),
            kind=Reorganisation.Kind.ENDED,
            effective_on=clock.today(),
            document_number=document,
            successors=[body(into)],
            takers=reorganisation.Takers(referrals={self.part(ministry).pk: body(into)}, follow_ups={}),
        )

    def prove(self, ministry: str, number: str) -> None:
        """The answer was sent in time by letter, and is only missing here."""
        part = self.part(ministry)
        assert part.due_on is not None
        delays.prove_reply(
            user=user_of("secretariat", "secretariat"),
            referral=part,
            reply_on=part.due_on - DAY,
            reply_number=number,
        )

    # ── after the answer ────────────────────────────────────────────────────────────────────────

    def rate(self, usefulness: int, answered: str, text: str) -> None:
        word = {"usefulness": usefulness, "answered": answered, "text": text}
        aftermath.rate_answer(user=self.proposer, proposal=self.proposal, **word)

    def reconsider(self, numbers: Sequence[int], reason: str) -> None:
        asks = self.proposal.asks.filter(number__in=numbers).values_list("pk", flat=True)
        aftermath.ask_reconsideration(
            user=self.proposer, proposal=self.proposal, asks=list(asks), reason=reason
        )

    def progress(self, ministry: str, ask: int, text: str, milestone: str = "") -> None:
        item = FollowUp.objects.get(proposal=self.proposal, ask__number=ask)
        user = user_of("liaison", ministry)
        follow_ups.report_progress(user=user, follow_up=item, milestone=milestone, text=text)

    def enter(self, ask: int, question: str, question_en: str, nature: str = "individual") -> None:
        """Into the register of clarifications."""
        rows = Clarification.objects.filter(answer__referral__proposal=self.proposal, answer__ask__number=ask)
        entry = rows.select_related("answer__ask", "answer__referral__proposal__group").get()
        fields = {"question": question, "question_en": question_en, "nature": nature, "is_published": True}
        register.save_clarification(user=self.convener, clarification=entry, fields=fields)
