"""The directory of members, what one may take from it, and the profiles."""

from .table import ANY, NOBODY, Row

PROFILE = [
    Row("members:list", args={"query": "q=甲&domain=finance&use=payment&since=1990"}, roles=ANY),
    Row("members:matrix", roles=ANY),
    *(Row("members:export", args={"kind": kind}, post="method", roles=ANY) for kind in ("csv", "json")),
    Row("members:export", args={"kind": "xml"}, get=NOBODY, roles=ANY),
]
