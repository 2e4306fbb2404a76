from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import Absence, Affiliation, Organisation, User
from members.permissions import answers_for, bodies_of, predecessors_of
from proposals.actions.notices import answering_people
from proposals.casefile import clock_parts, turn_of_body, turns_beside, turns_of, with_turn
from proposals.filters import DUE_WITHIN, ReferralFilter
from proposals.models import Answer, AnswerDraft, Ask, Referral
from proposals.models.referrals import is_late, is_very_late
from proposals.states import Outcome, ReferralState
from proposals.statistics import ANSWERED, RUNNING, SOON_DAYS, counted, workload

from .access import chosen_bodies, for_bodies_only

PER_PAGE = 25


@dataclass(frozen=True)
class Tab:
    slug: str
    label: Promise | str
    heading: Promise | str
    icon: str
    rows: Q | None
    """None: a condition on today's date, see `rows_of`."""
    order: tuple[str, ...]
    empty_title: Promise | str
    empty_text: Promise | str


TABS = {
    tab.slug: tab
    for tab in (
        Tab(
            "todo",
            _("To do"),
            _("What needs you"),
            "list",
            RUNNING,
            ("due_on", "pk"),
            _("Nothing is waiting for you"),
            _(
                "When a case is referred to your body, it appears here with its due date, and a mail "
                "tells you."
            ),
        ),
        Tab(
            "overdue",
            _("Overdue"),
            _("What is overdue"),
            "alert",
            None,
            ("due_on", "pk"),
            _("Nothing is overdue"),
            _("An answer that is not there on its last day stands here until every ask is answered."),
        ),
        Tab(
            "very_overdue",
            _("Very overdue"),
            _("What is very overdue"),
            "flag",
            None,
            ("due_on", "pk"),
            _("Nothing is very overdue"),
            _("An answer that is late by half its period again stands here, and is so marked in public."),
        ),
        Tab(
            "waiting",
            _("Waiting for the proposer"),
            _("Waiting for the proposer"),
            "pause",
            Q(state=ReferralState.WAITING),
            ("reply_due_on", "pk"),
            _("No question is open"),
            _("While the proposer has your question the clock stands still, and the case waits here."),
        ),
        Tab(
            "sign_off",
            _("In sign-off"),
            _("In internal sign-off"),
            "edit",
            RUNNING & Q(sign_off_since__isnull=False),
            ("due_on", "pk"),
            _("No draft is in sign-off"),
            _("Note on a case since when its draft has been in sign-off, and you find it here again."),
        ),
        Tab(
            "answered",
            pgettext_lazy("referral", "Answered"),
            _("What you have answered"),
            "check",
            ANSWERED,
            ("-answered_at", "-pk"),
            _("No answer has been published yet"),
            _("Cases of which you have answered every ask are kept here."),
        ),
    )
}


SORTS: dict[str, tuple[Promise | str, tuple[str, ...]]] = {
    "": (pgettext_lazy("order", "As usual"), ()),
    "new": (pgettext_lazy("order", "Newest referral first"), ("-sent_at", "-pk")),
    "number": (pgettext_lazy("order", "By case number"), ("proposal__number", "pk")),
}
"""Label and order; the usual one is the tab's own."""


@dataclass(frozen=True)
class Row:
    """A ministry's part in a list: what is due, and the one step that comes next."""

    referral: Referral
    parts: list[tuple[str, int]]
    may_answer: bool

    @property
    def is_late(self) -> bool:
        return self.referral.is_overdue

    @property
    def is_soon(self) -> bool:
        left = self.referral.days_left
        row = self.referral
        running = row.is_open and row.state != ReferralState.WAITING and not row.is_paused
        return running and left is not None and 0 <= left <= SOON_DAYS

    @property
    def was_on_time(self) -> bool | None:
        kept_on, due_on = self.referral.kept_on, self.referral.due_on
        return kept_on <= due_on if kept_on and due_on else None

    @property
    def is_inherited(self) -> bool:
        """Answered by a body that has ended; its successor may change the answers, on the case's page."""
        return self.referral.ministry.is_gone

    @property
    def next_step(self) -> str:
        """draft, continue, publish, accept, question or read: words and address are the template's."""
        row = self.referral
        if row.state == ReferralState.WAITING:
            return "question"
        if not (self.may_answer and row.is_open):
            return "read"
        if row.state == ReferralState.SENT:
            return "accept"
        if row.drafts_complete and row.drafts_complete == row.asks_total - row.asks_answered:
            return "publish"
        return "continue" if row.drafts_begun else "draft"


