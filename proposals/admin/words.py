"""What the pages of triage read from a request, and how they name a case in a message."""

from django.http import HttpRequest
from django.utils.translation import gettext

from proposals.models import Proposal


def version_in(request: HttpRequest, name: str) -> int | None:
    """The version of the case that the reader had before their eyes."""
    sent = request.POST.get(name, "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else None


def said_of(case: Proposal, said: object) -> str:
    return gettext("%(case)s: %(said)s") % {"case": f"{case.number} {case.local_title}", "said": said}
