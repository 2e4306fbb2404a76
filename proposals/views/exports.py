"""A case to take along: its dossier on paper, as PDF, and as a ZIP of all that this reader may see."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import clock
from members.pages import public_page
from members.refusals import NotAllowed
from members.templatetags.letters import plain
from proposals.actions.restricted import open_restricted
from proposals.casefile import for_page
from proposals.exports import (
    ANSWERS,
    CHUNK,
    LARGEST,
    TIMELINE,
    Part,
    answer_rows,
    case_json,
    csv_of,
    safe_name,
    timeline_rows,
    zipped,
)
from proposals.models import (
    Answer,
    Attachment,
    PaperAnswer,
    Proposal,
    RestrictedOpening,
    TimelineEntry,
)
from proposals.models.timeline import Visibility
from proposals.receipts import receipts_of
from proposals.templatetags.timeline import happening

from .dossier_tables import tables_of
from .pdf import HAS_PDF, LOCAL, pdf_of
from .public import case_context

SHEETS = ("css/tokens.css", "css/dossier.css")


@require_safe
@public_page
def dossier(request: HttpRequest, number: str) -> HttpResponse:
    """The whole case on one page, made for paper."""
    sheets = [static(name) for name in SHEETS]
    context = _dossier(request, _case(request, number)) | {"sheets": sheets, "is_page": True}
    return render(request, "proposals/exports/dossier.html", context)


@require_safe
@public_page
def dossier_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The same as a PDF, where its library is there."""
    if not HAS_PDF:
        raise Http404
    sheets = [LOCAL + name for name in SHEETS]
    context = _dossier(request, _case(request, number)) | {"sheets": sheets, "is_pdf": True}
    return pdf_of(render_to_string("proposals/exports/dossier.html", context, request), f"{number}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def dossier_zip(request: HttpRequest, number: str) -> HttpResponseBase:
    """Everything of a case that this reader may see, sent while it is packed.

    Restricted text and files come by POST only, by a button that says so: the opening is logged for the
    proposer. A GET leaves them out for everybody, and its manifest says it.
    """
    case = _case(request, number)
    restricted = _restricted(request, case) if request.method == "POST" else []
    context = _dossier(request, case) | {"sheets": ["dossier.css"]}
    parts = [*_parts(request, context), *restricted]
    notes = [_("Answers are in the language in which the ministries published them.")]
    if request.method == "POST":
        notes.append(_("Holds restricted parts: confidential. Their opening has been logged."))
    else:
        notes.append(_("Restricted text and files are not in it, except what the proposer has opened."))
    kept, left_out = _within_limit(parts)
    manifest = {
        "case": number,
        "made_at": clock.now(),
        "is_public_throughout": context["is_public_throughout"] and request.method != "POST",
        "notes": notes,
        "left_out_for_size": left_out,
    }
    response = StreamingHttpResponse(
        zipped(number, kept, manifest, clock.now()), content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="{quote(number)}.zip"'
    return response


def _case(request: HttpRequest, number: str) -> Proposal:
    """The case, if this reader may see it. 404 without it."""
    case = for_page(Proposal.objects.visible_to(request.user).filter(number=number)).first()
    if case is None:
        raise Http404
    return case


def _dossier(request: HttpRequest, case: Proposal) -> dict[str, Any]:
    """What the page of the case tells this reader, and besides all due dates and answers."""
    context = case_context(request, case)
    entries = context["timeline"]
    is_public = case.is_public and all(entry.visibility == Visibility.PUBLIC for entry in entries)
    answers = Answer.objects.visible_to(request.user).filter(referral__in=context["referrals"])
    return context | {
        "due_dates": list(receipts_of(case, request.user)),
        "answers": list(answers.select_related("ask__law", "referral__ministry", "published_for")),
        "made_at": clock.now(),
        "is_public_throughout": is_public and not context.get("files"),
    }


def _parts(request: HttpRequest, context: dict[str, Any]) -> Iterator[Part]:
    case, user = context["case"], request.user
    entries, referrals, answers = context["timeline"], context["referrals"], context["answers"]

    def say(entry: TimelineEntry) -> str:
        return plain(happening(entry, case, referrals))

    page = render_to_string("proposals/exports/dossier.html", context, request)
    yield Part.of("case.html", _("The case as a page"), page.encode())
    yield Part.of("dossier.css", _("How the page looks"), _style_sheet())
    told = case_json(
        case,
        asks=[ask for ask, _cells in context["matrix"]],
        referrals=referrals,
        answers=answers,
        entries=entries,
        deadlines=context["due_dates"],
        domains=context["domains"],
        opened=context["opened"],
        into=context["into"].case if context["into"] else None,
        say=say,
    )
    yield Part.of("case.json", _("The case for programs"), told)
    yield Part.of(
        "answers.csv", _("The published answers, ask by ask"), csv_of(ANSWERS, answer_rows(answers))
    )
    rows = timeline_rows(entries, say)
    yield Part.of("timeline.csv", _("What happened, from the beginning"), csv_of(TIMELINE, rows))
    opened = [opening.attachment for opening in context["opened"] if opening.attachment]
    open_files = [file for file in context.get("files", ()) if not file.is_restricted]
    yield from _files(open_files + opened, "files")
    papers = PaperAnswer.objects.visible_to(user).filter(referral__proposal=case)
    yield from _files(list(papers), "letters")
    yield from tables_of(user, case)


def _restricted(request: HttpRequest, case: Proposal) -> list[Part]:
    """The business secrets, for whoever may read them; the opening is logged before a byte is sent."""
    if not request.user.is_authenticated:
        raise Http404
    try:
        words = open_restricted(user=request.user, proposal=case, what=RestrictedOpening.What.DOSSIER)
    except NotAllowed as error:
        raise Http404 from error
    files = Attachment.objects.visible_to(request.user).filter(proposal=case, is_restricted=True)
    about = _("Restricted text: confidential")
    parts = [Part.of("restricted/text.txt", about, words.text.encode())] if words.text else []
    if words.parts:
        said = render_to_string("proposals/exports/restricted_parts.txt", {"parts": words.parts})
        about = _("Restricted parts of questions and replies: confidential")
        parts.append(Part.of("restricted/questions.txt", about, said.encode()))
    return parts + _files(list(files), "restricted")


def _files(rows: Sequence[Attachment | PaperAnswer], folder: str) -> list[Part]:
    taken = {"text.txt", "questions.txt"} if folder == "restricted" else set()
    return [
        Part(f"{folder}/{safe_name(row.name, taken)}", row.name, lambda row=row: _read(row), row.size)
        for row in rows
        if row.withdrawn_on is None
    ]


def _read(file: Attachment | PaperAnswer) -> Iterator[bytes]:
    """The file in pieces. It is opened at once, so that one that is lost is known before its entry begins."""
    opened = file.file.storage.open(str(file.file.name), "rb")

    def pieces() -> Iterator[bytes]:
        with opened:
            yield from opened.chunks(CHUNK)

    return pieces()


def _within_limit(parts: list[Part]) -> tuple[list[Part], list[str]]:
    """What fits into one dossier, in order, and the names of what does not."""
    room, kept, left_out = LARGEST, [], []
    for part in parts:
        if part.size > room:
            left_out.append(part.name)
        else:
            room -= part.size
            kept.append(part)
    return kept, left_out


def _style_sheet() -> bytes:
    """Both style sheets as one file, to lie beside the page."""
    return b"\n".join(Path(str(finders.find(name))).read_bytes() for name in SHEETS)
