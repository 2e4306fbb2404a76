"""A case after its answer: asked to be answered anew, and read as it stands."""

from typing import Any

from members.models import User
from proposals.actions.aftermath import ask_reconsideration
from proposals.models import Proposal, Reconsideration
from tests import cases


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def state_of(case: Proposal) -> str:
    return fresh(case).state


def reconsider(
    case: Proposal, *numbers: int, user: User | None = None, reason: str = "未回應所詢"
) -> Reconsideration:
    asks = case.asks.filter(number__in=numbers or [1]).values_list("pk", flat=True)
    return ask_reconsideration(
        user=user or cases.proposer_of(case), proposal=case, asks=list(asks), reason=reason
    )
