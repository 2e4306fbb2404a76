"""What invited ministries have said before the referral, for the pages of a case."""

from typing import Any

from django import template

from members.permissions import AnyUser
from proposals.models import Consultation, Proposal

register = template.Library()


@register.inclusion_tag("proposals/consultations/of_case.html")
def case_consultations(case: Proposal, user: AnyUser) -> dict[str, Any]:
    rows = Consultation.objects.visible_to(user).filter(proposal=case).select_related("ministry")
    return {"rows": list(rows), "case": case}
