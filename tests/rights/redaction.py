"""Words, texts and files taken out of a case: who does it, who reads who had access."""

from .admin import NOT_THERE, READERS, inside
from .case import PARTIES
from .families import Family
from .table import Row

ORDER = {"kind": "personal", "reason": "當事人請求"}
SUMMARY = {"key": "proposals.proposal:{pk}:summary"}
FILE = {"key": "file-{file}"}
HERE = "no other_convener chair"
PUBLIC = "no other_convener"

REDACTION = [
    Row(
        "admin:proposals_proposal_redact",
        "screening",
        inside(f"{HERE} | ok group office"),
        post=inside(f"{HERE} | ok group office"),
        data={"words": "摘要", "preview": "1"},
    ),
    Row("admin:proposals_proposal_redact", "discussion", inside(f"{PUBLIC} | ok group office")),
    Row("admin:proposals_proposal_redact", "draft", NOT_THERE),
    Row("admin:proposals_proposal_redact", "unknown", NOT_THERE, post=NOT_THERE),
    Row(
        "admin:proposals_proposal_remove_text",
        "screening",
        inside(f"{HERE} | ok group office"),
        post=inside(f"{HERE} | go group office"),
        args=SUMMARY,
        data=ORDER,
    ),
    Row("admin:proposals_proposal_remove_text", "unknown", NOT_THERE, post=NOT_THERE, args=SUMMARY),
    Row(
        "admin:proposals_proposal_redact_file",
        "screening",
        inside(f"{HERE} | ok group office"),
        post=inside(f"{HERE} | go group office"),
        args=FILE,
        data={**ORDER, "what": "withdraw"},
    ),
    Row("admin:proposals_proposal_redact_file", "unknown", NOT_THERE, post=NOT_THERE, args=FILE),
    Row("admin:proposals_redaction_access", "redaction", READERS),
    Row(
        "admin:proposals_redaction_access",
        "unknown",
        inside("no readers"),
        args={"entry": "999999"},
    ),
    Row("proposals:file", "redacted", PARTIES.replace("ok", "gone"), args={"file_id": "{file}"}),
]
UNKNOWN = "no conveners chair"
REDACTION_FAMILIES = [
    Family(
        {"proposals.redaction": "redaction"},
        reads=inside(f"{UNKNOWN} | ok readers"),
        changes=inside(UNKNOWN),
        deletes=inside(UNKNOWN),
    )
]
