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

from collections.abc import Iterable, Iterator
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


# --- what everybody reads --------------------------------------------------------------------------

PUBLIC = [
    Row("home"),
    *(Row(name, roles=ANY) for name in ("sitemap", "help", "privacy", "open-data", "accessibility")),
    *(Row(name, roles=ANY) for name in ("livez", "readyz", "status", "style", "mail")),
    Row("search"),
    Row("search", args={"query": "q=提案"}),
    Row("proposals:calculator", roles=ANY),
    Row("proposals:calculator", args={"query": "day=2026-07-28&amount=60&unit=day"}, roles=ANY),
    Row("proposals:calculator", get="refused", args={"query": "day=never"}, roles=ANY),
    Row("mail-detail", "unknown", NOBODY),
    *(Row(name) for name in ("members:list", "members:ministries", "workinggroups:list")),
    *(Row(name) for name in ("workinggroups:programmes", "proposals:list", "events:news")),
    Row("members:detail", "member"),
    Row("members:detail", "former_member", NOBODY),
    Row("members:detail", "ministry", NOBODY),
    Row("members:detail", "unknown", NOBODY),
    Row("members:ministry", "ministry"),
    Row("members:ministry", "member", NOBODY),
    Row("members:ministry", "unknown", NOBODY),
    Row("workinggroups:detail", "group"),
    Row("workinggroups:detail", "unknown", NOBODY),
    Row("proposals:list_feed"),
    Row("proposals:list_feed", args={"query": "q=提案"}),
    Row("proposals:group_feed", "group", roles=ANY),
    Row("proposals:group_feed", "unknown", NOBODY, roles=ANY),
    Row("proposals:feed", "referred", roles=ANY),
    *(Row("proposals:feed", state, NOBODY) for state in ("screening", "declined", "unknown")),
    Row("events:article", "news_published"),
    Row("events:article", "news_draft", NOBODY),
    Row("events:article", "news_planned", NOBODY),
    Row("events:article", "unknown", NOBODY),
]

# --- the account, by invitation --------------------------------------------------------------------

OWN_ACCOUNT = "ok | in anonymous"
SIGNED_OUT = "go | ok anonymous"
LEADS_ON = "go | in anonymous"
"""Back to what one does: nothing of the kind has been begun."""
WITHOUT_MFA = "no | in anonymous"
"""There is no second factor to show, to take away, or whose codes could be read."""
UNSENT = "method"


def account(route: str, get: str = EVERYBODY, *, post: str, args: dict[str, str] | None = None) -> Row:
    """A page of one's own account: the same for whoever is signed in."""
    return Row(route, get=get, post=post, args=args or {}, roles=ANY)


ACCOUNT = [
    account("account_login", get=SIGNED_OUT, post=SIGNED_OUT),
    account("account_logout", get="ok | go anonymous", post="go"),
    account("account_signup", get=SIGNED_OUT, post=SIGNED_OUT),
    account("account_inactive", post=UNSENT),
    account("account_email_verification_sent", post=UNSENT),
    account("account_confirm_email", args={"key": "unknown"}, post=NOBODY),
    account("account_reset_password", post="ok"),
    account("account_reset_password_done", post=UNSENT),
    account("account_reset_password_from_key", args={"uidb36": "1", "key": "unknown"}, post="ok"),
    account("account_reset_password_from_key_done", post=UNSENT),
    account("account_confirm_login_code", get=LEADS_ON, post=LEADS_ON),
    account("account_email", get=OWN_ACCOUNT, post=LEADS_ON),
    account("account_change_password", get=OWN_ACCOUNT, post=OWN_ACCOUNT),
    account("account_set_password", get=LEADS_ON, post=LEADS_ON),
    account("account_reauthenticate", get=OWN_ACCOUNT, post=OWN_ACCOUNT),
    account("mfa_index", get=OWN_ACCOUNT, post="method | in anonymous"),
    account("mfa_authenticate", get=LEADS_ON, post=LEADS_ON),
    account("mfa_reauthenticate", get=LEADS_ON, post=LEADS_ON),
    account("mfa_activate_totp", get=LEADS_ON, post=LEADS_ON),
    account("mfa_deactivate_totp", get=WITHOUT_MFA, post=WITHOUT_MFA),
    account("mfa_view_recovery_codes", get=WITHOUT_MFA, post="method | in anonymous"),
    account("mfa_generate_recovery_codes", get=LEADS_ON, post=LEADS_ON),
    account("mfa_download_recovery_codes", get=WITHOUT_MFA, post=WITHOUT_MFA),
    account("members:away", get=OWN_ACCOUNT, post="refused | in anonymous"),
    Row("members:invitation", "invitation", post="refused", data={"name": ""}),
    Row("members:invitation", "used_invitation", "gone", post="gone"),
    Row("members:invitation", "unknown", NOBODY, post=NOBODY),
]

