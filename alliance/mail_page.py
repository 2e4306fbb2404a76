"""The demo's mail page: every letter that the portal sent, for all to read. Not routed in production."""

from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.embedded.mail import MailFolder

PER_PAGE = 30


def _folder() -> MailFolder:
    return MailFolder(Path(settings.MAIL_FOLDER))


@require_safe
@never_cache
def mail_list(request: HttpRequest) -> HttpResponse:
    """All letters, newest first, or those to the address `?to=`."""
    to = request.GET.get("to", "").strip()
    letters = [letter for letter in reversed(_folder().letters()) if not to or to in letter.recipients]
    page = Paginator(letters, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "alliance/mail.html", {"page_obj": page, "to": to})


@require_safe
@never_cache
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One letter as plain text. Its HTML part, if any, is never rendered."""
    try:
        letter = _folder().letter(name)
    except KeyError:
        raise Http404 from None
    return render(request, "alliance/mail_letter.html", {"letter": letter})
