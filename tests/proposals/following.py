"""Who follows by mail: asked, confirmed, and told at nine."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from members import clock
from members.models import Letter
from proposals.actions import follows
from proposals.actions.answering import accept_referral
from proposals.models import Follow, Proposal
from tests import cases

MONDAY = cases.at(2026, 11, 2, 14)
MORNING = cases.at(2026, 11, 3, 9)
ADDRESS = "reader@example.net"


def at(moment: datetime, path: str, data: dict[str, str] | None = None, client: Client | None = None) -> Any:
    with clock.at(moment):
        visitor = client or Client()
        return visitor.get(path) if data is None else visitor.post(path, data)


def letters(kind: str) -> list[Letter]:
    return list(Letter.objects.filter(kind=kind).order_by("pk"))


def link(letter: Letter, part: str) -> str:
    """The path of the link in a letter whose address holds `part`."""
    return re.search(rf"https?://[^/\s]+(\S*{part}\S*)", letter.body).group(1)  # type: ignore[union-attr]


def follow(
    case: Proposal | None = None, moment: datetime = MONDAY, email: str = ADDRESS, **thing: Any
) -> Follow:
    """A confirmed follow, without its letter."""
    with clock.at(moment):
        follows.ask_to_follow(email=email, language="en", proposal=case, **thing)
        row = Follow.objects.select_related("follower").get(follower__email=email, proposal=case, **thing)
        return follows.confirm_follow(follow=row)


def happens(case: Proposal, moment: datetime = MONDAY + timedelta(hours=1)) -> None:
    with clock.at(moment):
        referral = cases.lead_of(case)
        accept_referral(user=cases.liaison_of(referral.ministry), referral=referral)


def tell(moment: datetime = MORNING) -> list[Letter]:
    with clock.at(moment):
        for pk in follows.followers_to_tell():
            follows.tell_follower(pk)
    return letters("follow_news")
