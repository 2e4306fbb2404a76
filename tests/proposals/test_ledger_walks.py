"""Cases that wander: whatever is done to them, every day since submission belongs to exactly one owner."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from members import clock
from members.refusals import NotAllowed, Refused
from proposals.actions import answering, pauses, proposer, triage
from proposals.actions.delays import explain_delay
from proposals.ledger import ledger, totals
from proposals.models import Deadline, Pause, Proposal, Question, Referral
from tests import cases

from .ledgers import turns

pytestmark = pytest.mark.django_db
START = cases.at(2026, 3, 2)
BODIES = ("fsc", "moea", "moda")
WHY = {"reason": "地震", "evidence_url": "https://example.gov.tw/notice"}


class Walk:
    """One case, and what anybody may try to do to it."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a walk that can be walked again, no secret
        self.office = cases.person("office@example.org", secretariat=True)
        self.bodies = [cases.ministry(slug) for slug in BODIES]
        self.case = cases.submitted()
        self.took: list[str] = []

    @property
    def row(self) -> Proposal:
        return Proposal.objects.get(pk=self.case.pk)

    def lead(self) -> Referral:
        rows = Referral.objects.active().filter(proposal=self.case, part="lead")
        return rows.select_related("ministry", "proposal").get()

    def own(self) -> tuple[Any, Referral]:
        lead = self.lead()
        return cases.liaison_of(lead.ministry), lead

    def ask(self) -> None:
        user, lead = self.own()
        answering.ask_proposer(user=user, referral=lead, text="?")

    def reply(self) -> None:
        question = Question.objects.get(replied_at=None, lapsed_at=None)
        proposer.reply_to_question(user=cases.proposer_of(self.row), question=question, text="!")

    def lapse(self) -> None:
        proposer.lapse_question(question=Question.objects.get(replied_at=None, lapsed_at=None))

    def prolong(self) -> None:
        deadline = Deadline.objects.unsettled().get(kind__in=["reply", "information"])
        proposer.prolong_own_period(user=cases.proposer_of(self.row), deadline=deadline)

    def refer(self) -> None:
        lead, support = self.dice.sample(self.bodies, 2)
        who = {"user": cases.convener_of(self.row), "proposal": self.row}
        triage.refer_proposal(**who, lead=lead, supporting=[support] if self.dice.random() < 0.5 else [])

    def give_back(self) -> None:
        user, lead = self.own()
        other = next(body for body in self.bodies if body != lead.ministry)
        answering.return_referral(user=user, referral=lead, body=other, reason="非屬本機關權責")

    def receive(self) -> None:
        user, lead = self.own()
        day = clock.today() - timedelta(days=self.dice.randrange(6))
        answering.record_letters(user=user, referral=lead, received_on=day)

    def mail(self) -> None:
        answering.record_receipt_by_mail(referral=self.lead(), received_on=clock.today())

    def pause(self) -> None:
        scope = {"referral": self.lead()} if self.row.state == "referred" else {"proposal": self.row}
        since = clock.today() - timedelta(days=self.dice.randrange(8))
        pauses.pause_for_cause(user=self.office, starts_on=since, **WHY, **scope)

    def run_on(self) -> None:
        pause = Pause.objects.for_cause().open().get()
        day = clock.today() - timedelta(days=self.dice.randrange(4))
        pauses.end_pause_for_cause(user=self.office, pause=pause, ends_on=day)

    def steps(self) -> dict[str, Callable[[], object]]:
        rep, convener = cases.proposer_of(self.row), cases.convener_of(self.row)
        return {
            "accept": lambda: triage.accept_proposal(user=convener, proposal=self.row),
            "inform": lambda: triage.ask_for_information(user=convener, proposal=self.row, text="?"),
            "send": lambda: proposer.send_information(user=rep, proposal=self.row, text="!"),
            "resume": lambda: triage.resume_proposal(user=convener, proposal=self.row),
            "refer": self.refer,
            "open": lambda: answering.first_opening(user=self.own()[0], referral=self.lead()),
            "take": lambda: answering.accept_referral(user=self.own()[0], referral=self.lead()),
            "ask": self.ask,
            "reply": self.reply,
            "lapse": self.lapse,
            "prolong": self.prolong,
            "return": self.give_back,
            "receive": self.receive,
            "mail": self.mail,
            "forget": lambda: answering.forget_receipt(referral=self.lead()),
            "pause": self.pause,
            "run on": self.run_on,
            "extend": lambda: answering.extend_referral(
                user=self.own()[0], referral=self.lead(), amount=20, unit="day", reason="會商中"
            ),
            "delay": lambda: explain_delay(
                user=self.own()[0],
                referral=self.lead(),
                reason="會商中",
                expected_on=clock.today() + timedelta(days=9),
            ),
        }

    def take(self, name: str) -> None:
        try:
            self.steps()[name]()
        except (Refused, NotAllowed, Referral.DoesNotExist, Question.DoesNotExist):
            return
        except (Deadline.DoesNotExist, Pause.DoesNotExist):
            return
        self.took.append(name)

    def check(self, today: date) -> None:
        segments = ledger(turns(self.row), today)
        assert sum(totals(segments).values()) == (today - START.date()).days, self.took
        assert not segments or segments[0].starts_on == START.date(), self.took


@pytest.mark.parametrize("seed", range(3))
def test_days_add_up_and_never_start_again(seed: int) -> None:
    with clock.at(START):
        walk = Walk(seed)
    moment = START
    for _ in range(45):
        moment += timedelta(days=walk.dice.randrange(4))
        with clock.at(moment):
            for name in walk.dice.sample(sorted(walk.steps()), 3):
                walk.take(name)
            walk.check(clock.today())
    with clock.at(moment + timedelta(days=3)):
        proposer.withdraw_proposal(user=cases.proposer_of(walk.row), proposal=walk.row)
        walk.check(clock.today())
    assert not Pause.objects.open().exists()
    assert len(set(walk.took)) > 8, walk.took
