"""法規釐清彙編: what ministries have clarified, by law and article, each with its legal nature."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members import bigrams, clock
from members.pages import public_page
from proposals.actions.register import can_edit_register, searched_text
from proposals.exports import csv_of
from proposals.forms.lists import ClarificationFilter
from proposals.models import Clarification

PER_PAGE = 20
EXPORTED = 5000


def with_answer(entries: QuerySet[Clarification]) -> QuerySet[Clarification]:
    """With law, answer, body and case: one statement."""
    return entries.select_related(
        "law",
        "answer__ask",
        "answer__replaced_by",
        "answer__referral__ministry",
        "answer__published_for",
        "answer__referral__proposal__group",
        "superseded_by",
    ).defer("search", "answer__referral__proposal__search")


def really(entries: list[Clarification], words: str) -> list[Clarification]:
    """Without those whose bigrams match but whose text does not hold the words."""
    if not words or all(len(word) <= 2 for word in words.split()):
        return entries
    return [entry for entry in entries if bigrams.holds(searched_text(entry), words)]


@public_page
def register(request: HttpRequest) -> HttpResponse:
    """Published entries, the newest first."""
    found = ClarificationFilter(request.GET, queryset=Clarification.objects.published())
    page = Paginator(with_answer(found.qs), PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page_obj": page, "entries": really(list(page), found.words)}
    return render(request, "proposals/register/list.html", context)


@public_page
def clarification(request: HttpRequest, slug: str) -> HttpResponse:
    """One entry, at an address that never changes; superseded ones stay readable."""
    rows = with_answer(Clarification.objects.visible_to(request.user))
    entry = get_object_or_404(rows, slug=slug)
    others = Clarification.objects.published().exclude(pk=entry.pk)
    same = others.for_article(entry.law, entry.article).in_force()[:5] if entry.law else []
    context = {
        "entry": entry,
        "answer": entry.answer,
        "case": entry.answer.referral.proposal,
        "body": entry.answer.referral.ministry,
        "earlier": list(entry.supersedes.filter(is_published=True)),
        "same": list(same),
        "may_edit": request.user.is_authenticated and can_edit_register(request.user, entry.answer),
    }
    return render(request, "proposals/register/entry.html", context)


COLUMNS = (
    "address",
    "law",
    "article",
    "question",
    "question_en",
    "outcome",
    "answer",
    "legal_basis",
    "legal_nature",
    "facts",
    "body",
    "letter_number",
    "date",
    "review_date",
    "superseded_by",
    "case",
)


def as_row(entry: Clarification, request: HttpRequest) -> dict[str, Any]:
    """An entry as data, in the language of the address; dates in ISO form."""
    answer = entry.answer
    referral = answer.referral
    later = entry.superseded_by
    return {
        "address": request.build_absolute_uri(entry.get_absolute_url()),
        "law": entry.law.name if entry.law else "",
        "article": entry.article,
        "question": entry.question,
        "question_en": entry.question_en,
        "outcome": str(answer.get_outcome_display()),
        "answer": answer.reason,
        "legal_basis": answer.legal_basis,
        "legal_nature": str(entry.get_nature_display()),
        "facts": entry.facts,
        "body": answer.named.name,
        "letter_number": entry.letter_number,
        "date": entry.dated_on.isoformat(),
        "review_date": entry.review_on.isoformat() if entry.review_on else None,
        "superseded_by": request.build_absolute_uri(later.get_absolute_url()) if later else None,
        "case": referral.proposal.number,
    }


@require_safe
@public_page
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The entries that the list's filters find, as CSV (UTF-8 with its mark) or JSON."""
    found = ClarificationFilter(request.GET, queryset=Clarification.objects.published())
    entries = really(list(with_answer(found.qs)[:EXPORTED]), found.words)
    rows = [as_row(entry, request) for entry in entries]
    name = f"register-{clock.today().isoformat()}.{kind}"
    if kind == "csv":
        body, content_type = csv_of(COLUMNS, ([row[c] for c in COLUMNS] for row in rows)), "text/csv"
    elif kind == "json":
        said = {"title": _("Register of clarifications"), "as_of": clock.now().isoformat(), "entries": rows}
        body, content_type = json.dumps(said, ensure_ascii=False, indent=1).encode(), "application/json"
    else:
        raise Http404
    response = HttpResponse(body, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
