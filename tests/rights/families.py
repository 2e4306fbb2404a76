"""The pages that the admin has for each table: who lists, adds, reads and changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .admin import OFFICE, OUTSIDE, QUEUE, READERS, SAVED, TURNED, inside
from .table import AT_THE_GATE, Row


@dataclass(frozen=True)
class Family:
    """The five pages that Django gives each model: who lists, adds, reads, changes; nobody deletes."""

    models: dict[str, str]
    """Model → the object of the world that stands for it."""
    lists: str = READERS
    adds: str = OUTSIDE
    reads: str = READERS
    changes: str = OUTSIDE
    deletes: str = OUTSIDE
    actions: dict[str, str] = field(default_factory=dict)
    """Model → an action of its list, which those of `acts` may take."""
    acts: str = inside("ok auditor | go office")

    def rows(self) -> Iterator[Row]:
        for model, on in self.models.items():
            name = f"admin:{model.replace('.', '_')}"
            if action := self.actions.get(model):
                data = {"action": action, "_selected_action": "{object_id}"}
                yield Row(f"{name}_changelist", on, self.lists, self.acts, data, roles=AT_THE_GATE)
            else:
                yield Row(f"{name}_changelist", get=self.lists, roles=AT_THE_GATE)
            yield Row(f"{name}_add", get=self.adds, post=self.adds, roles=AT_THE_GATE)
            yield Row(f"{name}_change", on, self.reads, post=self.changes, roles=AT_THE_GATE)
            yield Row(f"{name}_history", on, self.reads, roles=AT_THE_GATE)
            yield Row(f"{name}_delete", on, self.deletes, self.deletes, {"post": "yes"}, roles=AT_THE_GATE)
            yield Row(f"{name}_old_address", on, TURNED, roles=("anonymous", "representative", "secretariat"))


OF_GROUP = QUEUE
OF_OTHER_GROUP = inside("no group chair | ok other_convener readers")
FAMILIES = [
    # the secretariat's own tables
    Family(
        {
            "members.organisation": "member",
            "members.domain": "domain",
            "proposals.criterion": "criterion",
            "members.law": "law",
            "workinggroups.programme": "programme",
            "events.newsitem": "news_draft",
        },
        adds=OFFICE,
        changes=OFFICE,
        actions={"events.newsitem": "publish_now"},
    ),
    # a closure is withdrawn, never rewritten
    Family({"proposals.worksuspension": "closure"}, adds=OFFICE),
    # a role is ended, never rewritten; accounts come from invitations, which nobody rewrites either
    Family({"members.affiliation": "affiliation"}, adds=OFFICE, changes=SAVED),
    Family({"members.user": "person"}, changes=OFFICE),
    Family({"members.invitation": "invitation"}, adds=OFFICE),
    # the secretariat notes letters; a period that clocks run by is never changed
    Family({"proposals.referral": "referral"}, changes=SAVED),
    Family({"proposals.coordination": "coordination"}, changes=SAVED),
    Family({"proposals.deadlinepolicy": "policy"}, adds=OFFICE),
    # the register of clarifications is kept by the group's officers and the secretariat
    Family(
        {"proposals.clarification": "waiting_clarification"},
        lists=inside("ok conveners readers"),
        adds=inside("ok conveners office"),
        reads=OF_GROUP,
        changes=f"{OF_GROUP} | denied auditor",
        deletes=f"{OF_GROUP} | denied group readers",
    ),
    # each group keeps its own texts and reads those of all; rules are read by the groups
    *(
        Family(
            {"proposals.savedtext": name},
            lists=inside("ok conveners readers"),
            adds=inside("ok conveners office"),
            reads=reads,
            changes=f"{reads} | denied {blind}",
            deletes=f"{reads} | denied conveners readers"
            if name == "general_text"
            else f"{reads} | denied group readers",
        )
        for name, reads, blind in (
            ("saved_text", OF_GROUP, "auditor"),
            ("general_text", inside("no chair | ok conveners readers"), "conveners auditor"),
        )
    ),
    Family(
        {"proposals.routingrule": "routing_rule"},
        lists=inside("ok conveners readers"),
        adds=OFFICE,
        reads=inside("no chair | ok conveners readers"),
        changes=inside("no chair | go office"),
        deletes=inside("no chair"),
    ),
    # what other parts of the portal write
    Family(
        {
            "members.letter": "letter",
            "proposals.answerrating": "rating",
            "proposals.calendarday": "office_day",
            "proposals.calendarversion": "calendar",
            "proposals.reminderrule": "rule",
            "proposals.reminder": "reminder",
        },
        actions={"members.letter": "send_again"},
    ),
    # a triage officer sees the seats and keeps the meetings of the own groups
    *(
        Family(
            {"workinggroups.seat": seat},
            lists=inside("ok conveners readers"),
            adds=OFFICE,
            reads=cell,
            changes=f"{cell} | denied {blind} | go office",
            deletes=f"{cell} | denied {blind} office",
        )
        for seat, cell, blind in (
            ("seat", OF_GROUP, "group auditor"),
            ("other_seat", OF_OTHER_GROUP, "other_convener auditor"),
        )
    ),
    *(
        Family(
            {"workinggroups.meeting": meeting},
            lists=inside("ok conveners readers"),
            adds=inside("ok conveners office"),
            reads=cell,
            changes=f"{cell} | denied auditor",
            deletes=f"{cell} | denied {seen} readers",
        )
        for meeting, cell, seen in (
            ("meeting", OF_GROUP, "group"),
            ("other_meeting", OF_OTHER_GROUP, "other_convener"),
        )
    ),
]
