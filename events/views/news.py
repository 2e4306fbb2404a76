"""News, as everybody reads them."""

import re

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from events.models import NewsItem
from members.pages import public_page

PAGE_SIZE = 20
HEADING = re.compile(r"^ {0,3}(#{1,6})\s", re.MULTILINE)


@public_page
def news_list(request: HttpRequest) -> HttpResponse:
    """Published news, the newest first; one kind only where the address asks for it."""
    kind = request.GET.get("kind", "")
    items = NewsItem.objects.published().defer("body_zh", "body_en", "search")
    if kind in NewsItem.Kind.values:
        items = items.filter(kind=kind)
    page = Paginator(items, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "events/news_list.html", {"page_obj": page, "kind": kind, "kinds": NewsItem.Kind.choices}
    )


@public_page
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One published item; drafts and those of a later moment do not exist. A hidden case is not linked."""
    items = NewsItem.objects.published().select_related("proposal").defer("search", "proposal__search")
    item = get_object_or_404(items, slug=slug)
    case = item.proposal if item.proposal and item.proposal.is_public else None
    context = {"item": item, "case": case, "sink": 2 - highest_heading(item.body)}
    return render(request, "events/article.html", context)


def highest_heading(text: str) -> int:
    """The level of the highest heading in a Markdown text: pages let it follow their own."""
    return min((len(marks) for marks in HEADING.findall(text)), default=1)
