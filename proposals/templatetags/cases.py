"""Whose turn a case is, and how it stands; lists of cases for pages of floors below.

Templates load this library as `cases`, beside `face`.
"""

from typing import Any

from django import template
from django.db.models import Q
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from members import clock
from members.models import Organisation
from members.said import in_chinese
from members.templatetags.face import countdown, time_tag
from proposals.casefile import Hold, Row, Task, Turn, for_rows
from proposals.models import Proposal, Referral
from proposals.sentences import HELD, LATE, RUNNING, SCREENERS, UNDATED
from proposals.states import OPEN_PROPOSAL, ProposalState, ReferralState
from proposals.statistics import FEWEST_CASES, extended_percent, median_own_days, punctuality, workload
from workinggroups.models import WorkingGroup

register = template.Library()

ROWS_BESIDE = 10
DONE = (ProposalState.ANSWERED, ProposalState.FOLLOW_UP, ProposalState.CLOSED)


@register.simple_tag
def turn_sentence(turn: Turn, case: Proposal, short: bool = False) -> str | SafeString:
    """Who must act next, until when, how many days are left: the one sentence of a case.

    `short` uses the short names of bodies, for rows.
    """
    today = clock.today()
    body = (turn.body.short_name if short else turn.body.name) if turn.body else ""
    team = case.group.titled if case.group else ""
    words = {"group": case.group.name if case.group else "", "team": team, "body": body}
    if turn.task is Task.SCREEN:
        words["who"] = SCREENERS[case.screened_by]() % words
    if turn.task is Task.NOTHING:
        return _ended(case)
    if turn.task is Task.COORDINATE:
        sentence = gettext("Which body is competent is disputed since {since}; the secretariat coordinates")
        return format_html(sentence, since=time_tag(turn.held_since))
    if turn.hold is Hold.PAUSED:
        whose = "{body}" if turn.body else "{group}"
        sentence = gettext("The clock of %(whose)s stands since {since}, for a cause that nobody answers for")
        return format_html(sentence % {"whose": whose}, since=time_tag(turn.held_since), **words)
    if turn.due_on is None:
        return UNDATED[turn.task]() % words
    dates = {"due": time_tag(turn.due_on), "left": countdown(turn.due_on), "since": time_tag(turn.held_since)}
    is_expected = turn.hold is Hold.NOT_RECEIVED and turn.due_on >= today
    if turn.hold in HELD and not is_expected:
        return format_html(HELD[turn.hold](), **dates, **words)
    sentences = LATE if turn.is_late(today) else RUNNING
    sentence = format_html(sentences[turn.task](), **dates, **words)
    if not turn.is_provisional:
        return sentence
    return format_html("{}{}{}", sentence, "" if in_chinese() else " ", gettext("(provisional)"))


def _ended(case: Proposal) -> str | SafeString:
    if case.is_imported:
        return gettext("Taken over from a public archive; nothing is due here")
    words = {
        ProposalState.MERGED: gettext("Merged into another case on {day}"),
        ProposalState.DECLINED: gettext("Declined on {day}"),
        ProposalState.WITHDRAWN: gettext("Withdrawn on {day}"),
        ProposalState.CLOSED: gettext("Answered and closed on {day}"),
    }
    return format_html(words[ProposalState(case.state)], day=time_tag(case.ended_at))


@register.simple_tag
def tone_of(turn: Turn) -> str:
    return turn.tone(clock.today())


@register.simple_tag
def state_badge(case: Proposal, turn: Turn) -> dict[str, str]:
    """Tone, icon and word of a case's state; “overdue”, “very overdue” where whoever must act is late."""
    tone, icon = case.tone
    if turn.task not in (Task.NOTHING, Task.CLOSE) and turn.is_late(clock.today()):
        return late_badge(turn.is_very_late(clock.today()))
    if turn.task is Task.COORDINATE:
        return {"tone": "paused", "icon": "scale", "text": gettext("Competence being coordinated")}
    if turn.hold is Hold.NOT_RECEIVED:
        return {"tone": "soon", "icon": "mail", "text": gettext("Not received yet")}
    if turn.task is Task.REPLY or turn.hold is Hold.PAUSED:
        return {"tone": "paused", "icon": "pause", "text": gettext("Clock stands")}
    return {"tone": tone, "icon": icon, "text": str(case.get_state_display())}


