"""What happened in a case, and who did it: the entries of its history as sentences.

Templates load this library as `timeline`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from members import clock
from members.models import Named
from members.said import in_chinese
from members.templatetags.face import time_tag
from proposals.happenings import words_of
from proposals.ledger import HANDED_OVER, PAUSED, RUN_ON, Owner
from proposals.models import Milestone, Proposal, Referral, TimelineEntry
from proposals.models.deadlines import Kind
from proposals.redactable import label_of
from proposals.states import Party
from workinggroups.models import WorkingGroup
from workinggroups.models.groups import as_group

register = template.Library()


@register.simple_tag
def happening(entry: TimelineEntry, case: Proposal, referrals: list[Referral]) -> SafeString:
    """What happened, as a sentence with whoever acted in bold, and what the entry's data add to it."""
    marked = format_html("<b>{}</b>", who_acted(entry, case))
    said = format_html(str(words_of(entry.kind, entry.data)).replace("%(who)s", "{who}"), who=marked)
    more = _details(entry, referrals)
    if not more:
        return said
    return format_html("{}{}{}", said, "：" if in_chinese() else ": ", more)


def who_acted(entry: TimelineEntry, case: Proposal) -> str:
    """The body or party that acted; never a person."""
    if entry.role == Party.TRIAGE and case.group:
        name = _group_then(entry, case.group)
        return gettext("The group %(team)s") % {"team": as_group(name) if in_chinese() else name}
    if entry.body is not None:
        return entry.body.named_on(clock.local_date(entry.happened_at)).short_name
    if entry.role == Party.PROPOSER:
        return gettext("The proposer")
    return gettext("The secretariat") if entry.role == Party.SECRETARIAT else gettext("The portal")


def _group_then(entry: TimelineEntry, now: WorkingGroup) -> str:
    """The group that acted, by its name of that day: the case may have moved to another since."""
    names = entry.data.get("group") or {}
    return (names.get("zh") if in_chinese() else names.get("en")) or names.get("zh") or now.name


def _details(entry: TimelineEntry, referrals: list[Referral]) -> SafeString | str:
    names = {row.pk: row.named.short_name for r in referrals for row in r.former}
    on = clock.local_date(entry.happened_at)
    names |= {r.ministry_id: r.ministry.named_on(on).short_name for r in referrals}
    names |= {r.returned_to_id: r.returned_to.short_name for r in referrals if r.returned_to}
    data, comma = entry.data, "、" if in_chinese() else ", "
    if entry.kind == "referred":
        lead = gettext("lead %(name)s") % {"name": names.get(data.get("lead"), "–")}
        others = comma.join(names[pk] for pk in data.get("supporting", ()) if pk in names)
        supporting = gettext("supporting %(names)s") % {"names": others} if others else ""
        return ("，" if in_chinese() else "; ").join(filter(None, [lead, supporting]))
    if entry.kind in ("decided_at_meeting", "adjourned"):
        return str(data.get("called", {}).get("zh" if in_chinese() else "en", ""))
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
        return (data["to"]["zh"] if in_chinese() else data["to"]["en"]) or data["to"]["zh"]
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
        return format_html("{}{}{}", name, "，" if in_chinese() else "; ", letter) if name else letter
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
    return format_html("{}{}{}", said, "，" if in_chinese() else "; ", until)


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
