"""What ties people to organisations, and what they leave behind."""

from .admin import OFFICE, READERS, inside
from .families import Family
from .table import ANY, Row

OF_SEAT = inside("no other_convener chair | denied group auditor | ok office")
LEAVING = [
    Row(
        "proposals:interests",
        get="ok | in anonymous",
        post="refused | in anonymous",
        data={"organisation": "0"},
        roles=ANY,
    ),
    Row("admin:members_affiliation_nobody", get=READERS),
    Row("admin:members_affiliation_leave", "affiliation", OFFICE, post=inside("refused office")),
    Row("admin:members_organisation_leave", "member", OFFICE, post=inside("refused office")),
    Row("admin:workinggroups_seat_leave", "seat", OF_SEAT, post=f"{OF_SEAT} | refused office"),
    *(
        Row(f"admin:{name}_leave", "unknown", inside("no staff"))
        for name in ("members_affiliation", "members_organisation", "workinggroups_seat")
    ),
]

OF_OWN_GROUP = inside("no other_convener chair | ok convener readers")
INTEREST_FAMILIES = [
    # declared, and ended once: the secretariat enters it, conveners read those of their group
    Family(
        {"workinggroups.interestdeclaration": "interest"},
        lists=inside("ok convener other_convener readers"),
        adds=OFFICE,
        reads=OF_OWN_GROUP,
        changes=inside("no other_convener chair | ok office"),
        deletes=inside("no other_convener chair"),
    ),
]
