"""How a case is told: whose turn, why that day, what happened; and lists of cases for pages of floors below.

Templates load this library as `cases`, beside `face`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.db.models import Q
from django.template.context import RequestContext
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from members import clock
from members.models import Named, Organisation
from members.templatetags.face import countdown, time_tag
from proposals.casefile import Hold, Row, Task, Turn, for_rows
from proposals.explanations import amount_in_words, explain
from proposals.happenings import words_of
from proposals.ledger import HANDED_OVER, PAUSED, RUN_ON, Owner
from proposals.models import Deadline, Milestone, Proposal, Referral, TimelineEntry
from proposals.models.deadlines import Kind
from proposals.redactable import label_of
from proposals.sentences import HELD, LATE, RUNNING, SCREENERS, UNDATED
from proposals.states import OPEN_PROPOSAL, Party, ProposalState, ReferralState
from proposals.statistics import FEWEST_CASES, extended_percent, median_own_days, punctuality, workload
from workinggroups.models import WorkingGroup
from workinggroups.models.groups import as_group

register = template.Library()

ROWS_BESIDE = 10
DONE = (ProposalState.ANSWERED, ProposalState.FOLLOW_UP, ProposalState.CLOSED)


# --- whose turn ----------------------------------------------------------------------------------


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
    return format_html("{}{}{}", sentence, "" if _chinese() else " ", gettext("(provisional)"))


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


# --- why that day --------------------------------------------------------------------------------


def _event(deadline: Deadline, referral: Referral | None) -> str:
    """What set the clock running."""
    if referral is not None and deadline.referral_id:
        return {
            Referral.Receipt.LETTER: gettext("Letter received on {day}"),
            Referral.Receipt.OPENED: gettext("First opened in the portal on {day}"),
            Referral.Receipt.MAIL: gettext("Third working day after the mail: {day}"),
        }.get(
            referral.receipt,
            gettext("Receipt not yet recorded; assumed for {day}, the third working day after the mail"),
        )
    return {
        Kind.SCREENING: gettext("Counted from {day}"),
        Kind.DISCUSSION: gettext("Accepted on {day}"),
        Kind.INFORMATION: gettext("Asked on {day}"),
        Kind.REPLY: gettext("Asked on {day}"),
        Kind.SECRECY: gettext("Asked on {day}"),
        Kind.CLOSING: gettext("Answered on {day}"),
    }.get(deadline.kind, gettext("Counted from {day}"))


@register.simple_tag
def why(deadline: Deadline | None, referral: Referral | None = None) -> SafeString | str:
    """Why that day, in one sentence: the event, the period, stops, extension, shift."""
    if deadline is None:
        return ""
    steps: dict[str, list[dict[str, Any]]] = {}
    for step in deadline.steps:
        steps.setdefault(step["code"], []).append(step)
    parts = [
        format_html(_event(deadline, referral), day=time_tag(deadline.counted_from)),
        gettext("period %(period)s") % {"period": amount_in_words(deadline.amount, deadline.unit)},
    ]
    if stopped := sum(_stopped_days(step) for step in steps.get("paused", ())):
        parts.append(ngettext("stopped for %(n)d day", "stopped for %(n)d days", stopped) % {"n": stopped})
    for step in steps.get("extended", ()):
        words = amount_in_words(step["detail"]["amount"], step["detail"]["unit"])
        parts.append(gettext("extended by %(period)s") % {"period": words})
    if deadline.booked_days:
        words = ngettext(
            "moved by %(n)d day by a reorganisation",
            "moved by %(n)d days by a reorganisation",
            deadline.booked_days,
        )
        parts.append(words % {"n": deadline.booked_days})
    if deadline.raw_last_on != deadline.due_on:
        reasons = _closed_for(deadline)
        words = (
            gettext("the last day, {day}, moves forward over days on which offices are closed ({reasons})")
            if reasons
            else gettext("the last day, {day}, is not an office day and moves forward")
        )
        parts.append(format_html(words, day=time_tag(deadline.raw_last_on), reasons=reasons))
    if "earlier" in steps:
        parts.append(gettext("supporting bodies answer ten working days before the lead"))
    if deadline.is_provisional:
        parts.append(gettext("provisional, since the office calendar of that year is not yet announced"))
    comma, stop = ("，", "。") if _chinese() else ("; ", ".")
    return format_html("{}{}", format_html_join(comma, "{}", ((part,) for part in parts)), stop)


def _closed_for(deadline: Deadline) -> str:
    """Why offices are closed on the days over which the last day moves, each reason once."""
    days = [step for step in deadline.steps if step["on"] >= deadline.raw_last_on.isoformat()]
    details = [step.get("detail") or {} for step in days if step["code"] in ("closed_day", "closure")]
    reasons = dict.fromkeys(detail.get("reason") or detail.get("name") or "" for detail in details)
    return ("、" if _chinese() else ", ").join(filter(None, reasons))


def _stopped_days(step: dict[str, Any]) -> int:
    return (date.fromisoformat(step["detail"]["until"]) - date.fromisoformat(step["on"])).days


def _chinese() -> bool:
    return get_language() != "en"


@register.simple_tag
def computation(deadline: Deadline) -> list[str]:
    """Each step of the count as a sentence: the receipt on the page."""
    return explain(deadline)


# --- what happened -------------------------------------------------------------------------------


@register.simple_tag
def happening(entry: TimelineEntry, case: Proposal, referrals: list[Referral]) -> SafeString:
    """What happened, as a sentence with whoever acted in bold, and what the entry's data add to it."""
    marked = format_html("<b>{}</b>", who_acted(entry, case))
    said = format_html(str(words_of(entry.kind, entry.data)).replace("%(who)s", "{who}"), who=marked)
    more = _details(entry, referrals)
    if not more:
        return said
    return format_html("{}{}{}", said, "：" if _chinese() else ": ", more)


