"""Which cases stand on coming agendas: for the page of a case, and for meetings on pages of floors below."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import RequestContext

from members.permissions import AnyUser
from proposals.models import CaseOnAgenda, Proposal
from workinggroups.models import AgendaItem, Meeting

register = template.Library()


@register.inclusion_tag("proposals/agendas/of_case.html")
def case_agendas(case: Proposal, user: AnyUser) -> dict[str, Any]:
    rows = CaseOnAgenda.objects.visible_to(user).upcoming().filter(proposal=case)
    return {"rows": list(rows.select_related("item__meeting"))}


@register.simple_tag(takes_context=True)
def with_agendas(context: RequestContext, meetings: Iterable[Meeting]) -> list[dict[str, Any]]:
    """The meetings with those of their cases that the reader may know of; one statement for all."""
    found = list(meetings)
    rows = CaseOnAgenda.objects.visible_to(context["request"].user).filter(item__meeting__in=found)
    by_meeting: dict[int, list[Proposal]] = {}
    for row in rows.select_related("proposal", "item").order_by("item__position"):
        by_meeting.setdefault(row.item.meeting_id, []).append(row.proposal)
    return [{"meeting": meeting, "cases": by_meeting.get(meeting.pk, [])} for meeting in found]


@register.simple_tag(takes_context=True)
def with_cases(context: RequestContext, items: Iterable[AgendaItem]) -> list[dict[str, Any]]:
    """The items of an agenda with the case of each that the reader may know of, and what was decided of it.

    An item whose case is hidden from the reader has neither; one statement for all.
    """
    found = list(items)
    rows = CaseOnAgenda.objects.readable_by(context["request"].user).filter(item__in=found)
    by_item = {row.item_id: row for row in rows.select_related("proposal", "decision")}
    return [
        {
            "item": item,
            "case": by_item[item.pk].proposal if item.pk in by_item else None,
            "decision": getattr(by_item.get(item.pk), "decision", None),
        }
        for item in found
    ]
