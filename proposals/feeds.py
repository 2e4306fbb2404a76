"""Atom feeds of what everybody may read: of one case, and of lists of cases with their filters.

A feed depends on nothing but its rows: no day that runs out, no reader. Ids are tag URIs (RFC 4151), which
stay when an address changes.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.http import http_date
from django.utils.translation import get_language, gettext
from django.views.decorators.http import conditional_page, require_safe

from members.actions.letters import address_of
from members.pages import public_page
from members.templatetags.letters import plain
from workinggroups.models import Minutes, WorkingGroup

from .filters import COUNTED_TO, ProposalFilter
from .models import Proposal, Referral, TimelineEntry
from .models.timeline import Visibility
from .templatetags.timeline import happening
from .views.public import really

ENTRIES = 50
TAGGED_SINCE = "2026"
"""The year in which the host's name was ours, as a tag URI says it; never changed."""
UNSPEAKABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold."""


def feed_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For readers that come again and again: kept a minute, and 304 where nothing is new."""
    return require_safe(conditional_page(public_page(view)))


@feed_page
def case_feed(request: HttpRequest, number: str) -> HttpResponse:
    """The public timeline of a public case, the newest entry first."""
    case = get_object_or_404(Proposal.objects.public().select_related("group"), number=number)
    entries = TimelineEntry.objects.visible_to(AnonymousUser()).filter(proposal=case)
    entries = entries.select_related("body", "note").order_by("-happened_at", "-pk")
    rows = list(entries[:ENTRIES])
    referrals = list(Referral.objects.filter(proposal=case).select_related("ministry", "returned_to"))
    page = address_of("proposals:detail", number)
    feed = _feed(
        request,
        title=f"{number} {case.local_title}",
        subtitle=case.local_summary,
        link=page,
        tag=f"proposals/{number}/feed",
        updated=[row.recorded_at for row in rows],
    )
    for row in rows:
        feed.add_item(
            title=_sayable(plain(happening(row, case, referrals))),
            link=f"{page}#timeline",
            description=linebreaks(_sayable(row.note.text), autoescape=True) if row.note.text else "",
            unique_id=_tag(f"proposals/{number}/timeline/{row.pk}"),
            pubdate=row.happened_at,
            updateddate=row.recorded_at,
        )
    return _served(feed)


@feed_page
def list_feed(request: HttpRequest) -> HttpResponse:
    """Public cases, those taken up last first; the filters of the list narrow it."""
    found = ProposalFilter(request.GET, queryset=Proposal.objects.public().order_by())
    cases = found.qs
    if found.is_narrowed:
        keys = list(cases.values_list("pk", flat=True)[: COUNTED_TO + 1])
        if len(keys) <= COUNTED_TO:
            cases = Proposal.objects.public().filter(pk__in=keys)
    title = gettext("Proposals and answers")
    if found.is_narrowed:
        title = gettext("%(title)s (filtered)") % {"title": title}
    narrowing = f"?{request.GET.urlencode()}" if found.is_narrowed else ""
    return _feed_of_cases(
        request,
        really(_newest(cases), found.words),
        title=title,
        link=address_of("proposals:list") + narrowing,
        tag=f"proposals{narrowing}",
    )


@feed_page
def group_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The public cases of a group, those taken up last first."""
    group = get_object_or_404(WorkingGroup, slug=slug)
    return _feed_of_cases(
        request,
        _newest(Proposal.objects.public().filter(group=group)),
        title=gettext("%(group)s: proposals and answers") % {"group": group.name},
        link=address_of("workinggroups:detail", slug),
        tag=f"groups/{slug}",
    )


@feed_page
def minutes_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The public minutes of a group, those published last first; a correction is one more entry."""
    group = get_object_or_404(WorkingGroup, slug=slug)
    found = Minutes.objects.visible_to(AnonymousUser()).filter(meeting__group=group)
    rows = list(found.select_related("meeting").order_by("-published_at", "-pk")[:ENTRIES])
    feed = _feed(
        request,
        title=gettext("%(group)s: minutes") % {"group": group.name},
        subtitle="",
        link=address_of("workinggroups:detail", slug),
        tag=f"groups/{slug}/minutes",
        updated=[row.published_at for row in rows if row.published_at],
    )
    for row in rows:
        feed.add_item(
            title=_sayable(row.meeting.title),
            link=address_of("proposals:minutes", row.meeting.pk, row.version),
            description=_sayable(row.correction_reason),
            unique_id=_tag(f"meetings/{row.meeting.pk}/minutes/{row.version}"),
            pubdate=row.published_at,
            updateddate=row.published_at,
        )
    return _served(feed)


def _newest(cases: QuerySet[Proposal]) -> list[Proposal]:
    """With the moment at which something public was recorded of each last."""
    entries = TimelineEntry.objects.filter(proposal=OuterRef("pk"), visibility=Visibility.PUBLIC).order_by()
    last = entries.values("proposal").annotate(last=Max("recorded_at")).values("last")
    cases = cases.select_related("group", "organisation", "taken_over_by").annotate(
        last_recorded_at=Subquery(last)
    )
    return list(cases.order_by("-accepted_at", "-pk")[:ENTRIES])


def _feed_of_cases(
    request: HttpRequest, cases: Iterable[Proposal], *, title: str, link: str, tag: str
) -> HttpResponse:
    rows: Sequence[Any] = list(cases)
    moments = [max(filter(None, (row.accepted_at, row.last_recorded_at))) for row in rows]
    feed = _feed(request, title=title, subtitle="", link=link, tag=tag, updated=moments)
    for row, moment in zip(rows, moments, strict=True):
        feed.add_item(
            title=_sayable(f"{row.number} {row.local_title}"),
            link=address_of("proposals:detail", row.number),
            description=linebreaks(_sayable(row.local_summary), autoescape=True),
            unique_id=_tag(f"proposals/{row.number}"),
            pubdate=row.accepted_at,
            updateddate=moment,
            categories=[str(row.get_state_display()), *([row.group.name] if row.group else [])],
        )
    return _served(feed)


class Feed(Atom1Feed):
    """Django's Atom, whose time is that of its newest row even where there is none."""

    def latest_post_date(self) -> datetime:
        return self.feed["updated"]


def _feed(
    request: HttpRequest, *, title: str, subtitle: str, link: str, tag: str, updated: Sequence[datetime]
) -> Feed:
    language = get_language() or settings.LANGUAGE_CODE
    return Feed(
        title=_sayable(f"{title}｜{settings.PORTAL_NAME[language]}"),
        subtitle=_sayable(subtitle) or None,
        description="",
        link=link,
        feed_url=settings.SITE_URL + request.get_full_path(),
        feed_guid=_tag(tag),
        language="en" if language == "en" else "zh-Hant",
        author_name=settings.PORTAL_NAME[language],
        updated=max(updated, default=datetime(int(TAGGED_SINCE), 1, 1, tzinfo=UTC)),
    )


def _tag(name: str) -> str:
    """A tag URI that stays; each language is a feed, and an entry, of its own."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{TAGGED_SINCE}:{get_language()}/{name}"


def _sayable(text: str) -> str:
    return UNSPEAKABLE.sub("", text)


def _served(feed: Feed) -> HttpResponse:
    headers = {"Last-Modified": http_date(feed.latest_post_date().timestamp())}
    return HttpResponse(feed.writeString("utf-8"), content_type=Feed.content_type, headers=headers)
