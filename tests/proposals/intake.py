"""What the tests of a draft send, and as whom."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from proposals.models import Proposal

from .corpus import files


def address(name: str, draft: Proposal, *more: object) -> str:
    with translation.override("zh-hant"):
        return reverse(f"proposals:{name}", args=[draft.draft_id, *more])


def typed(draft: Proposal, *, asks: list[dict[str, str]] | None = None, **changes: Any) -> dict[str, Any]:
    """What the browser sends from the page of a draft."""
    draft.refresh_from_db()
    fields: dict[str, Any] = {
        "version": draft.version,
        "group": draft.group_id or "",
        "language": draft.language,
        "title": draft.title,
        "title_other": "",
        "business_model": draft.business_model,
        "conflict": draft.conflict,
        "benefit_firms": draft.benefit_firms,
        "benefit_public": draft.benefit_public,
        "summary": draft.summary,
        "summary_other": "",
        "restricted": draft.restricted.text,
    }
    rows = asks or [
        {"law": a.law.name_zh if a.law else "", "article": a.article, "text": a.text}
        for a in draft.asks.all()
    ]
    fields |= {"asks-TOTAL_FORMS": len(rows), "asks-INITIAL_FORMS": 0}
    for index, row in enumerate(rows):
        fields |= {
            f"asks-{index}-{name}": row.get(name, "") for name in ("law", "article", "text", "text_other")
        }
    return fields | changes


def upload(name: str = "memo.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, files.pdf() if content is None else content)


def stored_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
