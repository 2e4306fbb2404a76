"""Groups and their meetings: what the public reads, who takes part, who keeps what."""

from .admin import OFFICE, QUEUE, inside
from .families import Family
from .table import ANY, NOBODY, Row

INSIDE = "no | ok group readers"
INVITED = "no | ok group answering readers"
POSTED = "method | in anonymous"
KEEPERS = inside("no other_convener chair | ok group office | denied auditor")
KEPT = inside("no other_convener chair | go group office | denied auditor")

GROUPS = [
    Row("workinggroups:meetings"),
    Row("workinggroups:meetings", args={"query": "when=past"}, roles=ANY),
    Row("workinggroups:calendar", roles=ANY),
    Row("workinggroups:group_calendar", "group", roles=ANY),
    Row("workinggroups:group_calendar", "unknown", NOBODY, roles=ANY),
    Row("proposals:minutes_feed", "group", roles=ANY),
    Row("proposals:minutes_feed", "unknown", NOBODY, roles=ANY),
    Row("workinggroups:meeting", "meeting"),
    Row("workinggroups:meeting", "internal_meeting", INSIDE),
    Row("workinggroups:meeting", "unknown", NOBODY),
    Row(
        "workinggroups:reply",
        "invited_to",
        POSTED,
        post="no | in anonymous | go answering",
        data={"participant": "{participant}", "reply": "yes"},
    ),
    Row(
        "workinggroups:finish",
        "action_item",
        POSTED,
        post="no | in anonymous | go group answering office",
    ),
    Row("workinggroups:document", "document", NOBODY),  # its file is lost; `test_meeting_pages` has one
    Row("workinggroups:document", "unknown_document", NOBODY),
    *(Row(f"proposals:{name}", "meeting", INVITED) for name in ("notice", "notice_odt")),
    *(Row(f"proposals:{name}", "unknown", NOBODY) for name in ("notice", "notice_odt")),
    *(
        Row(f"proposals:{name}", on, cell)
        for name in ("minutes", "minutes_odt")
        for on, cell in (("minutes", "ok"), ("draft_minutes", INSIDE), ("unknown", NOBODY))
    ),
    Row(
        "proposals:decide",
        "item_to_decide",
        "no | in anonymous | ok group",
        post="no | in anonymous | go group",
        data={"step": "adjourn"},
    ),
    Row(
        "proposals:redact_meeting",
        "meeting",
        "no | in anonymous | ok group office",
        post="no | in anonymous | ok group office",
        data={"words": "某人", "preview": "1"},
    ),
    Row("proposals:redact_meeting", "unknown", "no | in anonymous", post="no | in anonymous"),
    Row(
        "proposals:redact_papers",
        "group",
        "no | in anonymous | ok group office",
        post="no | in anonymous | ok group office",
        data={"words": "某人", "preview": "1"},
    ),
    Row("proposals:redact_papers", "unknown", "no | in anonymous", post="no | in anonymous"),
    Row(
        "proposals:decide",
        "unknown",
        "no | in anonymous",
        post="no | in anonymous",
        args={"item": "999999"},
    ),
    Row("admin:workinggroups_meeting_step", "meeting", KEEPERS, post=KEPT, args={"step": "invite"}),
    Row("admin:workinggroups_meeting_step", "unknown", inside("no staff"), args={"step": "invite"}),
    *(
        Row(f"admin:workinggroups_meeting_{what}", on, cell, args={"query": "term=ab"})
        for what in ("people", "organisations")
        for on, cell in (("meeting", KEEPERS), ("unknown", inside("no staff")))
    ),
    Row(
        "admin:workinggroups_meetingseries_plan",
        "series",
        KEEPERS,
        post=inside("no other_convener chair | refused group office | denied auditor"),
    ),
    Row("admin:workinggroups_meetingseries_plan", "unknown", inside("no staff")),
]

OWN = {
    "lists": inside("ok conveners readers"),
    "reads": QUEUE,
    "changes": f"{QUEUE} | denied auditor",
    "deletes": f"{QUEUE} | denied group readers",
}
GROUP_FAMILIES = [
    # which groups there are the secretariat decides; its officers keep each
    Family({"workinggroups.workinggroup": "group"}, adds=OFFICE, **OWN),
    # an officer keeps the series and the papers of the own group
    Family(
        {"workinggroups.meetingseries": "series", "workinggroups.document": "document"},
        adds=inside("ok conveners office"),
        **OWN,
    ),
]
