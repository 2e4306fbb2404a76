"""Tables in and out of the admin: the secretariat imports, whoever reads all exports."""

from .admin import inside
from .table import AT_THE_GATE, Row

TABLES = ("members_organisation", "members_affiliation", "workinggroups_meeting")
SHEETS = [
    *(
        Row(
            f"admin:{table}_import",
            get=inside("denied staff | ok office"),
            post=inside("denied staff | refused office"),
            roles=AT_THE_GATE,
        )
        for table in TABLES
    ),
    *(
        Row(
            f"admin:{table}_export",
            get=inside(f"{outcome} readers | denied conveners chair"),
            args={"kind": kind},
            roles=AT_THE_GATE,
        )
        for table in TABLES
        for kind, outcome in (("csv", "ok"), ("exe", "no"))
    ),
]
