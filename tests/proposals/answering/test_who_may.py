"""From which states each step of a ministry is possible, and for whom."""

import pytest

from members import clock
from members.models import User
from members.refusals import NotAllowed, Refused
from proposals.actions import answering
from proposals.models import Referral
from proposals.states import REFERRAL_STEPS, Party, ReferralState
from tests import cases

from .calls import TAKE, bring_to, draft_all, kinds

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ReferralState.values)
def test_steps_are_possible_only_from_their_states(referral: Referral, liaison: User, state: str) -> None:
    bring_to(state, referral, liaison)
    before = kinds(referral)
    for step, take in TAKE.items():
        if state not in REFERRAL_STEPS[step].sources:
            with pytest.raises(Refused) as refusal:
                take(liaison, referral)
            assert refusal.type is Refused, step
    referral.refresh_from_db()
    assert referral.state == state
    assert kinds(referral) == before


@pytest.mark.parametrize("step", sorted(set(TAKE) - {"return"}))
def test_step_is_possible_from_each_of_its_states(step: str) -> None:
    for state in REFERRAL_STEPS[step].sources:
        referral = cases.lead_of(cases.referred())
        user = cases.liaison_of(referral.ministry)
        bring_to(state, referral, user)
        TAKE[step](user, referral)


def test_no_step_is_open_to_anybody_outside_the_ministry(referral: Referral, liaison: User) -> None:
    case = referral.proposal
    draft_all(liaison, referral)
    outsiders = {
        "another body": cases.person(liaison_of=cases.ministry("moea")),
        "supervisor": cases.person(supervises=referral.ministry),
        "research": cases.person(researches_for=referral.ministry),
        "proposer": cases.proposer_of(case),
        "convener": cases.convener_of(case),
        "secretary": cases.person(secretary_of=case.group),
        "chair": cases.person(chairs=True),
        "secretariat": cases.person(secretariat=True),
        "auditor": cases.person(audits=True),
        "superuser": cases.person(is_superuser=True),
    }
    before = kinds(referral)
    for who, user in outsiders.items():
        for step, take in TAKE.items():
            rule = REFERRAL_STEPS[step]
            if referral.state not in rule.sources:
                continue
            if who in ("secretariat", "superuser") and Party.SECRETARIAT in rule.parties:
                continue
            with pytest.raises(NotAllowed):
                take(user, referral)
    assert kinds(referral) == before


def test_role_that_ended_takes_no_step(referral: Referral, liaison: User) -> None:
    liaison.affiliations.update(ends_on=clock.today())
    with pytest.raises(NotAllowed):
        answering.accept_referral(user=User.objects.get(pk=liaison.pk), referral=referral)


def test_secretariat_records_letters_for_a_ministry(referral: Referral) -> None:
    user = cases.person(secretariat=True)
    answering.record_letters(user=user, referral=referral, received_on=clock.today())
    entry = referral.timeline.get(kind="received")
    assert (entry.role, entry.body) == (Party.SECRETARIAT, referral.ministry)