def who_acted(entry: TimelineEntry, case: Proposal) -> str:
    """The body or party that acted; never a person."""
    if entry.role == Party.TRIAGE and case.group:
        name = _group_then(entry, case.group)
        return gettext("The group %(team)s") % {"team": as_group(name) if _chinese() else name}
    if entry.body is not None:
        return entry.body.named_on(clock.local_date(entry.happened_at)).short_name
    if entry.role == Party.PROPOSER:
        return gettext("The proposer")
    return gettext("The secretariat") if entry.role == Party.SECRETARIAT else gettext("The portal")


def _group_then(entry: TimelineEntry, now: WorkingGroup) -> str:
    """The group that acted, by its name of that day: the case may have moved to another since."""
    names = entry.data.get("group") or {}
    return (names.get("zh") if _chinese() else names.get("en")) or names.get("zh") or now.name


def _details(entry: TimelineEntry, referrals: list[Referral]) -> SafeString | str:
    names = {row.pk: row.named.short_name for r in referrals for row in r.former}
    on = clock.local_date(entry.happened_at)
    names |= {r.ministry_id: r.ministry.named_on(on).short_name for r in referrals}
    names |= {r.returned_to_id: r.returned_to.short_name for r in referrals if r.returned_to}
    data, comma = entry.data, "、" if _chinese() else ", "
    if entry.kind == "referred":
        lead = gettext("lead %(name)s") % {"name": names.get(data.get("lead"), "–")}
        others = comma.join(names[pk] for pk in data.get("supporting", ()) if pk in names)
        supporting = gettext("supporting %(names)s") % {"names": others} if others else ""
        return ("，" if _chinese() else "; ").join(filter(None, [lead, supporting]))
    if entry.kind in ("decided_at_meeting", "adjourned"):
        return str(data.get("called", {}).get("zh" if _chinese() else "en", ""))
    if entry.kind == "follow_up_progress" and data.get("milestone"):
        return str(Milestone(data["milestone"]).label)
    if entry.kind in ("answer_published", "answer_entered", "reconsideration_asked", "promised"):
        asks = data.get("asks", ())
        words = ngettext("ask %(numbers)s", "asks %(numbers)s", len(asks))
        return words % {"numbers": comma.join(map(str, asks))} if asks else ""
    if entry.kind in ("letter_sent", "answered_by_letter"):
        if not data.get("letter_on"):
            return gettext("letter no. %(number)s") % {"number": data["number"]}
        words = gettext("letter no. {number}, dated {day}")
        return format_html(words, number=data["number"], day=time_tag(date.fromisoformat(data["letter_on"])))
    if entry.kind == HANDED_OVER:
        return _handed_over(data)
    if entry.kind in ("merged", "merged_here", "unmerged", "unmerged_here"):
        return str(data["case"])
    if entry.kind == "supporting_added":
        return comma.join(names[pk] for pk in data.get("supporting", ()) if pk in names)
    if entry.kind in ("redacted", "removed", "file_withdrawn", "file_replaced"):
        return comma.join(dict.fromkeys(label_of(name) for name in data.get("places", ())))
    if entry.kind == "moved":
        return (data["to"]["zh"] if _chinese() else data["to"]["en"]) or data["to"]["zh"]
    if entry.kind == "lead_left":
        return format_html(gettext("until {day}"), day=time_tag(date.fromisoformat(data["due_on"])))
    if entry.kind == "returned":
        return names.get(data.get("named"), "")
    if entry.kind == "coordinated":
        met_on = date.fromisoformat(data["meeting_on"]) if data.get("meeting_on") else None
        words = gettext("{contact}; next date {day}") if met_on else "{contact}"
        return format_html(words, contact=data["contact"], day=time_tag(met_on))
    if entry.kind == "competence_decided":
        words = gettext("letter no. {number}, dated {day}")
        decided_on = time_tag(date.fromisoformat(data["decided_on"]))
        letter = format_html(words, number=data["number"], day=decided_on)
        name = names.get(data.get("named"))
        return format_html("{}{}{}", name, "，" if _chinese() else "; ", letter) if name else letter
    if entry.kind == PAUSED:
        return format_html(
            '<a href="{}" rel="external">{}</a>', data.get("evidence", ""), gettext("public evidence")
        )
    if entry.kind in ("reply_proved", "proof_corrected"):
        words = gettext("letter no. {number}, dated {day}")
        proved_on = time_tag(date.fromisoformat(data["proved_on"]))
        return format_html(words, number=data["number"], day=proved_on)
    key = {
        "extended": "new_due_on",
        "prolonged": "new_due_on",
        "follow_up_revised": "new_due_on",
        "delay_explained": "expected_on",
        "on_agenda": "meets_on",
        "date_moved": "new_due_on",
        "question_asked": "reply_due_on",
        "secrecy_check_asked": "reply_due_on",
        "interim_reply": "expected_on",
        "opening_announced": "opens_on",
    }.get(entry.kind)
    day = date.fromisoformat(data[key]) if key and data.get(key) else None
    if day is None:
        return ""
    words = {
        "extended": gettext("until {day} instead of {old}"),
        "prolonged": gettext("until {day} instead of {old}"),
        "follow_up_revised": gettext("until {day} instead of {old}"),
        "delay_explained": gettext("an answer is expected by {day} instead of {old}")
        if data.get("old_expected_on")
        else gettext("an answer is expected by {day}"),
        "date_moved": gettext("{what} until {day} instead of {old}"),
        "question_asked": gettext("a reply is due by {day}"),
        "on_agenda": "{day}",
        "secrecy_check_asked": gettext("it has until {day}"),
        "interim_reply": gettext("under study until {day}"),
        "opening_announced": gettext("from {day} on"),
    }[entry.kind]
    old = data.get("old_due_on") or data.get("old_expected_on")
    told = time_tag(date.fromisoformat(old)) if old else ""
    return format_html(words, day=time_tag(day), old=told, what=_what_moved(entry, referrals))


