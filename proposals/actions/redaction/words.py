"""Words blacked out wherever a case says them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import User
from members.permissions import reads_all
from members.refusals import NotAllowed, Refused
from proposals.models import Proposal, TimelineEntry
from proposals.models.timeline import Visibility
from proposals.permissions import can_redact
from proposals.redactable import SHORTEST, black_out
from workinggroups.states import RedactionKind

from ..record import lock
from .texts import is_seen, seen_by, texts_of
from .writing import Change, Order, changes_for, has_personal_data, letters_with, tell, write, write_elsewhere

READ_BY_OFFICERS = (Visibility.PUBLIC, Visibility.PARTIES, Visibility.GROUP)


@dataclass(frozen=True)
class Preview:
    """What would be blacked out where the reader may see it; letters are counted for those who read them."""

    changes: list[Change]
    letters: int | None


def preview_words(*, user: User, proposal: Proposal, words: Sequence[str]) -> Preview:
    """Changes nothing. Says nothing of texts that the reader may not see, not even whether there are any."""
    if not can_redact(user, proposal):
        raise NotAllowed
    check_words(words)
    seen = seen_by(user, proposal)
    changes = changes_for((text for text in texts_of(proposal) if is_seen(text, seen)), words)
    return Preview(list(changes), len(letters_with(proposal, words)) if reads_all(user) else None)


@transaction.atomic
def redact_words(
    *,
    user: User,
    proposal: Proposal,
    words: Sequence[str],
    kind: str,
    reason: str,
    chosen: Collection[str] | None = None,
    unseen: bool = True,
    expected_version: int | None = None,
) -> list[TimelineEntry]:
    """Blacks words out of the chosen texts, of letters and of the admin's own history; tells the authors.

    `chosen` are keys of texts that the user may see; None takes all. With `unseen` texts that the user may
    not see are redacted with them (drafts of ministries, restricted text); whoever may read those is told.
    Neither a refusal nor a trace tells the user whether the words stood there. Raises NotAllowed, Refused,
    Stale.
    """
    case = lock(proposal, expected_version=expected_version)
    if not can_redact(user, case):
        raise NotAllowed
    check_words(words)
    order = Order(user=user, kind=kind, reason=reason.strip())
    check_order(order, words)
    seen = seen_by(user, case)
    found = list(changes_for(texts_of(case), words))
    changes = [change for change in found if is_seen(change.text, seen)]
    changes = [change for change in changes if chosen is None or change.text.key in chosen]
    if not changes:
        raise Refused(
            _("These words stand in no text that you may read, or you chose none. Nothing was changed.")
        )
    if unseen:
        hidden = [change for change in found if not is_seen(change.text, seen)]
        order.silent = {change.text.key for change in hidden if change.text.circle in READ_BY_OFFICERS}
        changes += hidden
    write(case, changes, order)
    write_elsewhere(case, words, order)
    tell(case, changes, order)
    return order.entries


def check_words(words: Sequence[str]) -> None:
    if not words:
        raise Refused(_("Type the words that are to be blacked out, one to a line."))
    if any(len(word.strip()) < SHORTEST or not word.strip("█ ") for word in words):
        raise Refused(_("Each line needs two characters or more: a single one would black out the text."))


def check_order(order: Order, words: Sequence[str] = ()) -> None:
    """The trace is public: it has a reason, and neither the words nor personal data in it."""
    if order.kind not in RedactionKind.values or not order.reason:
        raise Refused(_("Choose the kind of reason and say why: both stand in the public history."))
    if black_out(order.reason, words) != order.reason or has_personal_data(order.reason):
        raise Refused(_("The reason is public: leave out the words and all personal data."))
