"""Offices: who holds which is public; the secretariat gives them, and hands itself over."""

from .admin import AUTOCOMPLETE, NOT_THERE, OFFICE, READERS, SAVED, inside
from .families import Family
from .groups import OWN
from .table import ANY, Row

OFFICES = [
    Row("workinggroups:offices"),
    Row(
        "workinggroups:be_named",
        "seat",
        "method | in anonymous",
        post="no | in anonymous | go convener",
        data={"agrees": "yes"},
    ),
    Row(
        "workinggroups:be_named",
        "unknown",
        "method | in anonymous",
        post="no | in anonymous",
        roles=ANY,
    ),
    Row(
        "admin:workinggroups_period_next",
        "period",
        inside("no other_convener chair | denied group auditor | ok office"),
        post=inside("no other_convener chair | denied group auditor | refused office"),
    ),
    Row(
        "admin:members_secretariatterm_take_back",
        "secretariat_term",
        inside("method staff"),
        post=inside("denied staff | go office"),
    ),
    Row(
        "admin:members_secretariatterm_take_back",
        "unknown",
        inside("method staff"),
        post=inside("no staff"),
    ),
    Row("admin:workinggroups_period_next", "unknown", NOT_THERE, post=NOT_THERE),
    Row(
        "admin:autocomplete",
        get=READERS,
        args={"query": AUTOCOMPLETE.format("workinggroups", "seat", "organisation")},
    ),
]
OFFICE_FAMILIES = [
    # added by handing over; afterwards only how it is reached is changed
    Family({"members.secretariatterm": "secretariat_term"}, adds=OFFICE, changes=SAVED),
    # an officer keeps the periods of the own group; who sits in them the secretariat says
    Family({"workinggroups.period": "period"}, adds=inside("ok conveners office"), **OWN),
]
