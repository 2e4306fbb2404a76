"""The words of a case as one thing: what is kept of them, and what a co-sponsor signs."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from members import clock
from members.models import User
from proposals.models import Ask, Proposal, TextVersion
from proposals.models.case_rules import TEXT_FIELDS


def content_of(proposal: Proposal) -> dict[str, Any]:
    """The public words by name, and the asks in order; laws by their Chinese name."""
    asks = [
        {
            "number": ask.number,
            "law": ask.law.name_zh if ask.law else "",
            "article": ask.article,
            "text": ask.text,
            "text_other": ask.text_other,
        }
        for ask in _asks(proposal)
    ]
    return {name: getattr(proposal, name) for name in TEXT_FIELDS} | {"asks": asks}


def _asks(proposal: Proposal) -> Iterable[Ask]:
    rows = proposal.asks.all()
    is_read = "asks" in getattr(proposal, "_prefetched_objects_cache", {})
    return rows if is_read else rows.select_related("law")


def digest_of(proposal: Proposal) -> str:
    """What a signature is under: changes with any word of the text, and with nothing else."""
    words = json.dumps(content_of(proposal), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def write_version(proposal: Proposal, *, user: User, reason: str = "") -> TextVersion:
    """Keeps the words of the case as they are now. Call with the case locked."""
    return TextVersion.objects.create(
        proposal=proposal,
        number=proposal.text_versions.count() + 1,
        content=content_of(proposal),
        reason=reason,
        made_at=clock.now(),
        made_by=user,
    )
