"""The members of the alliance and the bodies of government, as everybody reads them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from members import clock
from members.models import Organisation
from members.pages import public_page


@public_page
def member_list(request: HttpRequest) -> HttpResponse:
    """Members of today, by sector; organisations only, never people."""
    sector = request.GET.get("sector", "")
    members = Organisation.objects.members().defer("search", "about_zh", "about_en")
    if sector in Organisation.Sector.values:
        members = members.filter(sector=sector)
    sectors = Organisation.Sector.choices
    return render(
        request, "members/list.html", {"members": list(members), "sector": sector, "sectors": sectors}
    )


@public_page
def member_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A member of today; bodies of government have their own page."""
    organisation = get_object_or_404(Organisation.objects.members(), slug=slug)
    return render(request, "members/detail.html", {"organisation": organisation})


@public_page
def ministry_list(request: HttpRequest) -> HttpResponse:
    """The bodies that a proposal may be referred to, and below them those that exist no more."""
    bodies = list(Organisation.objects.bodies().select_related("parent", "successor").order_by("name_zh"))
    today = clock.today()
    gone = [body for body in bodies if body.valid_to and body.valid_to <= today]
    return render(
        request,
        "members/ministries.html",
        {"bodies": [body for body in bodies if body not in gone], "former": gone},
    )


@public_page
def ministry_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One body with its predecessors, successor and units; its cases are put in by the template."""
    bodies = Organisation.objects.bodies().select_related("parent", "successor")
    ministry = get_object_or_404(bodies, slug=slug)
    today = clock.today()
    context = {
        "ministry": ministry,
        "is_gone": bool(ministry.valid_to and ministry.valid_to <= today),
        "predecessors": list(ministry.predecessors.all()),
        "units": list(ministry.units.existing().order_by("name_zh")),
    }
    return render(request, "members/ministry.html", context)