# --- a case, as its number shows it ----------------------------------------------------------------

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

# --- what the proposer does ------------------------------------------------------------------------

OWN = "no | in anonymous | ok representative"
OWN_DONE = "no | in anonymous | go representative"
NOT_NOW = "no | in anonymous | refused representative"
STRANGERS = "no | in anonymous"
TYPED = {"text": "補充說明"}
PROPOSER = [
    Row(
        "proposals:new",
        get="denied | in anonymous | ok representative other_representative",
        post="denied | in anonymous | go representative other_representative",
    ),
    Row("proposals:my", get=SIGNED_IN),
    Row("proposals:information", "needs_information", OWN, post=OWN_DONE, data=TYPED),
    Row("proposals:information", "screening", OWN, post=NOT_NOW, data=TYPED),
    *(Row("proposals:amend", state, OWN, post=NOT_NOW) for state in ("needs_information", "screening")),
    Row("proposals:reply", "waiting", OWN, post=OWN_DONE, data=TYPED, args={"question_id": "{question_id}"}),
    Row("proposals:prolong_information", "needs_information", OWN, post=OWN_DONE),
    Row("proposals:prolong_information", "screening", OWN, post=NOT_NOW),
    Row("proposals:prolong_reply", "waiting", OWN, post=OWN_DONE, args={"question_id": "{question_id}"}),
    Row(
        "proposals:prolong_reply",
        "unknown",
        STRANGERS,
        post=STRANGERS,
        args={"question_id": "{question_id}"},
    ),
    Row("proposals:reply", "unknown", STRANGERS, post=STRANGERS, args={"question_id": "{question_id}"}),
    Row("proposals:recusal", "referred", OWN, post=OWN_DONE, data={"seat": "{seat}", "reason": "理由"}),
    Row("proposals:recusal", "answered", OWN, post=NOT_NOW, data={"reason": "理由"}),
    Row("proposals:recusal", "unknown", STRANGERS, post=STRANGERS),
    Row("proposals:withdraw", "referred", OWN, post=OWN_DONE),
    Row("proposals:withdraw", "answered", OWN, post=NOT_NOW),
    Row("proposals:close", "answered", OWN, post=OWN_DONE),
    Row("proposals:close", "referred", OWN, post=NOT_NOW),
    Row("proposals:rate", "answered", OWN, post=OWN_DONE, data={"usefulness": "4", "answered": "yes"}),
    Row("proposals:rate", "follow_up", OWN, post=NOT_NOW, data={"usefulness": "4", "answered": "yes"}),
    Row("proposals:reconsider", "answered", OWN, post=OWN_DONE, data={"asks": "{ask}", "reason": "理由"}),
    Row("proposals:reconsider", "referred", OWN, post=NOT_NOW, data={"asks": "{ask}", "reason": "理由"}),
    Row("proposals:second_look", "declined", OWN, post=OWN_DONE, data={"reason": "理由"}),
    Row("proposals:second_look", "answered", OWN, post=NOT_NOW, data={"reason": "理由"}),
    Row("proposals:second_look", "unknown", STRANGERS, post=STRANGERS),
    Row(
        "proposals:withdraw",
        "other_referred",
        "no | in anonymous | ok other_representative",
        post="no | in anonymous | go other_representative",
    ),
]
EMPTY = {"version": "{version}", "language": "zh-hant", "asks-TOTAL_FORMS": "0", "asks-INITIAL_FORMS": "0"}
DRAFTS = [
    Row("proposals:draft", "draft", OWN, post=OWN_DONE, data=EMPTY),
    Row("proposals:draft", "screening", OWN_DONE, post=OWN_DONE),
    Row("proposals:draft", "unknown", STRANGERS, post=STRANGERS),
    Row(
        "proposals:autosave",
        "draft",
        "no | unsigned anonymous | go representative",
        post="no | unsigned anonymous | ok representative",
        data=EMPTY,
    ),
    *(Row(f"proposals:{step}", "draft", OWN_DONE, post=OWN_DONE) for step in ("submit", "delete")),
    Row("proposals:beside", "draft", OWN),
    Row("proposals:preview", "draft", OWN_DONE, post=OWN, data=TYPED),
    Row("proposals:invite_sponsor", "draft", OWN_DONE, post=OWN_DONE),
    Row("proposals:invite_sponsor", "screening", OWN_DONE, post=OWN_DONE),
    Row("proposals:remove_sponsor", "sponsored_draft", OWN_DONE, post=OWN_DONE, args={"pk": "{sponsor}"}),
    Row("proposals:remove_sponsor", "draft", OWN_DONE, post=STRANGERS, args={"pk": "999999"}),
    Row("proposals:draft", "sponsored_draft", OWN),
    Row("proposals:sponsorship", "draft", STRANGERS, post=STRANGERS),
    Row(
        "proposals:sponsorship",
        "sponsored_draft",
        "no | in anonymous | ok other_representative",
        post="no | in anonymous | refused other_representative",
        data={"digest": "of an older text"},
    ),
    Row("proposals:draft_file", "draft", OWN, args={"file_id": "{file}"}),
    Row("proposals:draft_file", "sponsored_draft", OWN, args={"file_id": "{restricted_file}"}),
    Row(
        "proposals:draft_file",
        "sponsored_draft",
        "no | in anonymous | ok representative other_representative",
        args={"file_id": "{file}"},
    ),
    *(
        Row(f"proposals:{step}", "screening", OWN_DONE, post=OWN_DONE)
        for step in ("submit", "delete", "attach")
    ),
    Row("proposals:attach", "draft", OWN_DONE, post=NOT_NOW),
    *(
        Row("proposals:detach", state, OWN_DONE, post=OWN_DONE, args={"file_id": "{file}"})
        for state in ("draft", "screening")
    ),
]

