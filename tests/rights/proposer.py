"""What the proposer does."""

from .table import SIGNED_IN, Row

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
CONFIRMED = {"is_meant": "on"}
OPENING = {"pk": "{opening}"}
RESTRICTED_FILE = {"file_id": "{restricted_file}"}
OPENINGS = [
    Row("proposals:restricted_log", "referred", OWN),
    Row("proposals:restricted_log", "unknown", STRANGERS),
    Row("proposals:announce_opening", "referred", OWN, post=OWN_DONE, data=CONFIRMED),
    Row("proposals:announce_opening", "screening", OWN, post=NOT_NOW, data=CONFIRMED),
    Row("proposals:announce_opening", "declined", OWN, post=NOT_NOW, data=CONFIRMED),
    Row("proposals:announce_opening", "announced", OWN_DONE, post=NOT_NOW, data=CONFIRMED),
    Row("proposals:announce_opening", "unknown", STRANGERS, post=STRANGERS, data=CONFIRMED),
    Row(
        "proposals:announce_file_opening",
        "referred",
        OWN,
        post=OWN_DONE,
        data=CONFIRMED,
        args=RESTRICTED_FILE,
    ),
    Row(
        "proposals:announce_file_opening",
        "referred",
        STRANGERS,
        post=STRANGERS,
        data=CONFIRMED,
        args={"file_id": "{file}"},
    ),
    Row("proposals:stop_opening", "announced", OWN, post=OWN_DONE, args=OPENING),
    Row("proposals:stop_opening", "opened", OWN, post=NOT_NOW, args=OPENING),
    Row("proposals:stop_opening", "unknown", STRANGERS, post=STRANGERS, args=OPENING),
    Row("proposals:restricted", "opened", "no | ok representative group | in anonymous"),
    Row("proposals:file", "opened", args=RESTRICTED_FILE),
    Row(
        "proposals:file",
        "announced",
        "no | ok representative group",
        args=RESTRICTED_FILE,
        writes=("convener", "secretary"),
    ),
    *(Row(route, "opened") for route in ("proposals:detail", "proposals:dossier", "proposals:dossier_zip")),
]
"""Restricted text that its proposer opens to everybody."""
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
