"""Pages of the whole house: home, search over everything, site map, declarations."""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alliance.figures import home_figures
from events.actions.news import public_words as words_of_news
from events.models import NewsItem
from members import bigrams, clock
from members.actions.organisations import public_words as words_of_organisation
from members.models import Organisation
from members.pages import public_page
from proposals.casefile import Row, for_rows
from proposals.models import Clarification, Proposal
from proposals.states import OPEN_PROPOSAL
from proposals.views.public import really
from proposals.views.register import really as really_clarified
from proposals.views.register import with_answer
from workinggroups.models import Meeting, WorkingGroup

NEWS_SHOWN = 4
MEETINGS_SHOWN = 3
FOUND_SHOWN = 10
FOUND_READ = 1000

TITLES: dict[str, Promise] = {
    "help": _("Help"),
    "privacy": _("Privacy and security"),
    "open_data": _("Open data declaration"),
    "accessibility": _("Accessibility statement"),
}
ACCESS_KEYS = [
    ("U", _("Top right: menu, language, sign-in")),
    ("C", _("Centre: the main content")),
    ("H", _("The main heading of the page")),
    ("N", _("Search")),
    ("S", _("Beside the content: facts, or the side menu")),
    ("Z", _("Foot of the page")),
]


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What the alliance promises, how it keeps it today, and what is new."""
    groups = (
        WorkingGroup.objects.groups()
        .existing()
        .annotate(
            open_cases=Count(
                "proposals",
                filter=Q(proposals__state__in=OPEN_PROPOSAL, proposals__accepted_at__isnull=False),
            )
        )
        .order_by("position", "slug")
    )
    context = {
        "today": clock.today(),
        "figures": home_figures(),
        "groups": groups,
        "news": NewsItem.objects.published().defer("body_zh", "body_en", "search")[:NEWS_SHOWN],
        "meetings": Meeting.objects.upcoming()[:MEETINGS_SHOWN],
    }
    return render(request, "alliance/home.html", context)


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Cases, clarifications, news and organisations that hold the words; only what everybody may read."""
    words = " ".join(request.GET.get("q", "").split())[: bigrams.LONGEST_QUERY]
    context: dict[str, Any] = {"words": words, "is_searchable": bool(bigrams.query(words))}
    if context["is_searchable"]:
        context |= {"cases": _cases(words), "news": _news(words), "organisations": _organisations(words)}
        context["clarifications"] = _clarifications(words)
        kinds = ("cases", "clarifications", "news", "organisations")
        context["found"] = any(context[name] for name in kinds)
    return render(request, "alliance/search.html", context)


def _cases(words: str) -> list[Row]:
    found = Proposal.objects.public().matching(words) | Proposal.objects.listed().numbered(words)
    keys = list(found.order_by().values_list("pk", flat=True)[:FOUND_READ])
    rows = for_rows(Proposal.objects.filter(pk__in=keys)).order_by("-submitted_at", "-pk")[:FOUND_SHOWN]
    return [Row.of(case, clock.today()) for case in really(list(rows), words)]


def _clarifications(words: str) -> list[Clarification]:
    rows = with_answer(Clarification.objects.published().matching(words))[:FOUND_SHOWN]
    return really_clarified(list(rows), words)


def _news(words: str) -> list[NewsItem]:
    rows = _matching(NewsItem.objects.published(), words)[:FOUND_SHOWN]
    return [item for item in rows if bigrams.holds(words_of_news(item), words)]


def _organisations(words: str) -> list[Organisation]:
    """Members of today and government bodies, former ones too: their cases keep their names."""
    shown = Organisation.objects.members() | Organisation.objects.bodies()
    rows = _matching(shown, words)[:FOUND_SHOWN]
    return [row for row in rows if bigrams.holds(words_of_organisation(row), words)]


def _matching(rows: QuerySet, words: str) -> QuerySet:
    return rows.filter(search=SearchQuery(bigrams.query(words), config="simple", search_type="raw")).defer(
        "search"
    )


@public_page
def site_map(request: HttpRequest) -> HttpResponse:
    """網站導覽: every public page, the blocks of a page and their access keys."""
    groups = WorkingGroup.objects.order_by("-kind", "position", "slug")
    return render(request, "alliance/sitemap.html", {"keys": ACCESS_KEYS, "groups": groups})


@public_page
def text_page(request: HttpRequest, page: str) -> HttpResponse:
    """Help and declarations: prose, one template for each language."""
    language = "en" if get_language() == "en" else "zh"
    context = {"heading": TITLES[page], "text": f"alliance/texts/{page}.{language}.html"}
    return render(request, "alliance/text.html", context)


def style(request: HttpRequest) -> HttpResponse:
    """Every component of the face; not in production."""
    return render(request, "alliance/style.html")
