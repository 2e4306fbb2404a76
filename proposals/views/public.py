"""What everybody may read: the list of cases, and the page of one."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from members import bigrams, clock
from members.pages import public_page
from members.permissions import AnyUser, bodies_of, is_known
from proposals.casefile import (
    Row,
    clock_parts,
    deadline_of,
    domains_of,
    end_of,
    for_page,
    for_rows,
    lead_of,
    next_turn,
    referrals_with_replies,
    turns_of,
)
from proposals.filters import COUNTED_TO, STATES, ProposalFilter
from proposals.matrix import asked_again, columns, matrix
from proposals.models import (
    Answer,
    Ask,
    Attachment,
    Deadline,
    InterimReply,
    Proposal,
    PublicOpening,
    Referral,
    RestrictedPart,
    RestrictedText,
    TimelineEntry,
)
from proposals.models.case import HIDDEN_STATES
from proposals.models.deadlines import REPLIES
from proposals.permissions import (
    can_read_restricted,
    can_take_step,
    is_sealed_from,
    leads,
    parties_of,
    speaks_for,
)
from proposals.states import Outcome, Party, ReferralState

from .aftermath import open_after_answer
from .pdf import HAS_PDF

PAGE_SIZE = 20
RELATED = 5
NEWEST = ("-submitted_at", "-pk")
OLDEST = ("submitted_at", "pk")
OWN_STEPS = ("resubmit", "withdraw", "close", "request_recusal", "take_over")
OPENED = ("attachment", "proposal__restricted", "part__question__referral__ministry")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@public_page
def proposal_list(request: HttpRequest) -> HttpResponse:
    """All cases, the newest first, twenty at a time; hidden ones by number only.

    With a filter the matching keys are read first (up to a thousand) and sorted afterwards: the other
    way round Postgres walks the index of dates for rare words.
    """
    found = ProposalFilter(request.GET, queryset=Proposal.objects.listed().order_by())
    cases, count = found.qs, None
    if found.is_narrowed:
        keys = list(cases.values_list("pk", flat=True)[: COUNTED_TO + 1])
        count = len(keys)
        if count <= COUNTED_TO:
            cases = Proposal.objects.filter(pk__in=keys)
    page, newer, older = _page(for_rows(cases), request)
    context = {
        "filter": found,
        "states": STATES,
        "outcomes": Outcome.choices,
        "rows": [Row.of(case, clock.today()) for case in really(page, found.words)],
        "count": min(count, COUNTED_TO) if count is not None else None,
        "is_more": count is not None and count > COUNTED_TO,
        "newer": newer,
        "older": older,
    }
    return render(request, "proposals/public/list.html", context)


def _page(cases: QuerySet[Proposal], request: HttpRequest) -> tuple[list[Proposal], str, str]:
    """Twenty rows after (or before) the one that the address names, and the addresses of the neighbours."""
    after, before = _place(request.GET.get("after")), _place(request.GET.get("before"))
    if after:
        moment, pk = after
        cases = cases.filter(Q(submitted_at__lt=moment) | Q(pk__lt=pk), submitted_at__lte=moment)
    elif before:
        moment, pk = before
        cases = cases.filter(Q(submitted_at__gt=moment) | Q(pk__gt=pk), submitted_at__gte=moment)
    backwards = bool(before and not after)
    rows = list(cases.order_by(*(OLDEST if backwards else NEWEST))[: PAGE_SIZE + 1])
    is_more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    if backwards:
        rows.reverse()
    has_newer, has_older = (is_more, True) if backwards else (bool(after), is_more)
    return rows, _address(rows[:1], has_newer), _address(rows[-1:], has_older)


def _address(rows: Sequence[Proposal], exists: bool) -> str:
    """The place of a row in the list, as the address says it: its moment in microseconds, and its key."""
    if not exists or not rows or rows[0].submitted_at is None:
        return ""
    return f"{(rows[0].submitted_at - EPOCH) // MICROSECOND}-{rows[0].pk}"


def _place(text: str | None) -> tuple[datetime, int] | None:
    moment, _, pk = (text or "").partition("-")
    try:
        place = EPOCH + int(moment) * MICROSECOND, int(pk)
    except (ValueError, OverflowError):
        return None
    return place if 0 < place[1] < 2**63 else None


def really(cases: list[Proposal], words: str) -> list[Proposal]:
    """Without those whose bigrams match but whose text does not hold the words (of three characters)."""
    if not words or all(len(word) <= 2 for word in words.split()):
        return cases
    asks = Ask.objects.filter(proposal=OuterRef("pk")).order_by()
    law = [Coalesce(f"law__name_{language}", Value("")) for language in ("zh", "en")]
    texts = Proposal.objects.filter(pk__in=[case.pk for case in cases]).select_related(
        "organisation", "taken_over_by"
    )
    said = [
        "text",
        Value("\n"),
        "text_other",
        Value("\n"),
        "article",
        Value("\n"),
        law[0],
        Value("\n"),
        law[1],
    ]
    opened = RestrictedText.objects.public().filter(proposal=OuterRef("pk"))
    texts = texts.annotate(
        ask_words=ArraySubquery(asks.values(words=Concat(*said, output_field=TextField()))),
        opened_words=ArraySubquery(opened.values("text")),
    )
    holding = {case.pk for case in texts if bigrams.holds(searched_text(case), words)}
    return [case for case in cases if case.pk in holding]


def searched_text(case: Proposal) -> str:
    """The public words of a case, as the index holds them; its asks' are in `ask_words`, and so on."""
    own = [case.number, case.title, case.title_other, case.summary, case.summary_other]
    own += [case.benefit_firms, case.benefit_public, case.conflict, case.business_model, *case.ask_words]
    own += case.opened_words
    for owner in filter(None, (case.organisation, case.taken_over_by)):
        own += [owner.name_zh, owner.name_en]
    return "\n".join(filter(None, own))


