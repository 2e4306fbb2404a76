"""How much a request may bring; told in words where it is more."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from redis.exceptions import RedisError

from proposals import uploads

TEXT_LIMIT = 2 * uploads.MEBIBYTE
FILES_LIMIT = uploads.MAX_CASE + TEXT_LIMIT
DRAINED = 64 * uploads.MEBIBYTE
View = Callable[..., HttpResponse]


def limited(limit: int) -> Callable[[View], View]:
    """Refuses a request whose declared length is over the limit before anything of it is parsed or kept.

    The check on forged requests reads the form, so it is applied inside. Up to 64 MB are read and dropped,
    so that the browser listens to the answer.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(never_cache(view))

        @csrf_exempt
        @wraps(view)
        def measured(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
            if length <= limit:
                return protected(request, *args, **kwargs)
            for _chunk in range(min(length, DRAINED) // uploads.MEBIBYTE + 1):
                request.read(uploads.MEBIBYTE)
            request._post, request._files = QueryDict(), MultiValueDict()  # dropped, not parsed
            if request.accepts("text/html"):
                return render(request, "proposals/intake/too_large.html", {"limit": limit}, status=413)
            return JsonResponse({"message": _("This is more text than one proposal can hold.")}, status=413)

        return measured

    return decorate


PER_HOUR = {"submit": 30, "attach": 100, "invite": 30}
"""How often one person may do a thing in an hour: many times what anybody needs, less than a script does."""


def too_fast(request: HttpRequest, what: str, of: int = 1) -> str:
    """A kind sentence where somebody does a thing too often, and nothing otherwise.

    Counted in the cache: where that is away, nobody is held up.
    """
    key = f"pace/{what}/{request.user.pk}"
    try:
        cache.add(key, 0, 3600)
        count = cache.incr(key, of)
    except (ValueError, OSError, RedisError):
        return ""
    if count <= PER_HOUR[what]:
        return ""
    return _("That was very often within one hour. What you wrote is kept; please go on a little later.")
