"""Cases of a firm that has left the alliance: one that may be taken over, one that was, and their seals."""

from .admin import inside
from .confided import FIRST_TO_OPEN, MINISTRYS, REFERRAL
from .table import Row

HEIR = "no | in anonymous | ok other_representative"
SHUT = "other_representative group ministry"
"""Those who could read what is restricted, and read now that it is sealed."""
REFERRED = inside("no other_convener | ok group readers chair")
CHOSEN = {"organisation": "{heir}"}
NOWHERE = "no | in anonymous"
TAKEOVER = [
    Row("proposals:take_over", "orphaned", HEIR, post=HEIR.replace("ok", "go"), data=CHOSEN),
    Row("proposals:take_over", "taken_over", HEIR, post=HEIR.replace("ok", "refused"), data=CHOSEN),
    Row("proposals:take_over", "referred", NOWHERE, post=NOWHERE),
    Row("proposals:take_over", "unknown", NOWHERE, post=NOWHERE),
    Row("proposals:restricted_log", "orphaned", NOWHERE),
    Row("proposals:restricted_log", "taken_over", HEIR),
    *(
        row
        for on in ("orphaned", "taken_over")
        for row in (
            Row("proposals:detail", on),
            Row("proposals:dossier", on),
            Row("proposals:dossier_zip", on, post="no"),
            Row("proposals:feed", on),
            Row("proposals:restricted", on, f"{NOWHERE} | ok {SHUT}", post=f"{NOWHERE} | ok {SHUT}"),
            Row("proposals:file", on, f"no | gone {SHUT}", args={"file_id": "{restricted_file}"}),
            Row("proposals:referral", on, MINISTRYS, args=REFERRAL, writes=FIRST_TO_OPEN),
            Row("admin:proposals_proposal_change", on, REFERRED),
        )
    ),
]
