"""What an action answers when it will not do what was asked. Nothing was changed; the text says why."""

from types import TracebackType
from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NO_RIGHT = _("You have no right to do this, or no longer. Nothing was changed.")
CHANGED_MEANWHILE = _(
    "Somebody else has changed this case since you opened the page. Nothing of yours was written: "
    "your text is still in the form. Look at the case as it stands now, then send again."
)

GONE_MEANWHILE = _(
    "This draft is not there any more: it was deleted, perhaps in another tab. Nothing was written."
)


class Refused(Exception):
    """The state of things does not allow it. `str()` is a sentence in the reader's language."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(Refused):
    """The person has no right to do this today."""

    def __init__(self, message: str | Promise = NO_RIGHT) -> None:
        super().__init__(message)


class Stale(Refused):
    """Somebody else changed the row since the reader loaded it; the reader's text must be kept."""

    def __init__(self, message: str | Promise = CHANGED_MEANWHILE) -> None:
        super().__init__(message)


class Gone(Refused):
    """The row was deleted since the reader loaded it; the reader's text must be kept."""

    def __init__(self, message: str | Promise = GONE_MEANWHILE) -> None:
        super().__init__(message)


class Incomplete(Refused):
    """Something required is missing; `missing` names the fields."""

    def __init__(self, missing: dict[str, str | Promise]) -> None:
        super().__init__(_("Something is still missing. What you wrote has been kept."))
        self.missing = missing


class Attempt:
    """What a page tries for its reader: a refusal ends the block, and is kept to be told on the page.

    So what stands after the block is what to do when it was refused, if the block ends with the answer. Where
    the right is missing there is no page to tell it on: PermissionDenied, hence 403, with the same sentence.
    """

    refusal: Refused | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, NotAllowed):
            raise PermissionDenied(str(error)) from error
        if isinstance(error, Refused):
            self.refusal = error
            return True
        return False

    def told_in(self, form: Any) -> int:
        """Puts the refusal above a form with everything that was typed; the status of its page."""
        form.add_error(None, str(self.refusal))
        return 409