def _handed_over(data: Mapping[str, Any]) -> SafeString:
    """From which body to which, by which document; and until when, where the date has moved."""
    bodies = {side: Named.read(data[f"{side}_body"]).short_name for side in ("from", "to")}
    words = gettext("from {from_body} to {to_body}, document no. {number}")
    said = format_html(words, from_body=bodies["from"], to_body=bodies["to"], number=data["document"])
    if not data.get("new_due_on"):
        return said
    new, old = (time_tag(date.fromisoformat(data[key])) for key in ("new_due_on", "old_due_on"))
    until = format_html(gettext("until {day} instead of {old}"), day=new, old=old)
    return format_html("{}{}{}", said, "，" if _chinese() else "; ", until)


def _what_moved(entry: TimelineEntry, referrals: list[Referral]) -> str:
    """Which of the case's dates it was, and whose: a case has several."""
    step = entry.data.get("step")
    what = str(Kind(step).label) if step in Kind.values else ""
    at = entry.happened_at
    body = next((r.named_at(at).short_name for r in referrals if r.pk == entry.referral_id), "")
    return gettext("%(what)s (%(body)s)") % {"what": what, "body": body} if body else what


@register.filter
def mark_of(entry: TimelineEntry) -> str:
    """The colour of an entry in the timeline: that of whoever acted; filled where the case changed hands."""
    owner = {
        Party.MINISTRY: Owner.MINISTRY,
        Party.PROPOSER: Owner.PROPOSER,
        Party.HEIR: Owner.PROPOSER,
    }.get(Party(entry.role), Owner.ALLIANCE)
    if entry.kind in ("received", "receipt_corrected"):
        owner = Owner.MINISTRY
    if entry.kind in (PAUSED, RUN_ON, HANDED_OVER, "competence_disputed", "coordinated"):
        owner = Owner.COORDINATION
    filled = entry.turn or entry.kind in ("answer_published", "accepted", "declined", "withdrawn", "merged")
    return f"{owner} is-done" if filled else str(owner)


# --- words in the language in which they were written -------------------------------------------


def language_of(text: str) -> str:
    """zh-Hant where a text is mostly written in Chinese characters, else en."""
    han = sum("\u3400" <= c <= "\u9fff" for c in text)
    latin = sum(c.isascii() and c.isalpha() for c in text)
    return "zh-Hant" if han * 4 > latin else "en"


def _page_language() -> str:
    return "zh-Hant" if _chinese() else "en"


@register.filter
def lang(text: str) -> SafeString | str:
    """A lang attribute (with its space) for a text in another language than the page's; else nothing."""
    found = language_of(text or "")
    return "" if not text or found == _page_language() else format_html(' lang="{}"', found)


@register.filter
def foreign(text: str) -> str:
    """The honest mark of a text that is there in the other language only; empty where none is needed."""
    if not text or language_of(text) == _page_language():
        return ""
    return gettext("Chinese only") if _chinese() is False else gettext("English only")


@register.filter
def ask_text(ask: Any) -> str:
    """What is asked, in the reader's language where the author gave both."""
    if ask.text_other and language_of(ask.text) != _page_language():
        return ask.text_other
    return ask.text


# --- lists of cases for pages of floors below ----------------------------------------------------


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
