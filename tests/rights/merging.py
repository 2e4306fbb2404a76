"""A case that was merged, the one into which it was merged, and the page on which that is done."""

from .admin import NOT_THERE, inside
from .table import Row

OWN = "no | ok other_representative group readers"
"""A merged case that was not public: the other organisation's, of the own group."""
SECRET = "no | ok {} group"
MERGING = [
    Row("proposals:detail", "merged", OWN),
    Row("proposals:detail", "merged_into"),
    *(Row(f"proposals:{name}", "merged", OWN) for name in ("versions", "receipts", "dossier")),
    Row("proposals:dossier_zip", "merged", OWN, post=SECRET.format("other_representative")),
    Row("proposals:dossier_zip", "merged_into", post=SECRET.format("representative")),
    *(
        Row(
            "proposals:restricted",
            on,
            f"{SECRET.format(proposer)} | in anonymous",
            post=f"{SECRET.format(proposer)} | in anonymous",
        )
        for on, proposer in (("merged", "other_representative"), ("merged_into", "representative"))
    ),
    Row("proposals:file", "merged", OWN, args={"file_id": "{file}"}),
    Row("proposals:file", "merged_into", "no | ok representative group readers", args={"file_id": "{file}"}),
    Row("admin:proposals_proposal_change", "merged", inside("no other_convener chair | ok group readers")),
    Row(
        "admin:proposals_proposal_merge",
        "screening",
        inside("no other_convener chair | ok group"),
        post=inside("no other_convener chair | refused group"),
    ),
    Row("admin:proposals_proposal_merge", "unknown", NOT_THERE, post=NOT_THERE),
    Row(
        "admin:proposals_proposal_step",
        "merged",
        inside("no other_convener chair | go group readers"),
        post=inside("no other_convener chair | go group"),
        args={"step": "unmerge"},
        data={"unmerge-text": "各自辦理"},
    ),
    Row(
        "admin:proposals_proposal_step",
        "merged",
        inside("no staff"),
        post=inside("no staff"),
        args={"step": "merge"},
    ),
]
