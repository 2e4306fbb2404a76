"""緊急移除: a whole text removed at once everywhere, and a list of who had access to it."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import NotAllowed, Refused
from proposals.models import Access, Proposal, TimelineEntry
from proposals.models.case_rules import TEXT_FIELDS
from proposals.permissions import can_redact

from ..record import lock
from .access import accesses_to, tell_of_access
from .texts import Text, found, texts_of
from .words import check_order
from .writing import Change, Order, changes_for, letters_with, tell, write, write_elsewhere

SHORTEST_LINE = 8
CUTS = (200, 300, 400)
"""Where other texts cut what they take over: titles, and questions of the register in both languages."""


@transaction.atomic
def remove_text(
    *,
    user: User,
    proposal: Proposal,
    key: str,
    kind: str,
    reason: str,
    expected_version: int | None = None,
) -> list[TimelineEntry]:
    """Puts a notice in the place of a text, in every version of it, and black blocks wherever it is repeated.

    Who had access is noted in the same transaction, from what was true a moment before. Raises NotAllowed,
    Refused, Stale.
    """
    case = lock(proposal, expected_version=expected_version)
    if not can_redact(user, case):
        raise NotAllowed
    text = found(case, key)
    if text is None or not is_removable(text):
        raise Refused(_("There is no such text in this case. Nothing was changed."))
    words = parts_of(str(text.value))
    order = Order(user=user, kind=kind, reason=reason.strip(), happening="removed", is_emergency=True)
    check_order(order, words)
    accesses = accesses_to(case, text, [letter for letter, _told in letters_with(case, words)])
    changes = list(_changes(case, text, words))
    write(case, changes, order)
    write_elsewhere(case, words, order)
    trace = next(e for e in order.entries if text.name in e.data["places"])
    Access.objects.bulk_create(_of(trace, accesses))
    tell(case, changes, order)
    tell_of_access(trace, accesses)
    return order.entries


def _of(trace: TimelineEntry, accesses: list[Access]) -> Iterator[Access]:
    for access in accesses:
        access.entry = trace
        yield access


def is_removable(text: Text) -> bool:
    """A text of its own, that is not part of a version and no name of a file or number of an article."""
    whole = text.place.model not in ("proposals.TextVersion", "proposals.TimelineEntry")
    return whole and text.column not in ("name", "article") and isinstance(text.value, str)


def parts_of(value: str) -> list[str]:
    """The text, its lines, and its beginnings as others cut them: what to look for elsewhere."""
    lines = {line.strip() for line in value.splitlines() if len(line.strip()) >= SHORTEST_LINE}
    cuts = {value[:cut] for cut in CUTS if len(value) > cut}
    return sorted({value, *lines, *cuts}, key=lambda part: (-len(part), part))


def notice() -> str:
    """What stands in its place, in both languages: a text has one wording for all readers."""
    said = []
    for language in ("zh-hant", "en"):
        with override(language):
            day = date_format(clock.today(), "Y-m-d")
            said.append(gettext("[Text removed on %(day)s]") % {"day": day})
    return " ".join(dict.fromkeys(said))


def _changes(case: Proposal, text: Text, words: list[str]) -> Iterator[Change]:
    instead = notice()
    for other in texts_of(case):
        if other.key == text.key:
            yield Change(other, instead[: other.longest] if other.longest else instead)
        elif other.place.model == "proposals.TextVersion" and other.column == "content":
            becomes = _without(other.value, text, instead)
            yield from changes_for([other], words) if becomes == other.value else [Change(other, becomes)]
        else:
            yield from changes_for([other], words)


def _without(content: dict[str, Any], text: Text, instead: str) -> dict[str, Any]:
    """A version without that text, however it read then."""
    if text.place.model == "proposals.Proposal" and text.column in TEXT_FIELDS and content.get(text.column):
        return content | {text.column: instead}
    if text.place.model == "proposals.Ask":
        asks = [
            ask | {text.column: instead} if ask["number"] == text.row.number and ask[text.column] else ask
            for ask in content["asks"]
        ]
        return content | {"asks": asks}
    return content
