"""Who gets what at which address: the expectations, written by hand, of `test_rights_matrix.py`.

One `Row` for each route of the URLconf and each object that it is tried on (see `world.py`). A cell names
the usual outcome first, then the roles for which it is another one: "no | in anonymous | ok group".

    ok      the page (200)                    no       not found (404): what one may not know of
    in      sent to sign in (302, or 401 with what was typed)
    denied  403: the page is known, the right is missing
    go      sent elsewhere, or done (302)     method   405: this address takes no such request
    refused 409 or 422: said in words         gone     410
    unsigned 401: for scripts                 bad      400

Roles are those of `ROLES`; what the own organisation, group and ministry have to do with the case is "own".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.util import find_spec

HAS_PDF = find_spec("weasyprint") is not None

ROLES = (
    "anonymous",
    "representative",
    "other_representative",
    "convener",
    "secretary",
    "other_convener",
    "liaison",
    "deputy",
    "supervisor",
    "other_liaison",
    "secretariat",
    "chair",
    "auditor",
    "superuser",
    "ended",
)
CIRCLES = {
    "group": ("convener", "secretary"),
    "conveners": ("convener", "secretary", "other_convener"),
    "answering": ("liaison", "deputy"),
    "ministry": ("liaison", "deputy", "supervisor"),
    "office": ("secretariat", "superuser"),
    "readers": ("secretariat", "superuser", "auditor"),
    "staff": ("convener", "secretary", "other_convener", "secretariat", "chair", "auditor", "superuser"),
}

ANY = ("anonymous", "representative", "liaison", "convener", "secretariat", "ended")
"""Those who stand for all where roles play no part."""
AT_THE_GATE = tuple(
    role for role in ROLES if role not in ("other_representative", "deputy", "supervisor", "other_liaison")
)
"""Those who try the pages of the admin's tables: of the seatless, whom its one guard turns away, three."""

EVERYBODY = "ok"
NOBODY = "no"
SIGNED_IN = "ok | in anonymous"


@dataclass(frozen=True)
class Row:
    """One route on one object. `post` None: not tried, since the view takes no account of the method."""

    route: str
    on: str = ""
    get: str = EVERYBODY
    post: str | None = None
    data: dict[str, str] = field(default_factory=dict)
    """What a POST carries; `{name}` stands for a value of the object."""
    args: dict[str, str] = field(default_factory=dict)
    """Values of the address that are no object's; `query` is the part after the question mark."""
    writes: tuple[str, ...] = ()
    """Roles whose GET may write: the first opening by a ministry, the log of a restricted opening."""
    roles: tuple[str, ...] = ROLES
    """Who tries: all, or fewer where one guard decides for many addresses."""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.route, *self.args.values(), self.on)))


def read(cell: str) -> dict[str, str]:
    """Role → outcome of a cell."""
    usual, *others = (part.split() for part in cell.split("|"))
    found = dict.fromkeys(ROLES, usual[0])
    for outcome, *names in others:
        for name in names:
            for role in CIRCLES.get(name, (name,)):
                if role not in found:
                    raise ValueError(f"no such role: {role}")
                found[role] = outcome
    return found


def once(rows: Iterable[Row]) -> list[Row]:
    """Each row once; two that say different things of the same are a mistake."""
    found: dict[str, Row] = {}
    for row in rows:
        if found.setdefault(row.name, row) != row:
            raise ValueError(f"two rows for {row.name}")
    return list(found.values())
