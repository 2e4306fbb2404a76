"""What has happened to a case since somebody opened a page of it: for whoever would have overwritten it."""

from typing import Any

from django import template

from members.permissions import AnyUser
from proposals.models import Proposal, TextVersion, TimelineEntry
from proposals.states import TONES, ProposalState
from proposals.views.versions import changes

register = template.Library()


@register.inclusion_tag("proposals/since.html")
def since(case: Proposal, user: AnyUser, version: int | None, state: str = "") -> dict[str, Any]:
    """The happenings after the version that the reader had before their eyes, as far as they may know them.

    Each line of the history counts the version up by one, so that it tells how many lines are new. `state` is
    what the page showed as the state; what is no state is passed over.
    """
    passed = case.version - version if version is not None else 0
    history = TimelineEntry.objects.filter(proposal=case).order_by("-pk")
    new = list(history.values_list("pk", "kind")[: max(passed, 0)])
    visible = TimelineEntry.objects.visible_to(user).filter(pk__in=[pk for pk, _kind in new])
    before = state if state in ProposalState.values and state != case.state else ""
    return {
        "case": case,
        "entries": visible.select_related("body", "note").order_by("pk"),
        "referrals": list(case.referrals.select_related("ministry", "returned_to")),
        "before": (*TONES[before], ProposalState(before).label) if before else None,
        "now": (*case.tone, case.get_state_display()),
        "changes": _reworded(case, user, [kind for _pk, kind in new].count("amended")),
    }


def _reworded(case: Proposal, user: AnyUser, times: int) -> list[dict[str, Any]]:
    """The texts that the proposer has amended so many times, as they were before and as they are now."""
    if not times:
        return []
    rows = list(TextVersion.objects.visible_to(user).filter(proposal=case).order_by("number"))
    return changes(rows[-1 - times].content, rows[-1].content) if len(rows) > times else []
