"""How far the coordination of a case has come, for its page."""

from typing import Any

from django import template

from proposals.models import Coordination, Proposal

register = template.Library()


@register.inclusion_tag("proposals/public/_coordination.html")
def case_coordination(case: Proposal) -> dict[str, Any]:
    """The contact, the next date and what the bodies concluded so far. The caller may read the case."""
    return {"coordination": Coordination.objects.open().filter(proposal=case).first()}
