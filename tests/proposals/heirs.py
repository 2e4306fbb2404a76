"""A case whose lead organisation leaves the alliance, and those who may take it over."""

from datetime import date

from members import clock
from members.models import Organisation, User
from proposals.actions import sponsors, triage
from proposals.actions.drafting import submit_proposal
from proposals.actions.files import attach_file
from proposals.actions.takeover import take_over
from proposals.actions.versions import digest_of
from proposals.models import Deadline, Proposal, Takeover
from proposals.models.deadlines import Kind
from proposals.reminders import sweep
from tests import cases

from .intake import upload

BEGIN = cases.at(2026, 3, 2)
LEAVES = date(2026, 3, 16)
"""A Monday; the period counts from the day after, and its twentieth working day is Wednesday 15 April 2026:
3 to 6 April are holidays."""
LAST = date(2026, 4, 15)


def co_sponsor() -> Organisation:
    """A firm that signs the proposals of `orphan`."""
    return cases.member_org("cosign")


def association(slug: str = "guild") -> Organisation:
    """An association among the members."""
    return cases.member_org(slug, kind=Organisation.Kind.ASSOCIATION)


def representative(organisation: Organisation) -> User:
    return cases.person(f"heir@{organisation.slug}.example", represents=organisation)


def signed_case(state: str = "discussion", *, has_file: bool = False, **options: object) -> Proposal:
    """A case of acme in a state, signed by the co-sponsor; beside it stands an association."""
    with clock.at(BEGIN):
        draft = cases.draft(**options)  # type: ignore[arg-type]
        if has_file:
            attach_file(user=cases.proposer_of(draft), proposal=draft, upload=upload(), is_restricted=True)
        lead, signer = cases.proposer_of(draft), representative(co_sponsor())
        row = sponsors.invite_sponsor(user=lead, proposal=draft, organisation=co_sponsor())
        sponsors.sign_off(user=signer, sponsor=row, digest=digest_of(draft))
        representative(association())
        case = submit_proposal(user=lead, proposal=draft)
        convener = cases.convener_of(case)
        if state == "screening":
            return case
        case = triage.accept_proposal(user=convener, proposal=case)
        if state == "needs_information":
            return triage.ask_for_information(user=convener, proposal=case, text="請補正")
        if state == "discussion":
            return case
        cases.liaison_of(cases.ministry())
        case = triage.refer_proposal(user=convener, proposal=case, lead=cases.ministry())
        return case if state == "referred" else cases.answered(case)


def leave(case: Proposal, on: date = LEAVES) -> None:
    """The lead leaves the alliance on a day."""
    lead = fresh(case).lead
    assert lead is not None
    Organisation.objects.filter(pk=lead.pk).update(left_on=on, left_for=Organisation.LeftFor.DISSOLUTION)


def fresh(case: Proposal) -> Proposal:
    return Proposal.objects.get(pk=case.pk)


def sweep_on(day: date, hour: int = 10) -> dict[str, int]:
    with clock.at(cases.at(day.year, day.month, day.day, hour)):
        return sweep()


def orphan(state: str = "discussion", **options: object) -> Proposal:
    """A case whose lead has left, and whose period to take it over runs."""
    case = signed_case(state, **options)
    leave(case)
    sweep_on(LEAVES)
    return fresh(case)


def period_of(case: Proposal) -> Deadline:
    return Deadline.objects.filter(proposal=case, kind=Kind.TAKEOVER).latest("pk")


def taken(case: Proposal, by: Organisation | None = None, on: date = date(2026, 3, 20)) -> Takeover:
    """Taken over by the association unless told, within the period."""
    organisation = by or association()
    with clock.at(cases.at(on.year, on.month, on.day)):
        return take_over(user=representative(organisation), proposal=case, organisation=organisation)
