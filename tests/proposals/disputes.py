"""Cases whose competence is disputed, by the real actions."""

from datetime import date, timedelta

from members import clock
from members.models import Organisation
from proposals.actions.answering import return_referral
from proposals.actions.coordination import decide_competence
from proposals.actions.triage import refer_proposal
from proposals.models import Coordination, Proposal
from tests import cases

LETTER = "院臺規字第1150000001號"


def give_back(case: Proposal, named: str) -> None:
    """The lead returns the case and names another body."""
    lead = cases.lead_of(case)
    return_referral(
        user=cases.liaison_of(lead.ministry), referral=lead, body=cases.ministry(named), reason="非屬權責"
    )


def refer_again(case: Proposal, slug: str) -> Proposal:
    return refer_proposal(user=cases.convener_of(case), proposal=case, lead=cases.ministry(slug))


def disputed(case: Proposal | None = None, **options: object) -> Proposal:
    """fsc and moea have returned it, the second a day after the first."""
    case = case or cases.referred(**options)  # type: ignore[arg-type]
    give_back(case, "moea")
    with clock.at(clock.now() + timedelta(days=1)):
        refer_again(case, "moea")
        give_back(case, "moda")
    return Proposal.objects.get(pk=case.pk)


def decided(case: Proposal, body: Organisation | None, on: date | None = None) -> Coordination:
    return decide_competence(
        user=cases.person("office@example.org", secretariat=True),
        proposal=case,
        body=body,
        decision_number=LETTER,
        decided_on=on or clock.today(),
    )