# --- what a ministry does --------------------------------------------------------------------------

BODIES = "no | in anonymous | ok ministry"
ANSWERING = "no | in anonymous | denied supervisor | ok answering"
ANSWERED = "no | in anonymous | denied supervisor | go answering"
UNFINISHED = "no | in anonymous | denied supervisor | refused answering"
FIRST_OPENING = ("liaison", "deputy")


def step(name: str, on: str, get: str, post: str, **data: str) -> Row:
    writes = FIRST_OPENING if on in ("referred", "in_progress") else ()
    return Row("proposals:referral_step", on, get, post, data, {"pk": "{referral}", "step": name}, writes)


MINISTRY = [
    Row("proposals:dashboard", get="no | in anonymous | ok ministry other_liaison"),
    Row("proposals:draft_odt", "in_progress", BODIES, args={"pk": "{referral}"}),
    Row("proposals:draft_odt", "unknown", STRANGERS, args={"pk": "{referral}"}),
    Row("proposals:dashboard_export", get="no | in anonymous | ok ministry other_liaison"),
    Row("proposals:referral", "referred", BODIES, args={"pk": "{referral}"}, writes=FIRST_OPENING),
    Row("proposals:referral", "answered", BODIES, args={"pk": "{referral}"}),
    Row("proposals:referral", "follow_up", BODIES, args={"pk": "{referral}"}),
    Row(
        "proposals:referral",
        "other_referred",
        "no | in anonymous | ok other_liaison",
        args={"pk": "{referral}"},
        writes=("other_liaison",),
    ),
    Row("proposals:referral", "unknown", STRANGERS, args={"pk": "{referral}"}),
    step("accept", "referred", ANSWERING, ANSWERED),
    step("return", "referred", ANSWERING, UNFINISHED),
    step("ask", "referred", ANSWERING, ANSWERED, text="請補充說明"),
    step("extend", "referred", ANSWERING, ANSWERED, amount="5", reason="尚需會商"),
    step("sign_off", "in_progress", ANSWERING, ANSWERED, since="2026-11-09"),
    step("record", "referred", ANSWERING, ANSWERED, reply_number="金管證字第1號"),
    step("interim", "referred", ANSWERING, ANSWERED, text="研議中"),
    step("delay", "referred", ANSWERING, UNFINISHED),
    step("draft", "in_progress", ANSWERING, UNFINISHED),
    step("publish", "in_progress", ANSWERING, UNFINISHED),
    step("check_secrecy", "in_progress", ANSWERING, UNFINISHED),
    Row(
        "proposals:secrecy",
        "checking",
        OWN,
        post=OWN_DONE,
        data={"is_fine": "yes"},
        args={"question_id": "{question_id}"},
    ),
    Row("proposals:secrecy", "waiting", STRANGERS, post=STRANGERS, args={"question_id": "{question_id}"}),
    Row("proposals:secrecy", "unknown", STRANGERS, post=STRANGERS, args={"question_id": "{question_id}"}),
    step("correct", "answered", ANSWERING, ANSWERING),
    step("accept", "answered", ANSWERED, UNFINISHED),
    step("veto", "referred", STRANGERS, STRANGERS),
    Row("proposals:own_follow_ups", get="no | in anonymous | ok ministry other_liaison"),
    Row("proposals:own_follow_up", "promise", BODIES),
    Row("proposals:own_follow_up", "unknown", STRANGERS),
    *(
        Row("proposals:follow_up_step", "promise", ANSWERED, ANSWERED, data, {"step": name})
        for name, data in (
            ("report", {"text": "已開會"}),
            ("revise", {"planned_on": "2027-06-01", "text": "意見多"}),
            ("done", {"text": "已公告"}),
            ("drop", {"text": "無需求"}),
        )
    ),
    Row("proposals:follow_up_step", "promise", STRANGERS, STRANGERS, {}, {"step": "veto"}),
    Row("proposals:follow_up_step", "unknown", STRANGERS, STRANGERS, {}, {"step": "done"}),
]