@public_page
def proposal_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One case: all that its reader may know of it. Unknown and not yet public numbers look the same."""
    case = for_page(Proposal.objects.visible_to(request.user)).filter(number=number).first()
    if case is None:
        return _withheld(request, number)
    return render(request, "proposals/public/detail.html", case_context(request, case))


def case_context(request: HttpRequest, case: Proposal) -> dict[str, Any]:
    """All that a page tells of a case to its reader; `case` was read by `for_page`."""
    today = clock.today()
    referrals = list(
        referrals_with_replies().filter(proposal=case).select_related("ministry", "returned_to", "extension")
    )
    deadlines = list(_deadlines(case, referrals))
    turn, lead = next_turn(case, referrals), lead_of(referrals)
    said = InterimReply.objects.visible_to(request.user).filter(referral__in=referrals)
    bodies = columns(referrals, deadlines, said, today)
    asks = list(Ask.objects.filter(proposal=case).select_related("law"))
    answers = list(
        Answer.objects.filter(referral__in=referrals)
        .select_related("published_for")
        .prefetch_related("papers")
    )
    timeline = TimelineEntry.objects.visible_to(request.user).filter(proposal=case)
    openings = PublicOpening.objects.open().filter(proposal=case)
    opened = list(openings.select_related(*OPENED)) if case.has_opened else []
    return {
        "case": case,
        "domains": domains_of(case),
        "lead": lead,
        "supporting": [body.body for body in bodies if not body.referral.is_lead],
        "turn": turn,
        "deadline": deadline_of(turn, case, lead, deadlines),
        "parts": []
        if case.is_imported
        else clock_parts(turns_of(case.turns), turn, today=today, ended_on=end_of(case)),
        "bodies": bodies,
        "matrix": matrix(asks, bodies, answers, asked_again(case)),
        "is_answered": bool(answers),
        "referrals": referrals,
        "timeline": list(timeline.select_related("body", "note").order_by("-happened_at", "-pk")),
        "deadlines": deadlines,
        "has_pdf": HAS_PDF,
        "related": list(Proposal.objects.public().related_to(case, asks)[:RELATED]),
        "merged": _merged_with(request.user, case),
        "into": _dealt_with_in(request.user, case),
        "opened": opened,
        **_of_a_party(request, case, referrals, deadlines, opened),
    }


def _merged_with(user: AnyUser, case: Any) -> list[Proposal]:
    """The cases merged into this one that its reader may read; `for_page` says whether there are any."""
    return list(Proposal.objects.visible_to(user).merged_with(case)) if case.has_merged else []


def _dealt_with_in(user: AnyUser, case: Proposal) -> Row | None:
    """The case into which this one was merged, where its reader may read that."""
    if not case.is_merged:
        return None
    found = for_rows(Proposal.objects.visible_to(user).filter(pk=case.merged_into_id)).first()
    return Row.of(found, clock.today()) if found else None


def _deadlines(case: Proposal, referrals: Sequence[Referral]) -> QuerySet[Deadline]:
    """Those of the case, its referrals and their questions. A union, so that each part finds its index."""
    rows = Deadline.objects.order_by()
    return rows.filter(proposal=case).union(
        rows.filter(referral__in=referrals), rows.filter(question__referral__in=referrals), all=True
    )


def _withheld(request: HttpRequest, number: str) -> HttpResponse:
    """Declined or withdrawn: number, group and kind of reason. Anything else does not exist here."""
    hidden = Proposal.objects.listed().filter(state__in=HIDDEN_STATES, number=number)
    case = hidden.select_related("group").first()
    if case is None:
        raise Http404
    return render(request, "proposals/public/withheld.html", {"case": case})


def _of_a_party(
    request: HttpRequest,
    case: Proposal,
    referrals: Sequence[Referral],
    deadlines: Sequence[Deadline],
    opened: Sequence[PublicOpening],
) -> dict[str, Any]:
    """What a signed-in party finds on the page besides: files, and links to its next steps."""
    user = request.user
    if not is_known(user):
        return {}
    is_proposer, parties = leads(user, case), parties_of(user, case)
    bodies = bodies_of(user)
    waiting = {r.pk for r in referrals if r.state == ReferralState.WAITING}
    public = {opening.attachment_id for opening in opened}
    files = list(Attachment.objects.visible_to(user).filter(proposal=case).exclude(pk__in=public - {None}))
    texts = RestrictedText.objects.filter(proposal=case).exclude(text="")
    is_open = any(opening.attachment_id is None and opening.part_id is None for opening in opened)
    parts = list(RestrictedPart.objects.confided_to(user).filter(proposal=case).described())
    has_restricted = any(file.is_restricted for file in files) or (not is_open and texts.exists())
    return {
        "files": files,
        "is_proposer": is_proposer,
        "open_questions": [
            d for d in deadlines if is_proposer and waiting and d.kind in REPLIES and d.settled_at is None
        ],
        "steps": {step: can_take_step(user, case, step, parties) for step in OWN_STEPS}
        | open_after_answer(user, case),
        "can_triage": Party.TRIAGE in parties,
        "own_referrals": [r for r in referrals if r.ministry in bodies],
        "inherited": [r for r in referrals if r.ministry.is_gone and speaks_for(user, r)] if bodies else [],
        "has_restricted": bool(parts) or (has_restricted and can_read_restricted(user, case)),
        "restricted_parts": parts,
        "was_restricted": is_sealed_from(user, case),
    }