@for_bodies_only
def overview(request: HttpRequest) -> HttpResponse:
    """The list of a body's referrals: late ones first, then by due date.

    What its rows say is read for those of the page alone, however far back it lies.
    """
    bodies, body = chosen_bodies(request)
    tab = TABS.get(request.GET.get("tab", ""), TABS["todo"])
    before = predecessors_of(bodies)
    figures = workload(bodies)
    if before:
        inherited = counted(before).filter(ANSWERED).count()
        figures = replace(figures, answered=figures.answered + inherited)
    whose = in_tab(tab, bodies, before)
    found = ReferralFilter(request.GET, queryset=whose.filter(rows_of(tab)))
    sort = sort_of(request)
    ordered = with_turn(found.qs).order_by(*order_of(tab, sort)).values_list("pk", flat=True)
    paginator = Paginator(ordered, PER_PAGE)
    if not found.is_narrowed:
        paginator.count = getattr(figures, tab.slug)
    page = paginator.get_page(request.GET.get("page"))
    shown = with_steps(whose).in_bulk(list(page))
    today = clock.today()
    away = list(away_from(bodies))
    context = {
        "tab": tab,
        "links": [(tab_url(t.slug, body, sort), t, getattr(figures, t.slug)) for t in TABS.values()],
        "body": body,
        "bodies": bodies_of(request.user),
        "figures": figures,
        "page_obj": page,
        "rows": [row_of(r, today, answers_for(request.user, r.ministry)) for r in map(shown.get, page) if r],
        "year": today.year - 1911,
        "away": away,
        "reached": reached_in(bodies) if any(row.starts_on <= today for row in away) else [],
        "filter": found,
        "choices": ReferralFilter.choices_of(whose),
        "due_choices": DUE_WITHIN,
        "part_choices": Referral.Part.choices,
        "sort": sort,
        "sort_choices": [(slug, label) for slug, (label, _order) in SORTS.items()],
    }
    return render(request, "proposals/dashboard/overview.html", context)


def in_tab(tab: Tab, bodies: list[Organisation], before: list[Organisation]) -> QuerySet[Referral]:
    """The parts of these bodies; among the answered ones those of the bodies `before` them as well."""
    return counted([*bodies, *before] if tab.rows is ANSWERED else bodies)


def away_from(bodies: list[Organisation]) -> QuerySet[Absence]:
    """Who of those who answer for these bodies is away today, or will be."""
    people = Affiliation.objects.current().with_role(*Affiliation.ANSWERING).filter(organisation__in=bodies)
    rows = Absence.objects.to_come(clock.today()).filter(user__in=people.values("user"))
    return rows.select_related("user")


def reached_in(bodies: list[Organisation]) -> list[tuple[Organisation, list[User]]]:
    """Whom letters to each body reach today."""
    people = answering_people([body.pk for body in bodies])
    return [(body, people[body.pk]) for body in bodies]


def rows_of(tab: Tab) -> Q:
    if tab.rows is not None:
        return tab.rows
    return is_very_late(clock.today()) if tab.slug == "very_overdue" else is_late(clock.today())


def sort_of(request: HttpRequest) -> str:
    """The order that was chosen; for nonsense the usual one."""
    slug = request.GET.get("sort", "")
    return slug if slug in SORTS else ""


def order_of(tab: Tab, sort: str) -> tuple[str, ...]:
    return SORTS[sort][1] or tab.order


def tab_url(tab: str, body: Organisation | None = None, sort: str = "") -> str:
    """A tab with body and order kept, without filters: its number counts all of it."""
    query = {"tab": tab} if tab != "todo" else {}
    query |= {"body": body.slug} if body else {}
    query |= {"sort": sort} if sort else {}
    url = reverse("proposals:dashboard")
    return f"{url}?{urlencode(query)}" if query else url


def with_steps(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """With what a row says of its asks, its question and its clock: one statement."""
    drafts = AnswerDraft.objects.filter(referral=OuterRef("pk"))
    complete = ~Q(outcome="") & (Q(outcome=Outcome.NO_COMMENT) | (~Q(reason="") & ~Q(legal_basis="")))
    return (
        with_turn(rows)
        .select_related("ministry", "proposal__group", "proposal__organisation")
        .defer("proposal__search", "proposal__summary", "proposal__conflict")
        .annotate(
            asks_total=asked(),
            asks_answered=number(Answer.objects.current().filter(referral=OuterRef("pk"))),
            drafts_begun=number(drafts.exclude(outcome="", reason="")),
            drafts_complete=number(drafts.filter(complete)),
            turns=turns_beside("proposal"),
        )
    )


def asked() -> Coalesce:
    """How many asks a body is to answer: as `Referral.asked`, those asked again where a round names some."""
    asks = Ask.objects.filter(proposal=OuterRef("proposal"))
    again = asks.filter(
        reconsiderations__proposal=OuterRef("proposal"), reconsiderations__round=OuterRef("round")
    )
    return Coalesce(NullIf(number(again), 0), number(asks))


def number(rows: QuerySet) -> Coalesce:
    """How many rows a subquery finds."""
    counts = rows.order_by().annotate(of_all=Value(1)).values("of_all")
    return Coalesce(Subquery(counts.annotate(n=Count("pk")).values("n")), 0)


def row_of(referral: Referral, today: date, may_answer: bool) -> Row:
    """Needs what `with_steps` reads."""
    parts = clock_parts(
        turns_of(referral.turns), turn_of_body(referral), today=today, ended_on=referral.answered_on
    )
    return Row(referral, parts, may_answer)
