"""The members of the alliance and the bodies of government, as everybody reads them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from members import clock
from members.actions.bodies import speaks_for
from members.models import Affiliation, BodyComment, Organisation, Succession
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
    """One body: its names, what became of it, its units; contacts as functions, never as persons.

    Its cases and figures are put in by the template.
    """
    bodies = Organisation.objects.bodies().select_related("parent", "successor")
    ministry = get_object_or_404(bodies, slug=slug)
    context = {
        "ministry": ministry,
        "is_gone": ministry.is_gone,
        "names": list(ministry.names.all()),
        "inheritances": inheritances_of(ministry),
        "successions": successions_of(ministry),
        "units": list(ministry.units.existing().order_by("name_zh")),
        "functions": functions_of(ministry),
        "comment": BodyComment.objects.standing().filter(body=ministry).first(),
        "may_comment": request.user.is_authenticated and speaks_for(request.user, ministry),
    }
    return render(request, "members/ministry.html", context)


def inheritances_of(body: Organisation) -> list[Succession]:
    """From whom it took matters over; of a predecessor that only names it, without a document."""
    rows = list(body.inheritances.select_related("predecessor"))
    known = {row.predecessor_id for row in rows}
    others = [former for former in body.predecessors.all() if former.pk not in known]
    return [*rows, *(Succession(predecessor=row, successor=body, on=row.valid_to) for row in others)]


def successions_of(body: Organisation) -> list[Succession]:
    """To whom its matters passed. Its one successor stands at the head of the page of a body that ended."""
    rows = list(body.successions.select_related("successor"))
    if not rows and body.successor:
        return [Succession(predecessor=body, successor=body.successor, on=body.valid_to)]
    return rows


def functions_of(body: Organisation) -> list[str]:
    """What its contacts are there: the functions that somebody holds today, in the order of the roles."""
    held = set(body.affiliations.current().values_list("role", flat=True))
    roles = Affiliation.Role
    return [str(roles(role).label) for role in Affiliation.OF_BODIES if role in held]
