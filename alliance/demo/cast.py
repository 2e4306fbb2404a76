"""Gives the demo its firms and its accounts with their roles. Safe to run again."""

from datetime import date

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from members.actions.accounts import give_consent
from members.actions.seed import index_missing
from members.models import Affiliation, Organisation, User
from members.privacy import NOTICE_VERSION
from proposals.facts import POLICIES_FROM
from workinggroups.models import Seat, WorkingGroup

from .organisations import BODIES, FIRMS, FORMER
from .people import ACCOUNTS, MEMBERS, PASSWORD, SEATS, Account

SINCE = POLICIES_FROM
SECOND_TERM = date(2023, 7, 12)
"""When the convener of the alliance took over from the one before."""
_SEAT_ROLES = {"deputy convener": Seat.Role.DEPUTY}


@transaction.atomic
def appoint() -> int:
    """Adds missing firms, accounts and roles; returns the number of new accounts. Changes no password."""
    for firm in (*FIRMS, FORMER):
        defaults = {**firm._asdict(), "joined_on": firm.joined_on, "is_demo": True}
        Organisation.objects.get_or_create(slug=firm.slug, defaults=defaults)
    for row in BODIES:
        Organisation.objects.get_or_create(slug=row.slug, defaults={**row._asdict(), "is_demo": True})
    index_missing()
    hashed = make_password(PASSWORD)
    new = sum(_appoint(account, hashed) for account in ACCOUNTS)
    for email, group in MEMBERS:
        Seat.objects.get_or_create(
            user=User.objects.get(email=email),
            group=WorkingGroup.objects.get(slug=group),
            role=Seat.Role.MEMBER,
            defaults={"starts_on": SINCE},
        )
    return new


def _appoint(account: Account, password: str) -> bool:
    user, is_new = User.objects.get_or_create(
        email=account.email,
        defaults={"name": account.name, "language": account.language, "password": password},
    )
    EmailAddress.objects.get_or_create(
        user=user, email=account.email, defaults={"verified": True, "primary": True}
    )
    give_consent(user=user, version=NOTICE_VERSION)
    if account.role in SEATS:
        group = WorkingGroup.objects.get(slug=account.at) if account.at else None
        role = _SEAT_ROLES.get(account.role, account.role)
        since = SINCE if group else SECOND_TERM
        Seat.objects.get_or_create(user=user, group=group, role=role, defaults={"starts_on": since})
    else:
        organisation = Organisation.objects.get(slug=account.at)
        Affiliation.objects.get_or_create(
            user=user, organisation=organisation, role=account.role, defaults={"starts_on": SINCE}
        )
    return is_new


def table() -> str:
    """Role, e-mail and password of every account, for whoever tries the demo."""
    rows = [("role", "e-mail", "password")]
    rows += [(f"{a.role} {a.at}".strip(), a.email, PASSWORD) for a in ACCOUNTS]
    first, second = (max(len(row[n]) for row in rows) for n in (0, 1))
    return "\n".join(f"{role:<{first}}  {email:<{second}}  {password}" for role, email, password in rows)
