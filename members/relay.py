"""Asks the journal of our mail relay whether it has taken a letter."""

import logging

from django.conf import settings
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)


def accepted(message_id: str) -> bool | None:
    """Whether the relay took the letter; None where it keeps no journal or the journal cannot be read.

    RELAY_JOURNAL names a function of the same signature, of a Postfix log or a provider's interface.
    """
    if not settings.RELAY_JOURNAL:
        return None
    try:
        return import_string(settings.RELAY_JOURNAL)(message_id)
    except Exception:
        log.exception("The relay's journal could not be asked for %s.", message_id)
        return None
