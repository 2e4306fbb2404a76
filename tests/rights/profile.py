"""The directory of members, what one may take from it, and the profiles."""

from .table import ANY, NOBODY, Row

PROFILE = [
    Row("members:list", args={"query": "q=甲&domain=finance&use=payment&since=1990"}, roles=ANY),
    Row("members:matrix", roles=ANY),
    *(Row("members:export", args={"kind": kind}, post="method", roles=ANY) for kind in ("csv", "json")),
    Row("members:export", args={"kind": "xml"}, get=NOBODY, roles=ANY),
    Row("members:logo", "member", NOBODY, post="method", roles=ANY),
    Row("members:logo", "unknown", NOBODY, roles=ANY),
    Row(
        "members:profile",
        "member",
        "no | in anonymous | ok representative office",
        post="no | in anonymous | refused representative office",
    ),
    Row(
        "members:profile",
        "other_member",
        "no | in anonymous | ok other_representative office",
        post="no | in anonymous | refused other_representative office",
        data={"logo_step": "set"},
    ),
    Row("members:profile", "former_member", "no | in anonymous", post="no | in anonymous"),
    Row("members:profile", "unknown", "no | in anonymous", post="no | in anonymous"),
]