def late_badge(is_very: bool) -> dict[str, str]:
    """The mark of lateness: two grades, that differ in word, icon and depth of colour."""
    if is_very:
        return {"tone": "late very", "icon": "flag", "text": gettext("Very overdue")}
    return {"tone": "late", "icon": "alert", "text": gettext("Overdue")}


@register.simple_tag
def part_badge(referral: Referral) -> dict[str, str]:
    """Tone, icon and word of a ministry's part in a case, as the public reads it."""
    if referral.is_overdue:
        return late_badge(referral.is_very_overdue)
    if referral.is_paused and referral.state in (ReferralState.SENT, ReferralState.IN_PROGRESS):
        return {"tone": "paused", "icon": "pause", "text": gettext("Clock stands")}
    if referral.is_open and referral.received_on is None:
        return {"tone": "soon", "icon": "mail", "text": gettext("Not received yet")}
    tone, icon = referral.tone
    return {"tone": tone, "icon": icon, "text": str(referral.get_state_display())}


def rows_of(cases: Any, body: Organisation | None = None) -> list[Row]:
    today = clock.today()
    return [Row.of(case, today, body) for case in cases]


@register.inclusion_tag("proposals/public/cases_of.html", takes_context=True)
def ministry_referrals(context: RequestContext, ministry: Organisation) -> dict[str, Any]:
    """The public cases with a ministry: what it has open (late first), and what it answered last."""
    referrals = Referral.objects.active().filter(ministry=ministry)
    cases = Proposal.objects.public()
    of = cases.filter(pk__in=referrals.open().values("proposal"))
    done = cases.filter(pk__in=referrals.filter(state="answered").values("proposal"))
    return {
        **_lists(of.order_by("latest_overall_on", "pk"), done, ministry),
        "query": f"?ministry={ministry.slug}",
        "request": context.get("request"),
    }


@register.inclusion_tag("proposals/public/cases_of.html", takes_context=True)
def group_proposals(context: RequestContext, group: WorkingGroup) -> dict[str, Any]:
    """The public cases of a group: what is open, and what was answered last."""
    cases = Proposal.objects.public().filter(group=group)
    done = cases.filter(state__in=DONE)
    return {
        **_lists(cases.filter(state__in=OPEN_PROPOSAL).order_by("latest_overall_on", "pk"), done),
        "query": f"?group={group.slug}",
        "request": context.get("request"),
    }


def _lists(running: Any, done: Any, body: Organisation | None = None) -> dict[str, list[Row]]:
    return {
        "running": rows_of(for_rows(running)[:ROWS_BESIDE], body),
        "done": rows_of(for_rows(done.order_by("-submitted_at", "-pk"))[:ROWS_BESIDE], body),
    }


@register.inclusion_tag("proposals/public/cases_of.html", takes_context=True)
def organisation_proposals(context: RequestContext, organisation: Organisation) -> dict[str, Any]:
    """The public cases that a member has brought, or taken over."""
    cases = Proposal.objects.public().filter(Q(organisation=organisation) | Q(taken_over_by=organisation))
    done = cases.filter(state__in=DONE)
    return {
        **_lists(cases.filter(state__in=OPEN_PROPOSAL).order_by("latest_overall_on", "pk"), done),
        "request": context.get("request"),
    }


@register.inclusion_tag("proposals/public/figures_of.html")
def ministry_figures(ministry: Organisation) -> dict[str, Any]:
    """What a body has open, and from five answered cases on how it keeps its dates. Persons never."""
    work = workload([ministry])
    kept = punctuality(ministry)
    return {
        "body": ministry,
        "work": work,
        "kept": kept,
        "median": median_own_days(ministry) if kept.percent is not None else None,
        "extended": extended_percent(ministry) if kept.percent is not None else None,
        "fewest": FEWEST_CASES,
    }
