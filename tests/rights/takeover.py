"""What passes on: cases of a firm that has left, with their seals, and answers of a body that has ended."""

from .admin import inside
from .confided import FIRST_TO_OPEN, MINISTRYS, REFERRAL
from .table import Row

HEIR = "no | in anonymous | ok other_representative"
SHUT = "other_representative group ministry"
"""Those who could read what is restricted, and read now that it is sealed."""
REFERRED = inside("no other_convener | ok group readers chair")
CHOSEN = {"organisation": "{heir}"}
NOWHERE = "no | in anonymous"
SUCCESSORS = "no | in anonymous | ok other_liaison"


def inherited(step: str, cell: str) -> Row:
    """A step on what a body answered that has ended: its successor corrects, and takes no other."""
    args = {"pk": "{referral}", "step": step}
    return Row("proposals:referral_step", "inherited", cell, post=cell, args=args)


TAKEOVER = [
    Row("proposals:detail", "inherited"),
    Row("proposals:referral", "inherited", NOWHERE, args=REFERRAL),
    Row("proposals:draft_odt", "inherited", NOWHERE, args=REFERRAL),
    inherited("correct", SUCCESSORS),
    *(inherited(step, NOWHERE) for step in ("accept", "draft", "publish", "interim")),
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
