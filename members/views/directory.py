"""The members of the alliance and the bodies of government, as everybody reads them."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from tablib import Dataset

from members import clock
from members.actions.bodies import speaks_for
from members.filters import MemberFilter
from members.models import Affiliation, BodyComment, Domain, Organisation, Succession, UseCase
from members.pages import public_page
from members.permissions import keeps_profile
from members.sheets import KINDS, write_sheet

PAGE_SIZE = 25
COLUMNS = (
    "name_zh", "name_en", "sector", "kind", "domains", "founded", "startup", "member_since", "website",
    "page",
)  # fmt: skip


@public_page
def member_list(request: HttpRequest) -> HttpResponse:
    """Members of today that the filters find; organisations only, never people."""
    found = MemberFilter(request.GET, queryset=_listed())
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "members": list(page),
        "page_obj": page,
        "count": page.paginator.count,
        "sector": found.form["sector"].value() or "",
        "sectors": Organisation.Sector.choices,
        "kinds": [choice for choice in Organisation.Kind.choices if choice[0] != Organisation.Kind.BODY],
        "uses": UseCase.Kind.choices,
        "domains": list(Domain.objects.all()),
    }
    return render(request, "members/list.html", context)


def _listed() -> QuerySet[Organisation]:
    rows = Organisation.objects.members().defer("search", "about_zh", "about_en")
    return rows.select_related("profile").prefetch_related("profile__domains")


@require_safe
@public_page
def member_export(request: HttpRequest, kind: str) -> HttpResponse:
    """What the filters find, as CSV (UTF-8 with its mark) or JSON: what the list and the pages show."""
    rows = [_row(member, request) for member in MemberFilter(request.GET, queryset=_listed()).qs]
    if kind == "csv":
        table = Dataset(*[[row[name] for name in COLUMNS] for row in rows], headers=COLUMNS)
        body, content_type = write_sheet(table, "csv"), KINDS["csv"]
    elif kind == "json":
        said = {"as_of": clock.now().isoformat(), "members": rows}
        body, content_type = json.dumps(said, ensure_ascii=False, indent=1).encode(), "application/json"
    else:
        raise Http404
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="members-{clock.today().isoformat()}.{kind}"'
    return response


def _row(member: Organisation, request: HttpRequest) -> dict[str, Any]:
    profile = getattr(member, "profile", None)
    return {
        "name_zh": member.name_zh,
        "name_en": member.name_en,
        "sector": member.sector,
        "kind": member.kind,
        "domains": " ".join(domain.slug for domain in profile.domains.all()) if profile else "",
        "founded": profile.founded if profile else None,
        "startup": profile.is_startup if profile else None,
        "member_since": member.joined_on.isoformat() if member.joined_on else "",
        "website": member.website,
        "page": request.build_absolute_uri(member.get_absolute_url()),
    }


@public_page
def member_matrix(request: HttpRequest) -> HttpResponse:
    """Fields × uses: how many members have a use case there, each figure leading to them."""
    members = Organisation.objects.members().order_by().values("pk")
    cells = UseCase.objects.order_by().filter(organisation__in=members).values_list("domain", "kind")
    counts = {(domain, kind): n for domain, kind, n in cells.annotate(n=Count("organisation", distinct=True))}
    uses = UseCase.Kind.choices
    rows = []
    for domain in Domain.objects.all():
        cells = [(use, label, counts.get((domain.pk, use), 0)) for use, label in uses]
        rows.append((domain, cells, any(n for _use, _label, n in cells)))
    return render(request, "members/matrix.html", {"rows": rows, "uses": uses, "filled": len(counts)})


@public_page
def member_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A member of today; bodies of government have their own page."""
    members = Organisation.objects.members().select_related("profile")
    organisation = get_object_or_404(members, slug=slug)
    profile = getattr(organisation, "profile", None)
    context = {
        "organisation": organisation,
        "profile": profile,
        "domains": list(profile.domains.all()) if profile else [],
        "use_cases": list(organisation.use_cases.select_related("domain")),
        "solutions": list(organisation.solutions.all()),
        "funding": list(organisation.funding.visible_to(request.user)),
        "may_edit": keeps_profile(request.user, organisation),
    }
    return render(request, "members/detail.html", context)


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
