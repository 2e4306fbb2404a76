"""What each of those who run the alliance should look at first, as the front page of the admin shows it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import Law, Letter
from members.permissions import AnyUser, reads_all
from proposals.admin.queue import QUEUES, WITHOUT_LEAD, cases_for, urgency, with_due
from workinggroups.permissions import triaged_groups


@dataclass(frozen=True)
class ToDo:
    count: int
    label: str | Promise
    url: str
    tone: str
    icon: str


def todo(user: AnyUser) -> list[ToDo]:
    """A triage officer: the own queue. Secretariat and auditors: what has got stuck."""
    items: list[ToDo] = []
    queue = reverse("admin:proposals_proposal_changelist")
    groups = triaged_groups(user)
    cases = with_due(cases_for(user))
    if groups:
        count = urgency(cases.filter(group__in=groups))
        items += [
            ToDo(count["late"], _("cases past their date"), queue, "late", "alert"),
            ToDo(count["soon"], _("to decide within seven days"), queue, "soon", "hourglass"),
            ToDo(count["all"], _("to decide in all"), queue, "brand", "list"),
        ]
    if reads_all(user):
        letters = reverse("admin:members_letter_changelist")
        laws = reverse("admin:members_law_changelist")
        items += [
            ToDo(
                Letter.objects.undelivered().count(),
                _("letters that could not be delivered"),
                f"{letters}?delivery=undelivered",
                "late",
                "mail",
            ),
            ToDo(
                cases.filter(QUEUES[WITHOUT_LEAD]).count(),
                _("cases that no ministry leads"),
                f"{queue}?queue={WITHOUT_LEAD}",
                "late",
                "reply",
            ),
            ToDo(
                Law.objects.filter(is_checked=False).count(),
                _("names of laws to check"),
                f"{laws}?is_checked__exact=0",
                "soon",
                "book",
            ),
        ]
    return items
