"""Every step of the state tables, from every state, by every role: it works or is refused.

The expectations are the tables themselves; a step without a call (`case_steps`, `referral_steps`) fails.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import models, transaction

from members.models import User
from members.refusals import Refused
from proposals.models import Proposal, Referral
from proposals.states import PROPOSAL_STEPS, REFERRAL_STEPS, Party, ProposalState, ReferralState, Transition
from tests import cases

from .case_steps import COMES_OF_ANOTHER, PROPOSAL_CALLS, proposal_in
from .referral_steps import REFERRAL_CALLS, REFERRAL_COMES_OF_ANOTHER, referral_in

pytestmark = pytest.mark.django_db
STANDS_ON: dict[str, tuple[Party, ...]] = {
    "proposer": (Party.PROPOSER,),
    "another member": (),
    "co-sponsor": (Party.HEIR,),
    "convener": (Party.TRIAGE,),
    "secretary of the group": (Party.TRIAGE,),
    "another convener": (),
    "liaison": (Party.MINISTRY,),
    "deputy": (Party.MINISTRY,),
    "supervisor": (),
    "another liaison": (),
    "secretariat": (Party.SECRETARIAT,),
    "alliance convener": (),
    "auditor": (),
    "clock": (Party.CLOCK,),
}


def people(case: Proposal, body: object) -> dict[str, User | None]:
    """Somebody in each role, "own" as far as the case is concerned unless the name says otherwise."""
    return {
        "proposer": cases.proposer_of(case),
        "another member": cases.person(represents=cases.member_org("other")),
        "co-sponsor": cases.person(represents=cases.member_org("heir")),
        "convener": cases.convener_of(case) if case.group else cases.person(convenes=cases.group()),
        "secretary of the group": cases.person(secretary_of=case.group),
        "another convener": cases.person(convenes=cases.group("academia")),
        "liaison": cases.person(liaison_of=body),
        "deputy": cases.person(deputy_of=body),
        "supervisor": cases.person(supervises=body),
        "another liaison": cases.person(liaison_of=cases.ministry("moea")),
        "secretariat": cases.person("office@example.org", secretariat=True),
        "alliance convener": cases.person(chairs=True),
        "auditor": cases.person(audits=True),
        "clock": None,
    }


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def traces(case: Proposal) -> tuple[object, ...]:
    """What no refused step may change."""
    row = Proposal.objects.values("state", "version", "group_id", "title").get(pk=case.pk)
    parts = list(Referral.objects.filter(proposal=case).order_by("pk").values_list("pk", "state", "due_on"))
    return row, parts, case.timeline.count()


def tried(act: Callable[[], object], case: Proposal, before: tuple[object, ...]) -> str:
    """What became of an attempt, undone: "done", "nothing" where it was done before, or why not."""
    with undone():
        try:
            with transaction.atomic():
                result = act()
        except Refused as refusal:
            said = f"{type(refusal).__name__}: {refusal}"
        else:
            return "nothing" if result == case and traces(case) == before else "done"
        assert traces(case) == before, "a refused step changes nothing"
        return said


def walk(
    subject: models.Model,
    case: Proposal,
    body: object,
    table: dict[str, Transition],
    calls: dict[str, Callable],
    state: str,
) -> list[str]:
    """The attempts whose outcome is not what the table says."""
    wrong = []
    before = traces(case)
    for role, user in people(case, body).items():
        for step, call in calls.items():
            rule = table[step]
            if (Party.CLOCK not in rule.parties) if user is None else (rule.parties == (Party.CLOCK,)):
                continue
            fresh = type(subject).objects.get(pk=subject.pk)
            outcome = tried(lambda call=call, user=user, fresh=fresh: call(user, fresh), case, before)
            may = state in rule.sources and bool(set(STANDS_ON[role]) & set(rule.parties))
            if (outcome == "done") != may:
                wrong.append(f"{step} by {role}: {outcome}, expected {'done' if may else 'refused'}")
    return wrong


@pytest.mark.parametrize("state", ProposalState.values)
def test_proposal_step_from_each_state_by_each_role_is_as_in_the_table(state: str) -> None:
    case = proposal_in(state)
    assert case.state == state
    assert walk(case, case, cases.ministry(), PROPOSAL_STEPS, PROPOSAL_CALLS, state) == []


@pytest.mark.parametrize("state", ReferralState.values)
def test_referral_step_from_each_state_by_each_role_is_as_in_the_table(state: str) -> None:
    row = referral_in(state)
    assert row.state == state
    assert walk(row, row.proposal, row.ministry, REFERRAL_STEPS, REFERRAL_CALLS, state) == []


def test_every_step_of_the_tables_has_its_call() -> None:
    assert set(PROPOSAL_CALLS) | set(COMES_OF_ANOTHER) == set(PROPOSAL_STEPS)
    assert set(REFERRAL_CALLS) | set(REFERRAL_COMES_OF_ANOTHER) == set(REFERRAL_STEPS)
