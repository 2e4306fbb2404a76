"""Contact requests between members: the two sides, and nobody else."""

from .table import Row

SIDES = "no | in anonymous | ok representative other_representative"
NOBODY_IN = "no | in anonymous"
WORDS = {
    "subject": "合作",
    "message": "想請教",
    "sender": "{sender}",
    "form_key": "00000000-0000-4000-8000-000000000002",
}

CONTACT = [
    Row(
        "members:contact",
        "contact_to",
        SIDES,
        post="no | in anonymous | go representative | refused other_representative",
        data=WORDS,
    ),
    Row(
        "members:contact",
        "member",
        "no | in anonymous | ok other_representative",
        post="no | in anonymous | refused other_representative",
        data={"subject": ""},
    ),
    Row("members:contact", "former_member", NOBODY_IN, post=NOBODY_IN),
    Row("members:contact", "unknown", NOBODY_IN, post=NOBODY_IN),
    Row(
        "members:contacts",
        "contact_block",
        SIDES,
        post="no | in anonymous | go representative",
        data={"unblock": "{pk}"},
    ),
    Row("members:contacts", args={"query": "tab=blocked"}, get=SIDES, post=NOBODY_IN),
    Row(
        "members:contact_request",
        "contact_open",
        SIDES,
        post="no | in anonymous | go representative",
        data={"step": "decline"},
    ),
    Row(
        "members:contact_request",
        "contact_shared",
        SIDES,
        post="no | in anonymous | refused other_representative",
        data={"step": "decline"},
    ),
    Row("members:contact_request", "unknown", NOBODY_IN, post=NOBODY_IN),
]
