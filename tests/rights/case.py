"""A case as its number shows it: its page, receipts, files, exports, followers, and what comes of it."""

from .table import ANY, EVERYBODY, HAS_PDF, NOBODY, SIGNED_IN, Row

BEFORE_PUBLIC = "no | ok representative group readers"
PARTIES = "no | ok representative group ministry readers"
SECRET = "no | ok representative group ministry"
RECEIPT = {"pk": "{deadline}"}
CASE = [
    Row("proposals:detail", "screening", BEFORE_PUBLIC),
    Row("proposals:detail", "needs_information", BEFORE_PUBLIC),
    Row("proposals:detail", "other_screening", "no | ok other_representative other_convener readers"),
    *(Row("proposals:detail", state) for state in ("discussion", "referred", "in_progress", "waiting")),
    *(Row("proposals:detail", state) for state in ("answered", "closed", "declined", "withdrawn")),
    Row("proposals:detail", "unknown", NOBODY),
    Row("proposals:receipts", "screening", BEFORE_PUBLIC),
    Row("proposals:receipts", "declined", BEFORE_PUBLIC),
    *(Row("proposals:receipts", state, roles=ANY) for state in ("discussion", "referred", "closed")),
    Row("proposals:receipts", "unknown", NOBODY),
    *(
        Row(route, on, cell, args=RECEIPT)
        for route in ("proposals:receipt", "proposals:receipt_json")
        for on, cell in (
            ("screening", BEFORE_PUBLIC),
            ("withdrawn", BEFORE_PUBLIC),
            ("other_screening", "no | ok other_representative other_convener readers"),
            ("referred", EVERYBODY),
            ("unknown", NOBODY),
        )
    ),
    Row("proposals:receipt_pdf", "referred", EVERYBODY if HAS_PDF else NOBODY, args=RECEIPT),
    Row("proposals:receipt_pdf", "screening", BEFORE_PUBLIC if HAS_PDF else NOBODY, args=RECEIPT),
    *(Row("proposals:versions", state, BEFORE_PUBLIC) for state in ("screening", "declined")),
    Row("proposals:versions", "discussion"),
    Row("proposals:versions", "unknown", NOBODY),
    Row("proposals:file", "screening", BEFORE_PUBLIC, args={"file_id": "{file}"}),
    Row("proposals:file", "referred", PARTIES, args={"file_id": "{file}"}),
    Row("proposals:file", "declined", BEFORE_PUBLIC, args={"file_id": "{file}"}),
    Row("proposals:file", "unknown", NOBODY, args={"file_id": "{file}"}),
    Row("proposals:consultations", get="no | in anonymous | ok ministry other_liaison"),
    Row(
        "proposals:consultation",
        "consultation",
        "no | in anonymous | ok other_liaison",
        post="no | in anonymous | refused other_liaison",
    ),
    Row("proposals:consultation", "unknown", "no | in anonymous"),
    Row("proposals:scan", "scan"),
    Row("proposals:scan", "unknown", NOBODY),
    Row(
        "proposals:file",
        "screening",
        "no | ok representative group",
        args={"file_id": "{restricted_file}"},
        writes=("convener", "secretary"),
    ),
    Row(
        "proposals:file",
        "referred",
        SECRET,
        args={"file_id": "{restricted_file}"},
        writes=("convener", "secretary", "liaison", "deputy", "supervisor"),
    ),
    *(
        Row("proposals:restricted", state, f"{cell} | in anonymous", post=f"{cell} | in anonymous")
        for state, cell in (("screening", "no | ok representative group"), ("referred", SECRET))
    ),
    Row("proposals:restricted", "unknown", "no | in anonymous", post="no | in anonymous"),
]

PDF = EVERYBODY if HAS_PDF else NOBODY
EXPORTS = [
    *(Row("proposals:dossier", state, BEFORE_PUBLIC) for state in ("screening", "declined", "withdrawn")),
    *(Row("proposals:dossier", state, roles=ANY) for state in ("referred", "closed")),
    Row("proposals:dossier", "unknown", NOBODY),
    Row("proposals:dossier_pdf", "referred", PDF, roles=ANY),
    Row("proposals:dossier_pdf", "screening", BEFORE_PUBLIC if HAS_PDF else NOBODY),
    Row("proposals:dossier_zip", "screening", BEFORE_PUBLIC, post="no | ok representative group"),
    Row("proposals:dossier_zip", "declined", BEFORE_PUBLIC, post="no | ok representative group"),
    Row("proposals:dossier_zip", "referred", EVERYBODY, post=SECRET),
    Row("proposals:dossier_zip", "in_progress", EVERYBODY, post=SECRET),
    Row("proposals:dossier_zip", "unknown", NOBODY, post=NOBODY),
]

# --- following -------------------------------------------------------------------------------------

GONE = "gone"
ENTERED = {"email": "newcomer@example.net", "group": "all"}
BY_TOKEN = ("proposals:follow_off",)
"""The one click of a letter: whoever knows its token may, so a form's token is not asked for (RFC 8058)."""
FOLLOWING = [
    Row("proposals:follow_list", post="go | ok anonymous", data=ENTERED, roles=ANY),
    Row("proposals:follow", "referred", post="go | ok anonymous", data=ENTERED, roles=ANY),
    *(
        Row("proposals:follow", on, NOBODY, post=NOBODY, data=ENTERED)
        for on in ("screening", "declined", "unknown")
    ),
    Row("proposals:follow_confirm", "follow", post="go", args={"token": "{pending}"}, roles=ANY),
    Row("proposals:follow_confirm", "unknown", GONE, post=GONE, roles=ANY),
    Row("proposals:following", "follow", post="ok", data={"all": "1"}, roles=ANY),
    Row("proposals:following", "unknown", GONE, post=GONE, roles=ANY),
    Row("proposals:follow_off", "follow", post="ok", data={"List-Unsubscribe": "One-Click"}, roles=ANY),
    Row("proposals:follow_off", "unknown", GONE, post="ok", roles=ANY),
    Row("proposals:my_following", get=SIGNED_IN, post=SIGNED_IN, data={"all": "1"}, roles=ANY),
]

# --- after the answer ------------------------------------------------------------------------------

BEING_MADE = "no | ok group readers"
AFTER = [
    Row("proposals:follow_ups"),
    Row("proposals:follow_ups", args={"query": "state=overdue&q=提案"}, roles=ANY),
    Row("proposals:register"),
    Row("proposals:register", args={"query": "q=提案&article=1"}, roles=ANY),
    Row("proposals:clarification", "clarification"),
    Row("proposals:clarification", "waiting_clarification", BEING_MADE),
    Row("proposals:clarification", "unknown", NOBODY),
    *(Row("proposals:register_export", args={"kind": kind}, roles=ANY) for kind in ("csv", "json")),
    Row("proposals:register_export", get=NOBODY, args={"kind": "exe"}, roles=ANY),
    Row("proposals:detail", "follow_up"),
]