# --- the admin -------------------------------------------------------------------------------------


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


@dataclass(frozen=True)
class Family:
    """The five pages that Django gives each model: who lists, adds, reads, changes; nobody deletes."""

    models: dict[str, str]
    """Model → the object of the world that stands for it."""
    lists: str = READERS
    adds: str = OUTSIDE
    reads: str = READERS
    changes: str = OUTSIDE
    deletes: str = OUTSIDE
    actions: dict[str, str] = field(default_factory=dict)
    """Model → an action of its list, which those of `acts` may take."""
    acts: str = inside("ok auditor | go office")

    def rows(self) -> Iterator[Row]:
        for model, on in self.models.items():
            name = f"admin:{model.replace('.', '_')}"
            if action := self.actions.get(model):
                data = {"action": action, "_selected_action": "{object_id}"}
                yield Row(f"{name}_changelist", on, self.lists, self.acts, data, roles=AT_THE_GATE)
            else:
                yield Row(f"{name}_changelist", get=self.lists, roles=AT_THE_GATE)
            yield Row(f"{name}_add", get=self.adds, post=self.adds, roles=AT_THE_GATE)
            yield Row(f"{name}_change", on, self.reads, post=self.changes, roles=AT_THE_GATE)
            yield Row(f"{name}_history", on, self.reads, roles=AT_THE_GATE)
            yield Row(f"{name}_delete", on, self.deletes, self.deletes, {"post": "yes"}, roles=AT_THE_GATE)
            yield Row(f"{name}_old_address", on, TURNED, roles=("anonymous", "representative", "secretariat"))


