"""The scan of a ministry's letter, for everybody who may read the answers that were entered from it."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from proposals.models import PaperAnswer, Proposal

from .gone import gone


@require_safe
def scan(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """As a download that no browser runs or guesses at; 404 for whoever may not read the case."""
    cases = Proposal.objects.visible_to(request.user).filter(number=number)
    paper = get_object_or_404(
        PaperAnswer.objects.visible_to(request.user), pk=pk, referral__proposal__in=cases
    )
    if paper.withdrawn_on is not None:
        return gone(request, cases.get(), paper)
    try:
        opened = paper.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=paper.name, content_type=paper.content_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-cache"
    return response
