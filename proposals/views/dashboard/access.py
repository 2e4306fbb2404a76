"""Who gets in. Every read starts here, from what the user may see of the bodies served today."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from members.models import Organisation
from members.permissions import bodies_of
from proposals.models import Referral
from proposals.permissions import speaks_for

View = Callable[..., HttpResponse]


def for_bodies_only(view: View) -> View:
    """Signed-in people who serve a government body today; anonymous ones sign in, others find nothing."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not bodies_of(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(login_required(wrapped))


def own_referral(request: HttpRequest, pk: int) -> Referral:
    """A referral to one of the user's bodies, or 404."""
    rows = (
        Referral.objects.visible_to(request.user)
        .for_bodies(bodies_of(request.user))
        .select_related(
            "ministry",
            "proposal__group",
            "proposal__organisation",
            "extension",
            "returned_to",
        )
    )
    found = rows.filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def published_part(request: HttpRequest, pk: int) -> Referral:
    """As `own_referral`, and for the successor of a body that has ended what that body has answered, or 404.

    A successor finds the step that changes an answer here, and no page that tells of the rest.
    """
    rows = Referral.objects.visible_to(request.user).select_related(
        "ministry", "proposal__group", "proposal__organisation", "extension", "returned_to"
    )
    found = rows.filter(pk=pk).first() if pk < 2**63 else None
    if found is not None and speaks_for(request.user, found):
        return found
    return own_referral(request, pk)


def chosen_bodies(
    request: HttpRequest,
) -> tuple[list[Organisation], Organisation | None]:
    """The bodies that the page is about, and the one chosen by `?body=`; all of them without a choice."""
    bodies = bodies_of(request.user)
    slug = request.GET.get("body", "")
    if not slug:
        return bodies, None
    for body in bodies:
        if body.slug == slug:
            return [body], body
    raise Http404
