"""How long a page may be kept: a proxy may hold what everybody sees, nobody holds what one person sees."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views that read: a proxy may keep the page for the signed-out, and asks each time, as browsers do.

    What was redacted is gone with the next request: nobody serves a kept page without asking. Pages for the
    signed-in are never stored. Pages carry no CSRF form for the signed-out.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.user.is_authenticated or response.status_code != 200:
            patch_cache_control(response, private=True, no_store=True)
        else:
            patch_cache_control(response, public=True, no_cache=True)
        patch_vary_headers(response, ("Cookie",))
        return response

    return wrapped
