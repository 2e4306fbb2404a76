"""What the small world holds besides: a case from which a text and a file were taken."""

from typing import TYPE_CHECKING

from members.models import Organisation
from proposals.actions import triage
from proposals.actions.drafting import submit_proposal
from proposals.actions.redaction import remove_text, withdraw_file
from proposals.models import Proposal, Redaction
from tests.brought import full_draft
from workinggroups.models import WorkingGroup

if TYPE_CHECKING:
    from tests.world import World


def redact(made: "World", acme: Organisation, group: WorkingGroup, fsc: Organisation) -> None:
    """A referred case of acme: its summary removed in an emergency, its open file withdrawn."""
    office, convener = made.people["secretariat"], made.people["convener"]
    case = submit_proposal(user=made.people["representative"], proposal=full_draft(acme, group, ""))
    case = triage.accept_proposal(user=convener, proposal=case)
    case = triage.refer_proposal(user=convener, proposal=case, lead=fsc)
    why = {"kind": "personal", "reason": "當事人請求"}
    remove_text(user=office, proposal=case, key=f"proposals.proposal:{case.pk}:summary", **why)
    withdraw_file(user=office, file=case.attachments.get(is_restricted=False), **why)
    made.add_case("redacted", Proposal.objects.get(pk=case.pk))
    row = Redaction.objects.get(place="proposals.proposal.summary")
    made.add("redaction", row, entry=row.entry_id)
