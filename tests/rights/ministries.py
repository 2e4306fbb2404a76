"""What bodies say of their figures, and how they are reorganised."""

from .admin import OFFICE, inside
from .families import Family
from .table import Row

SPEAKS = "no | in anonymous | ok ministry"
WRITES = "no | in anonymous | go ministry"

MINISTRIES = [
    Row("members:ministry_comment", "ministry", SPEAKS, post=WRITES, data={"text": "說明"}),
    Row("members:ministry_comment", "member", "no | in anonymous", post="no | in anonymous"),
]

KNOWN = inside("no conveners chair | ok readers")
UNKNOWN = inside("no conveners chair")

MINISTRY_FAMILIES = [
    Family({"members.body": "ministry"}, adds=OFFICE, changes=OFFICE),
    # applied once, with its document, and never rewritten
    Family(
        {"proposals.reorganisation": "reorganisation"},
        adds=OFFICE,
        reads=KNOWN,
        changes=UNKNOWN,
        deletes=UNKNOWN,
    ),
]
