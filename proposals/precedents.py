"""What has been asked and answered before, for somebody who is about to ask it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from members import bigrams
from members.permissions import AnyUser

from .articles import article_keys
from .models import Answer, Ask, Clarification, Proposal, Referral
from .states import TONES, Outcome, ProposalState

SHOWN = 5
COMPARED = 20
CANDIDATES = 2_000
MOST_WORDS = 60
ALIKE = 0.3
SETTLING = (Outcome.MAY_PROCEED, Outcome.CLARIFIED)


@dataclass(frozen=True)
class Similar:
    """An older case, and what it has in common: the share of the draft's words, or an article."""

    case: Proposal
    share: float
    articles: tuple[str, ...]
    outcomes: tuple[Outcome, ...] = ()
    """What its lead says today, each outcome once."""

    @property
    def signs(self) -> list[tuple[str, str, str]]:
        """Tone, icon and words of each outcome."""
        return [(*TONES[outcome], str(outcome.label)) for outcome in self.outcomes]

    @property
    def percent(self) -> int:
        return round(self.share * 100)


def similar_cases(
    user: AnyUser, draft: Proposal, asks: Sequence[Ask], among: QuerySet[Proposal] | None = None
) -> list[Similar]:
    """Up to five submitted cases that the reader may know of, or some of them, the nearest first. One query.

    Found by the bigrams of title and asks, and by law; compared word by word among the twenty nearest.
    """
    words = _words([draft.title, draft.title_other, *(f"{ask.text} {ask.text_other}" for ask in asks)])
    cited = [(ask.law_id, ask.article) for ask in asks if ask.law_id]
    if not words and not cited:
        return []
    query = SearchQuery(" | ".join(words[:MOST_WORDS]) or "''", config="simple", search_type="raw")
    known = Proposal.objects.visible_to(user) if among is None else among
    known = known.exclude(Q(state=ProposalState.DRAFT) | Q(pk=draft.pk)).order_by()
    theirs = Ask.objects.filter(proposal=OuterRef("pk")).order_by()
    same = Q(pk__in=[])
    for law, article in cited:
        same |= Q(law=law, article=article)
    said = Answer.objects.visible_to(user).current().order_by("outcome")
    said = said.filter(referral__proposal=OuterRef("pk"), referral__part=Referral.Part.LEAD).exclude(
        outcome=""
    )
    near = known.filter(search=query) if words else known.filter(pk__in=[])
    candidates = [
        rows.values("pk")[:CANDIDATES] for rows in (near, known.filter(Exists(theirs.filter(same))))
    ]
    rows = (
        Proposal.objects.filter(pk__in=candidates[0].union(candidates[1]))
        .annotate(
            is_same_article=Exists(theirs.filter(same)),
            rank=SearchRank(F("search"), query),
            cited=ArraySubquery(
                theirs.order_by("number").values(
                    row=JSONObject(law="law", name="law__name_zh", article="article", text="text")
                )
            ),
            said=ArraySubquery(said.values_list("outcome", flat=True).distinct()),
        )
        .select_related("organisation")
        .order_by("-is_same_article", "-rank", "-pk")[:COMPARED]
    )
    found = [_compared(case, set(words), cited) for case in rows]
    found = [hit for hit in found if hit.articles or hit.share >= ALIKE]
    return sorted(found, key=lambda hit: (bool(hit.articles), hit.share), reverse=True)[:SHOWN]


def _compared(case: Any, words: set[str], cited: Iterable[tuple[int | None, str]]) -> Similar:
    theirs = set(_words([case.title, case.title_other, *(ask["text"] for ask in case.cited)]))
    share = len(words & theirs) / len(words) if words else 0.0
    own = {(law, key) for law, article in cited for key in article_keys(article)}
    articles = dict.fromkeys(
        f"{ask['name']} {ask['article']}"
        for ask in case.cited
        if own & {(ask["law"], key) for key in article_keys(ask["article"])}
    )
    return Similar(case, share, tuple(articles), tuple(map(Outcome, case.said)))


def _words(texts: Iterable[str]) -> list[str]:
    """Bigrams and Latin words, each once; single characters say too little."""
    return [word for word in dict.fromkeys(bigrams.tokens("\n".join(texts))) if len(word) > 1]


def earlier_clarifications(asks: Sequence[Ask]) -> list[Clarification]:
    """Entries of the register in force on an article that the draft cites."""
    cited = Q(pk__in=[])
    for ask in asks:
        if ask.law_id and (keys := article_keys(ask.article)):
            cited |= Q(law=ask.law_id, article_keys__overlap=keys)
    rows = Clarification.objects.published().in_force().filter(cited)
    return list(rows.select_related("law", "answer__referral__ministry", "answer__published_for")[:SHOWN])


def earlier_answers(user: AnyUser, asks: Sequence[Ask]) -> list[Answer]:
    """Published answers that clarified or permitted something on an article that the draft cites.

    Those that the register holds are left to it.
    """
    own = {(ask.law_id, key) for ask in asks if ask.law_id for key in article_keys(ask.article)}
    rows = (
        Answer.objects.visible_to(user)
        .current()
        .filter(ask__law__in={law for law, _key in own}, outcome__in=SETTLING)
        .exclude(clarification__is_published=True)
        .select_related("ask__law", "referral__ministry", "referral__proposal", "published_for")
        .order_by("-published_at")[:CANDIDATES]
    )
    found = (
        answer
        for answer in rows
        if own & {(answer.ask.law_id, key) for key in article_keys(answer.ask.article)}
    )
    return [answer for answer, _place in zip(found, range(SHOWN), strict=False)]
