"""Which text of the privacy notice (個人資料保護法第8條) is in force; whoever agrees agrees to this one."""

from collections.abc import MutableMapping
from typing import Any

NOTICE_VERSION = "2026-11-22"
"""The day on which the notice last changed; it stands on the page in both languages."""
PUT_OFF = "notice_put_off"


def put_off(session: MutableMapping[str, Any]) -> None:
    """“Later”: the notice in force is not pointed at again before the next sign-in."""
    session[PUT_OFF] = NOTICE_VERSION


def is_put_off(session: MutableMapping[str, Any]) -> bool:
    return session.get(PUT_OFF) == NOTICE_VERSION
