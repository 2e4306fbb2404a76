"""Pages as PDF, where the optional library is there (extra "pdf"); elsewhere the print page is the way."""

from importlib.util import find_spec
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpResponse

HAS_PDF = find_spec("weasyprint") is not None
LOCAL = "local:"
"""How a page for a PDF names our style sheets."""


def pdf_of(html: str, name: str) -> HttpResponse:
    """The page as a PDF with real text, to be shown under `name`."""
    from weasyprint import HTML  # an optional library: see HAS_PDF

    written = HTML(string=html, base_url=LOCAL, url_fetcher=_own_file).write_pdf()
    return HttpResponse(
        written,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _own_file(url: str, *rest: Any, **options: Any) -> Any:
    """A style sheet of ours; nothing else is fetched."""
    from weasyprint.urls import URLFetcherResponse

    path = finders.find(url.removeprefix(LOCAL))
    if not url.startswith(LOCAL) or not isinstance(path, str):
        raise ValueError(f"not ours: {url}")
    with open(path, "rb") as file:
        return URLFetcherResponse(url, file.read(), {"Content-Type": "text/css"})