OF_GROUP = QUEUE
OF_OTHER_GROUP = inside("no group chair | ok other_convener readers")
FAMILIES = [
    # the secretariat's own tables
    Family(
        {
            "members.organisation": "member",
            "members.domain": "domain",
            "proposals.criterion": "criterion",
            "members.law": "law",
            "workinggroups.workinggroup": "group",
            "workinggroups.programme": "programme",
            "events.newsitem": "news_draft",
        },
        adds=OFFICE,
        changes=OFFICE,
        actions={"events.newsitem": "publish_now"},
    ),
    # a closure is withdrawn, never rewritten
    Family({"proposals.worksuspension": "closure"}, adds=OFFICE),
    # a role is ended, never rewritten; accounts come from invitations, which nobody rewrites either
    Family({"members.affiliation": "affiliation"}, adds=OFFICE, changes=SAVED),
    Family({"members.user": "person"}, changes=OFFICE),
    Family({"members.invitation": "invitation"}, adds=OFFICE),
    # the secretariat notes letters; a period that clocks run by is never changed
    Family({"proposals.referral": "referral"}, changes=SAVED),
    Family({"proposals.coordination": "coordination"}, changes=SAVED),
    Family({"proposals.deadlinepolicy": "policy"}, adds=OFFICE),
    # the register of clarifications is kept by the group's officers and the secretariat
    Family(
        {"proposals.clarification": "waiting_clarification"},
        lists=inside("ok conveners readers"),
        adds=inside("ok conveners office"),
        reads=OF_GROUP,
        changes=f"{OF_GROUP} | denied auditor",
        deletes=f"{OF_GROUP} | denied group readers",
    ),
    # what other parts of the portal write
    Family(
        {
            "members.letter": "letter",
            "proposals.answerrating": "rating",
            "proposals.calendarday": "office_day",
            "proposals.calendarversion": "calendar",
            "proposals.reminderrule": "rule",
            "proposals.reminder": "reminder",
        },
        actions={"members.letter": "send_again"},
    ),
    # a triage officer sees the seats and keeps the meetings of the own groups
    *(
        Family(
            {"workinggroups.seat": seat},
            lists=inside("ok conveners readers"),
            adds=OFFICE,
            reads=cell,
            changes=f"{cell} | denied {blind} | go office",
            deletes=f"{cell} | denied {blind} office",
        )
        for seat, cell, blind in (
            ("seat", OF_GROUP, "group auditor"),
            ("other_seat", OF_OTHER_GROUP, "other_convener auditor"),
        )
    ),
    *(
        Family(
            {"workinggroups.meeting": meeting},
            lists=inside("ok conveners readers"),
            adds=inside("ok conveners office"),
            reads=cell,
            changes=f"{cell} | denied auditor",
            deletes=f"{cell} | denied {seen} readers",
        )
        for meeting, cell, seen in (
            ("meeting", OF_GROUP, "group"),
            ("other_meeting", OF_OTHER_GROUP, "other_convener"),
        )
    ),
]


def once(rows: Iterable[Row]) -> list[Row]:
    """Each row once; two that say different things of the same are a mistake."""
    found: dict[str, Row] = {}
    for row in rows:
        if found.setdefault(row.name, row) != row:
            raise ValueError(f"two rows for {row.name}")
    return list(found.values())


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
        *MINISTRY,
        *ADMIN,
        *(row for family in FAMILIES for row in family.rows()),
    ]
)
