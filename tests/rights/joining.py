"""Joining: the form for everybody, the private page for whoever has its address, the secretariat's desk."""

from .admin import inside
from .families import Family
from .table import ANY, NOBODY, Row

GONE = "gone"
TYPED = {
    "name_zh": "甲乙公司",
    "ubn": "04595257",
    "wishes": "交流",
    "contact": "甲",
    "email": "a@jiayi.example",
    "language": "zh-hant",
    "consent": "on",
    "form_key": "00000000-0000-4000-8000-000000000001",
}
UNFINISHED = {"name_zh": "甲乙公司"}
KEEPERS = "no | in anonymous | ok office"
OFFICE_DONE = "no | in anonymous | go office"


def desk(step: str, on: str, post: str, **data: str) -> Row:
    """One decision about one application."""
    return Row(
        "admin:members_application_step",
        on,
        inside("no conveners chair | go readers"),
        post=post,
        data={f"{step}-{name}": value for name, value in data.items()},
        args={"step": step},
    )


DONE = inside("no conveners chair | denied auditor | go office")
REFUSED = inside("no conveners chair | denied auditor | refused office")
JOINING = [
    Row("members:apply"),
    Row("members:apply_as", args={"kind": "company"}, post="go", data=TYPED, roles=ANY),
    Row("members:apply_as", args={"kind": "institute"}, post="refused", data=UNFINISHED, roles=ANY),
    Row("members:apply_as", args={"kind": "body"}, get=NOBODY, post=NOBODY, roles=ANY),
    Row("members:apply_invited", "invitation_to_apply", post="refused", data=UNFINISHED, roles=ANY),
    Row("members:apply_invited", "unknown", NOBODY, post=NOBODY, roles=ANY),
    Row("members:apply_confirm", "application_sent", post="go", args={"key": "{key}"}, roles=ANY),
    Row(
        "members:apply_confirm",
        "application_confirmed",
        "go",
        post="go",
        args={"key": "{key}"},
        roles=ANY,
    ),
    Row("members:apply_confirm", args={"key": "unknown"}, get=GONE, post=GONE, roles=ANY),
    *(
        Row("members:application", f"application_{state}", post="go", data={"step": "withdraw"}, roles=ANY)
        for state in ("sent", "confirmed", "in_review", "information_asked")
    ),
    *(
        Row(
            "members:application",
            f"application_{state}",
            post="refused",
            data={"step": "withdraw"},
            roles=ANY,
        )
        for state in ("admitted", "refused", "withdrawn")
    ),
    Row("members:application", "unknown", NOBODY, post=NOBODY, roles=ANY),
    Row("members:apply_again", "application_refused", post="refused", data=UNFINISHED, roles=ANY),
    Row("members:apply_again", "application_in_review", "go", post="go", roles=ANY),
    Row("members:apply_again", "unknown", NOBODY, post=NOBODY, roles=ANY),
    Row(
        "members:own_members",
        "umbrella",
        KEEPERS,
        post=OFFICE_DONE,
        data={"names": "甲", "starts_on": "2026-01-01"},
    ),
    Row(
        "members:own_members",
        "own_umbrella",
        "no | in anonymous | ok other_representative office",
        post="no | in anonymous | go other_representative office",
        data={"names": "甲", "starts_on": "2026-01-01"},
    ),
    Row("members:own_members", "member", "no | in anonymous", post="no | in anonymous"),
    Row("members:own_members", "unknown", "no | in anonymous", post="no | in anonymous"),
    desk("take_up", "application_confirmed", DONE),
    desk("take_up", "application_admitted", REFUSED),
    desk("ask", "application_in_review", DONE, text="請補正"),
    desk("refuse", "application_in_review", DONE, reason="不符"),
    desk("refuse", "application_information_asked", REFUSED, reason=""),
    desk("admit", "application_in_review", DONE, joined_on="2026-11-09"),
    desk("admit", "application_refused", REFUSED, joined_on="2026-11-09"),
    Row(
        "admin:members_application_step",
        "application_in_review",
        inside("no staff"),
        post=inside("no staff"),
        args={"step": "veto"},
    ),
    Row(
        "admin:members_application_step",
        "unknown",
        inside("no staff"),
        post=inside("no staff"),
        args={"step": "admit"},
    ),
]
JOINING_FAMILIES = [
    Family(
        {"members.application": "application_confirmed"},
        reads=inside("no conveners chair | ok readers"),
        changes=inside("no conveners chair | method readers"),
        deletes=inside("no conveners chair | denied readers"),
    ),
    Family(
        {"members.invitationtoapply": "invitation_to_apply"},
        adds=inside("ok office"),
        reads=inside("no conveners chair | ok readers"),
        changes=inside("no conveners chair | denied readers"),
        deletes=inside("no conveners chair | denied readers"),
    ),
]
