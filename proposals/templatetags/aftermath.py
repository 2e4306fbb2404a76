"""What comes after an answer, on pages: promises with their milestones, register, rating."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext

from members import clock
from members.models import Organisation
from members.permissions import AnyUser
from proposals.models import AnswerRating, Clarification, FollowUp, FollowUpStep, Milestone, Proposal
from proposals.statistics import ratings_of

register = template.Library()

SOON_DAYS = 30


@dataclass(frozen=True)
class Stage:
    """One milestone of a track: passed (with its day where it was reported), now, or to come."""

    label: str | Promise
    state: str
    on: datetime | None = None


def stages_of(item: FollowUp) -> list[Stage]:
    """The milestones of an item as they are drawn; empty for a promise that makes no rule."""
    if not item.milestone:
        return []
    track = item.track
    reached = {step.milestone: step.reported_at for step in item.steps.all() if step.milestone}
    reached.setdefault(Milestone.STUDY, item.created_at)
    here = track.index(Milestone(item.milestone))
    found = []
    for place, stage in enumerate(track):
        on = reached.get(stage)
        if place > here:
            found.append(Stage(stage.label, "to-come"))
        elif place == here:
            found.append(Stage(stage.label, "now", on))
        else:
            found.append(Stage(stage.label, "passed" if on else "skipped", on))
    return found


@register.inclusion_tag("proposals/follow_ups/_track.html")
def milestone_track(item: FollowUp) -> dict[str, Any]:
    return {"stages": stages_of(item), "is_open": item.is_open}


@register.simple_tag
def follow_up_badge(item: FollowUp) -> dict[str, str]:
    """Tone, icon and word of how a promise stands today."""
    if item.state == FollowUp.State.DONE:
        return {"tone": "ok", "icon": "check", "text": str(item.get_state_display())}
    if item.state == FollowUp.State.DROPPED:
        return {"tone": "muted", "icon": "minus", "text": str(item.get_state_display())}
    if item.is_overdue:
        return {"tone": "late", "icon": "alert", "text": gettext("Overdue")}
    if item.is_out_of_hand:
        return {"tone": "brand", "icon": "landmark", "text": str(item.get_milestone_display())}
    left = (item.planned_on - clock.today()).days
    tone = "soon" if left <= SOON_DAYS else "brand"
    return {"tone": tone, "icon": "clock", "text": str(item.get_state_display())}


@register.filter
def first_planned(item: FollowUp) -> date | None:
    """The day that was promised first, where it has been revised since."""
    days = [step.old_planned_on for step in item.steps.all() if step.old_planned_on]
    return days[0] if days else None


@register.inclusion_tag("proposals/follow_ups/of_case.html")
def case_follow_ups(case: Proposal) -> dict[str, Any]:
    """What was promised in a case; two statements, however many items."""
    steps = Prefetch("steps", FollowUpStep.objects.order_by("reported_at", "pk"))
    items = FollowUp.objects.filter(proposal=case).select_related("ministry", "ask")
    return {"items": items.order_by(*FollowUp.OPEN_FIRST).prefetch_related(steps), "case": case}


@register.inclusion_tag("proposals/register/of_case.html")
def case_register(case: Proposal) -> dict[str, Any]:
    """The published entries of the register that come from a case."""
    rows = Clarification.objects.published().filter(answer__referral__proposal=case)
    return {"entries": rows.select_related("law").order_by("slug")}


@register.inclusion_tag("proposals/aftermath/ratings.html")
def body_ratings(body: Organisation) -> dict[str, Any]:
    """How proposers rated the answers of a body; nothing below five rated cases."""
    return {"ratings": ratings_of(body)}


@register.inclusion_tag("proposals/aftermath/of_case.html")
def case_ratings(case: Proposal, user: AnyUser) -> dict[str, Any]:
    """The proposer's word on the answers of a case, for those who may read it."""
    return {"ratings": AnswerRating.objects.visible_to(user).filter(proposal=case)}
