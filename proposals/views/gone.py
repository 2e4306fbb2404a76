"""What was withdrawn or sealed: its address says so, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from proposals.models import Attachment, PaperAnswer, Proposal


def gone(request: HttpRequest, case: Proposal, file: Attachment | PaperAnswer) -> HttpResponse:
    """410 in words, for whoever might read the file if it were there."""
    context = {"case": case, "file": file}
    response = render(request, "proposals/public/gone.html", context, status=410)
    response["Cache-Control"] = "private, no-store"
    return response


def sealed(request: HttpRequest, case: Proposal, *, status: int = 200) -> HttpResponse:
    """To those who could read what is restricted: since when it is sealed, and why. Never what it says."""
    response = render(request, "proposals/takeover/sealed.html", {"case": case}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
