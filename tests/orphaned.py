"""What the small world holds besides: two cases of a firm that has left; one of them is taken over."""

from typing import TYPE_CHECKING

from members import clock
from members.models import Organisation
from proposals.actions import sponsors, takeover, triage
from proposals.actions.drafting import submit_proposal
from proposals.actions.versions import digest_of
from proposals.models import Proposal
from tests import cases
from tests.brought import full_draft
from tests.canaries import SECRETS
from workinggroups.models import WorkingGroup

if TYPE_CHECKING:
    from tests.world import World


def leave_behind(made: "World", group: WorkingGroup, fsc: Organisation) -> None:
    """Public, referred, signed by globex, each with restricted text that nobody reads any more."""
    gone, globex = cases.member_org("gone"), cases.member_org("globex")
    signer = made.people["other_representative"]
    words = {"file": "計畫書", "restricted": SECRETS["sealed"], "secret_file": SECRETS["sealed"]}

    def referred() -> Proposal:
        case = full_draft(gone, group, "", words)
        row = sponsors.invite_sponsor(user=cases.proposer_of(case), proposal=case, organisation=globex)
        sponsors.sign_off(user=signer, sponsor=row, digest=digest_of(case))
        case = submit_proposal(user=cases.proposer_of(case), proposal=case)
        case = triage.accept_proposal(user=made.people["convener"], proposal=case)
        return triage.refer_proposal(user=made.people["convener"], proposal=case, lead=fsc)

    left = {"orphaned": referred(), "taken_over": referred()}
    Organisation.objects.filter(pk=gone.pk).update(left_on=clock.today(), left_for="dissolution")
    for case in left.values():
        takeover.lose_lead(proposal=case)
    takeover.take_over(user=signer, proposal=left["taken_over"], organisation=globex)
    for name, case in left.items():
        made.add_case(name, Proposal.objects.get(pk=case.pk))
        made.objects[name]["heir"] = globex.pk
