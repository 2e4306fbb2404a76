"""Text that arrives after a sign-in or a right has ended, or while a case is held too long by others: it is
shown, not lost, and nothing is done."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.csrf import csrf_failure as plain_failure
from psycopg.errors import LockNotAvailable

WORTH_KEEPING = 5
MACHINERY = ("csrfmiddlewaretoken", "password", "login", "next", "version", "seen", "_", "again")


class UnsentTextMiddleware:
    """In the place of an answer that would drop what was typed: the way to the sign-in, or “not found”."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and (status := _status_of_loss(request, response)):
            texts = typed_texts(request)
            if texts:
                return _shown(request, texts, status)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Whoever waited in vain for others at the same row is told so, and gets the text back."""
        if request.method != "POST" or not isinstance(exception.__cause__, LockNotAvailable):
            return None
        return _shown(request, typed_texts(request), status=503)


def _status_of_loss(request: HttpRequest, response: HttpResponse) -> int | None:
    """401 where the sign-in has ended, 404 where the right has; None where nothing is lost."""
    if request.user.is_authenticated:
        return 404 if response.status_code == 404 else None
    sign_in = resolve_url(settings.LOGIN_URL) + "?"
    return 401 if response.status_code == 302 and response["Location"].startswith(sign_in) else None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before the last sign-in. Text from another site's form is never repeated."""
    texts = typed_texts(request) if is_own_form(request) else []
    if not texts:
        return plain_failure(request, reason=reason)
    return _shown(request, texts, status=403)


def is_own_form(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of this site."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def typed_texts(request: HttpRequest) -> list[str]:
    """What a person may have typed, in the form's order; no passwords, no files, no choices."""
    found = ((name.rsplit("-", 1)[-1], text) for name, texts in request.POST.lists() for text in texts)
    return [text for name, text in found if _is_prose(text.strip()) and not name.startswith(MACHINERY)]


def _is_prose(text: str) -> bool:
    """The values of choices, dates and numbers are ASCII without a space."""
    return len(text) >= WORTH_KEEPING and (not text.isascii() or " " in text)


def _shown(request: HttpRequest, texts: list[str], status: int) -> HttpResponse:
    sign_in_url = "" if status in (404, 503) else redirect_to_login(_page_of_form(request)).url
    context = {"texts": texts, "sign_in_url": sign_in_url, "is_busy": status == 503}
    response = render(request, "alliance/unsent.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _page_of_form(request: HttpRequest) -> str:
    """Where the form stood, to go on there; the address that it was sent to may answer no GET."""
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() else request.path
