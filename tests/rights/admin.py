"""The pages of the admin beside those that each table has."""

from .table import HAS_PDF, Row


def inside(cell: str) -> str:
    """For those who may enter the admin; the others are sent to sign in, or told that they have no seat."""
    return f"denied | in anonymous | {cell}"


OUTSIDE = "denied | in anonymous"
STAFF = inside("ok staff")
OFFICE = inside("ok office")
SAVED = inside("go office")
READERS = inside("ok readers")
NOT_THERE = inside("no staff")
TURNED = inside("go staff")
QUEUE = inside("no other_convener chair | ok group readers")
AUTOCOMPLETE = "app_label={}&model_name={}&field_name={}"

ADMIN = [
    Row("admin:index", get=STAFF),
    Row("admin:login", get=TURNED),
    *(Row(f"admin:{name}", get=TURNED) for name in ("logout", "password_change", "password_change_done")),
    Row("admin:jsi18n", get=STAFF),
    Row("admin:nowhere", get=NOT_THERE),
    *(
        Row(
            "admin:autocomplete",
            get=cell,
            args={"query": f"app_label={app}&model_name={model}&field_name={to}"},
        )
        for app, model, to, cell in (
            ("members", "affiliation", "user", READERS),
            ("members", "affiliation", "organisation", READERS),
            ("workinggroups", "seat", "user", READERS),
            ("events", "newsitem", "proposal", STAFF),
            ("members", "user", "groups", OUTSIDE),
        )
    ),
    *(
        Row("admin:app_list", get=inside(cell), args={"app_label": app})
        for app, cell in (
            ("proposals", "ok staff"),
            ("workinggroups", "no chair | ok conveners readers"),
            ("members", "no conveners chair | ok readers"),
            ("events", "no conveners chair | ok readers"),
        )
    ),
    Row("admin:proposals_proposal_changelist", get=STAFF, post=STAFF),
    Row("admin:proposals_proposal_change", "screening", QUEUE),
    Row("admin:proposals_proposal_change", "declined", QUEUE),
    Row(
        "admin:proposals_proposal_change",
        "discussion",
        inside("no other_convener | ok group readers chair"),
    ),
    Row("admin:proposals_proposal_change", "draft", NOT_THERE),
    Row("admin:proposals_proposal_change", "unknown", NOT_THERE),
    Row(
        "admin:proposals_proposal_step",
        "screening",
        inside("no other_convener chair | go group readers"),
        post=inside("no other_convener chair | go group"),
        args={"step": "accept"},
    ),
    Row(
        "admin:proposals_proposal_step",
        "discussion",
        inside("no other_convener | go group readers chair"),
        post=inside("no other_convener | go group"),
        args={"step": "decline"},
        data={"decline-reason": "unclear", "decline-text": "理由"},
    ),
    Row("admin:proposals_proposal_step", "unknown", NOT_THERE, post=NOT_THERE, args={"step": "accept"}),
    Row("admin:proposals_calendarversion_import", get=OFFICE, post=inside("refused office")),
    Row("admin:proposals_worksuspension_withdraw", "closure", OFFICE, post=SAVED),
    Row("admin:proposals_worksuspension_withdraw", "unknown", inside("no office")),
    Row("admin:proposals_worksuspension_decide", "closure", OFFICE, post=SAVED),
    Row("admin:proposals_worksuspension_decide", "part_closure", OFFICE, post=SAVED),
    Row("admin:proposals_worksuspension_decide", "unknown", inside("no office")),
    Row(
        "admin:proposals_referral_step",
        "referral",
        OFFICE,
        post=inside("refused office"),
        args={"step": "pause"},
    ),
    *(
        Row(f"admin:proposals_referral_{name}", "referral", inside("ok group office"))
        for name in ("letter", "letter_odt")
    ),
    Row(
        "admin:proposals_referral_letter_pdf", "referral", inside(f"{'ok' if HAS_PDF else 'no'} group office")
    ),
    *(
        Row(f"admin:proposals_referral_{name}", "unknown", NOT_THERE)
        for name in ("letter", "letter_odt", "letter_pdf")
    ),
    Row("admin:proposals_referral_paper", "referral", OFFICE, post=inside("refused office")),
    Row("admin:proposals_referral_paper", "unknown", NOT_THERE, post=NOT_THERE),
    Row("admin:proposals_coordination_decide", "coordination", OFFICE, post=inside("refused office")),
    Row("admin:proposals_coordination_decide", "unknown", NOT_THERE, post=NOT_THERE),
    Row("admin:proposals_referral_step", "unknown", NOT_THERE, post=NOT_THERE, args={"step": "prove"}),
    Row("admin:events_newsitem_preview", "news_draft", READERS),
    Row("admin:events_newsitem_preview", "unknown", inside("no readers")),
]
