"""Every role at every address: the rows, one file for each room of the portal (see `table.py`)."""

from .account import ACCOUNT, ACCOUNT_FAMILIES
from .admin import ADMIN
from .case import AFTER, BY_TOKEN, CASE, EXPORTS, FOLLOWING
from .confided import CONFIDED
from .contact import CONTACT
from .families import FAMILIES as TABLES
from .groups import GROUP_FAMILIES, GROUPS
from .joining import JOINING, JOINING_FAMILIES
from .leaving import INTEREST_FAMILIES, LEAVING
from .merging import MERGING
from .ministries import MINISTRIES, MINISTRY_FAMILIES
from .ministry import MINISTRY
from .offices import OFFICE_FAMILIES, OFFICES
from .profile import PROFILE
from .proposer import DRAFTS, OPENINGS, PROPOSER
from .public import PUBLIC
from .redaction import REDACTION, REDACTION_FAMILIES
from .rooms import ROOM_FAMILIES, ROOMS
from .sheets import SHEETS
from .table import CIRCLES, ROLES, Row, once, read
from .takeover import TAKEOVER

FAMILIES = [
    *TABLES,
    *ACCOUNT_FAMILIES,
    *GROUP_FAMILIES,
    *REDACTION_FAMILIES,
    *JOINING_FAMILIES,
    *ROOM_FAMILIES,
    *MINISTRY_FAMILIES,
    *OFFICE_FAMILIES,
    *INTEREST_FAMILIES,
]
ROWS = once(
    [
        *PUBLIC,
        *ACCOUNT,
        *CASE,
        *EXPORTS,
        *AFTER,
        *FOLLOWING,
        *PROPOSER,
        *DRAFTS,
        *OPENINGS,
        *CONFIDED,
        *MINISTRY,
        *MINISTRIES,
        *MERGING,
        *GROUPS,
        *OFFICES,
        *ADMIN,
        *REDACTION,
        *JOINING,
        *PROFILE,
        *CONTACT,
        *ROOMS,
        *LEAVING,
        *SHEETS,
        *TAKEOVER,
        *(row for family in FAMILIES for row in family.rows()),
    ]
)
__all__ = ["BY_TOKEN", "CIRCLES", "FAMILIES", "PUBLIC", "ROLES", "ROWS", "Row", "read"]
