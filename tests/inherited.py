"""What the small world holds besides: a case that a body answered which has ended; moda is its successor."""

from typing import TYPE_CHECKING

from members import clock
from members.models import Organisation
from proposals.actions import answering
from proposals.actions.reorganisation import Takers, reorganise
from tests import cases
from tests.canaries import OTHERS
from workinggroups.models import WorkingGroup

if TYPE_CHECKING:
    from tests.world import World


def leave_to_a_successor(made: "World", globex: Organisation, group: WorkingGroup) -> None:
    """Answered, after globex had pointed out to that body what of its draft is secret."""
    body = cases.ministry("former")
    case = cases.referred(organisation=globex, group=group, lead=body, restricted="機密")
    part, liaison = cases.lead_of(case), cases.liaison_of(body)
    ask = case.asks.order_by("number")[0].pk
    said = {"outcome": "clarified", "reason": "理由", "legal_basis": "證券交易法第22條"}
    answering.save_answer_drafts(user=liaison, referral=part, drafts={ask: said})
    check = answering.ask_secrecy_check(user=liaison, referral=part, asks=[ask])
    signed = made.people["other_representative"]
    answering.answer_secrecy_check(user=signed, check=check, is_fine=False, objection=OTHERS["objection"])
    answered = cases.answered(case)
    reorganise(
        user=made.people["secretariat"],
        body=body,
        kind="ended",
        effective_on=clock.today(),
        document_number="院授發字第1150000099號",
        successors=[cases.ministry("moda")],
        takers=Takers(referrals={}, follow_ups={}),
    )
    made.add_case("inherited", answered)
