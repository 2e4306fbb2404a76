"""What a ministry does."""

from .proposer import OWN, OWN_DONE, STRANGERS
from .table import Row

BODIES = "no | in anonymous | ok ministry"
ANSWERING = "no | in anonymous | denied supervisor | ok answering"
ANSWERED = "no | in anonymous | denied supervisor | go answering"
UNFINISHED = "no | in anonymous | denied supervisor | refused answering"
BESIDE = "no | in anonymous | ok other_liaison"
"""The other body of a case, whose lead shares its draft."""
WRITERS = "no | in anonymous | denied supervisor | ok answering other_liaison"
WRITTEN = "no | in anonymous | denied supervisor | go answering | refused other_liaison"
TEXT = {"title": "結語", "text_zh": "以上說明，敬請參考。"}
FIRST_OPENING = ("liaison", "deputy")


def step(name: str, on: str, get: str, post: str, **data: str) -> Row:
    writes = FIRST_OPENING if on in ("referred", "in_progress", "shared") else ()
    return Row("proposals:referral_step", on, get, post, data, {"pk": "{referral}", "step": name}, writes)


MINISTRY = [
    Row("proposals:dashboard", get="no | in anonymous | ok ministry other_liaison"),
    Row("proposals:draft_odt", "in_progress", BODIES, args={"pk": "{referral}"}),
    Row("proposals:draft_odt", "unknown", STRANGERS, args={"pk": "{referral}"}),
    Row("proposals:answer_texts", get="no | in anonymous | ok ministry other_liaison"),
    Row("proposals:new_answer_text", "", WRITERS, WRITTEN, {"body": "fsc", **TEXT}),
    Row("proposals:answer_text", "own_saved", ANSWERING, ANSWERED, {"body": "fsc", **TEXT}),
    Row("proposals:answer_text", "general_text", STRANGERS, STRANGERS, {"body": "fsc", **TEXT}),
    Row("proposals:answer_text", "unknown", STRANGERS, STRANGERS),
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
    step("share_draft", "in_progress", ANSWERING, ANSWERED),
    step("unshare_draft", "shared", ANSWERING, ANSWERED),
    *(
        Row("proposals:referral_step", on, cell, args={"pk": pk, "step": name}, writes=writes)
        for on, cell, pk, writes in (
            ("shared", ANSWERING, "{referral}", FIRST_OPENING),
            ("shared_beside", BESIDE, "{pk}", ("other_liaison",)),
        )
        for name in ("draft", "publish")
    ),
    Row("proposals:referral", "shared_beside", BESIDE, writes=("other_liaison",)),
    Row("proposals:draft_odt", "shared_beside", BESIDE),
    Row("proposals:draft_odt", "shared", BODIES, args={"pk": "{referral}"}),
    *(Row(f"proposals:{page}", "shared") for page in ("detail", "dossier_zip")),
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
