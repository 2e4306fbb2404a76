"""交接: what hangs on a role when its holder leaves, who could carry it on, and where nobody is left."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Affiliation, Organisation, User
from workinggroups.models import ActionItem, Meeting, Minutes, Participant, Seat, WorkingGroup

from .case import Proposal
from .follow_ups import FollowUp
from .leading import led_by
from .questions import Question
from .referrals import Referral

Role = Affiliation | Seat
REPRESENTATIVE = Affiliation.Role.REPRESENTATIVE
SHOWN = 20
"""How many things of one kind the preview names; the others are counted."""


@dataclass(frozen=True)
class Work:
    """Things of one kind that pass together. `keeper` goes on with them where nobody is named.

    Without a keeper they are the person's own: somebody has to take them, if there is anybody.
    """

    key: str
    label: str | Promise
    rows: list[Any]
    keeper: Organisation | WorkingGroup | None
    is_own: bool = False
    is_secret: bool = False
    """Counted, never named: drafts are read by their organisation alone."""

    @property
    def named(self) -> list[str]:
        return [] if self.is_secret else [str(row) for row in self.rows[:SHOWN]]

    @property
    def more(self) -> int:
        return len(self.rows) - len(self.named)


def work_of(role: Role) -> list[Work]:
    """Everything that hangs on the role, what is the person's own last, by a fixed number of queries."""
    own = list(_own_work(role))
    if isinstance(role, Seat):
        found = _work_of_group(role.group) if role.group and role.role in Seat.TRIAGING else []
    elif role.role == REPRESENTATIVE:
        found = _work_of_member(role.organisation)
    elif role.role in Affiliation.ANSWERING:
        found = _work_of_body(role.organisation, role.user_id)
    else:
        found = []
    return [work for work in [*found, *own] if work.rows]


def work_of_member(organisation: Organisation) -> list[Work]:
    """What an organisation leaves behind with its membership."""
    return [work for work in _work_of_member(organisation) if work.rows]


def work_of_body(body: Organisation) -> list[Work]:
    """What a body leaves behind that is no more."""
    return [work for work in _work_of_body(body) if work.rows]


def work_of_group(group: WorkingGroup, on: date) -> list[Work]:
    """What a group leaves behind that is no more from a day on: meetings before it may still be held."""
    since = datetime.combine(on, time(), clock.TAIPEI)
    waiting = Proposal.objects.filter(group=group, state="needs_information").order_by("pk")
    asked = Work("asked", _("Cases that wait for information"), list(waiting), group)
    found = [*_work_of_group(group, since), asked]
    return [work for work in found if work.rows]


def _work_of_member(home: Organisation) -> list[Work]:
    cases = Proposal.objects.filter(led_by([home]))
    questions = Question.objects.filter(
        referral__proposal__in=cases.values("pk"), replied_at__isnull=True, lapsed_at__isnull=True
    )
    asked = cases.filter(pk__in=questions.values("referral__proposal")) | cases.filter(
        state="needs_information"
    )
    return [
        Work("drafts", _("Drafts of proposals"), list(cases.filter(state="draft")), home, is_secret=True),
        Work("questions", _("Questions to reply to"), list(asked.order_by("pk")), home),
        Work("cases", _("Open cases"), list(cases.open().exclude(pk__in=asked).order_by("pk")), home),
    ]


def _work_of_body(body: Organisation, user: int | None = None) -> list[Work]:
    open_parts = Referral.objects.open().filter(ministry=body).select_related("proposal", "ministry")
    drafts = Referral._meta.get_field("answerdrafts").related_model.objects
    own = Q(Exists(drafts.filter(referral=OuterRef("pk"), updated_by=user)))
    in_hand = Q(sign_off_since__isnull=False) | own
    promised = FollowUp.objects.open().filter(ministry=body).order_by("planned_on", "pk")
    promised = promised.select_related("proposal", "referral__proposal", "referral__ministry")
    return [
        Work("answers", _("Answers drafted or in sign-off"), _by_date(open_parts.filter(in_hand)), body),
        Work("referrals", _("Other open referrals"), _by_date(open_parts.exclude(in_hand)), body),
        Work(
            "promises",
            _("Follow-up items"),
            list(promised),
            body,
        ),
    ]


def _by_date(rows: QuerySet[Referral]) -> list[Referral]:
    return list(rows.order_by("due_on", "pk"))


def _work_of_group(group: WorkingGroup, since: datetime | None = None) -> list[Work]:
    cases = Proposal.objects.filter(group=group, state__in=("screening", "discussion")).order_by("pk")
    minutes = Minutes.objects.open().filter(meeting__group=group).select_related("meeting")
    coming = Meeting.objects.coming().held().filter(group=group)
    if since:
        coming = coming.filter(starts_at__gte=since)
    return [
        Work("triage", _("Cases to decide"), list(cases), group),
        Work("meetings", _("Meetings to hold"), list(coming), group),
        Work("minutes", _("Minutes at work"), list(minutes), group),
    ]


def _own_work(role: Role) -> Iterator[Work]:
    """Tasks and invitations in the person's own name, unless another role of theirs goes on in that group."""
    here = _meetings_of(role)
    home = role.organisation if isinstance(role, Affiliation) else None
    tasks = ActionItem.objects.undone().filter(here, owner=role.user_id).select_related("meeting")
    for task in tasks.order_by("due_on", "pk"):
        yield Work(f"task-{task.pk}", _("Action item"), [task], home, is_own=True)
    invited = Participant.objects.filter(
        here, user=role.user_id, meeting__starts_at__gte=clock.now(), meeting__cancelled_at__isnull=True
    )
    for row in invited.select_related("meeting").order_by("meeting__starts_at", "pk"):
        yield Work(f"invitation-{row.pk}", _("Invited to a meeting"), [row.meeting], home, is_own=True)


def _meetings_of(role: Role) -> Q:
    """Of a seat those of its group; of an affiliation those of groups in which the person has no seat."""
    if isinstance(role, Seat):
        return Q(meeting__group=role.group_id) if role.group_id else Q(meeting__group__isnull=True)
    seats = Seat.objects.current().filter(user=role.user_id, group__isnull=False)
    return ~Q(meeting__group__in=seats.values("group")) | Q(meeting__group__isnull=True)


def colleagues_of(role: Role, on: date | None = None) -> QuerySet[User]:
    """Who holds a fitting role beside the one who leaves, today and on the day from which it ends."""
    return _fitting(role, on).people().exclude(pk=role.user_id).order_by("name", "pk")


def _fitting(role: Role, on: date | None) -> Any:
    """Roles of today whose holders have a fitting one on that day too, be it another row."""
    if isinstance(role, Seat):
        roles = Seat.TRIAGING if role.role in Seat.TRIAGING else (role.role,)
        rows: Any = Seat.objects.filter(group=role.group_id).with_role(*roles)
    else:
        roles = Affiliation.ANSWERING if role.role in Affiliation.ANSWERING else (role.role,)
        rows = Affiliation.objects.filter(organisation=role.organisation_id).with_role(*roles)
    return rows.current().filter(user__in=rows.current(on).order_by().values("user"))


# --- where nobody is left --------------------------------------------------------------------------


def members_without_anybody() -> QuerySet[Organisation]:
    """Members with a case at work, or a draft, that nobody represents today."""
    at_work = Proposal.objects.open() | Proposal.objects.filter(state="draft")
    leads = at_work.order_by().values(lead=Coalesce("taken_over_by", "organisation"))
    rows = Organisation.objects.members().filter(pk__in=leads)
    return rows.exclude(pk__in=_held("organisation", REPRESENTATIVE)).order_by("name_zh")


def bodies_without_anybody() -> QuerySet[Organisation]:
    """Bodies with an open part in a case, or a promise, for which nobody answers today."""
    matters = Q(pk__in=Referral.objects.open().order_by().values("ministry"))
    matters |= Q(pk__in=FollowUp.objects.open().order_by().values("ministry"))
    rows = Organisation.objects.bodies().filter(matters)
    return rows.exclude(pk__in=_held("organisation", *Affiliation.ANSWERING)).order_by("name_zh")


def groups_without_anybody() -> QuerySet[WorkingGroup]:
    """Groups with a case to decide, or a meeting to come, that has no officer today."""
    cases = Proposal.objects.filter(state__in=("screening", "discussion", "needs_information"))
    meetings = Meeting.objects.coming().held().filter(group__isnull=False)
    at_work = Q(pk__in=cases.order_by().values("group")) | Q(pk__in=meetings.order_by().values("group"))
    seats = Seat.objects.current().with_role(*Seat.TRIAGING).filter(user__is_active=True)
    seats = seats.filter(group__isnull=False)
    return WorkingGroup.objects.filter(at_work).exclude(pk__in=seats.order_by().values("group"))


def _held(of: str, *roles: str) -> QuerySet[Any]:
    rows = Affiliation.objects.current().with_role(*roles).filter(user__is_active=True)
    return rows.order_by().values(of)


def would_be_deserted(role: Role, work: Iterable[Work], on: date) -> bool:
    """Whether what hangs on the role has nobody to carry it on from that day."""
    has_work = any(not item.is_own for item in work)
    return has_work and not colleagues_of(role, on).exists()


def left_behind(role: Role, on: date) -> list[Work]:
    """What nobody would go on with if the role ended on that day without a word: all of it where there is
    no colleague, else what is the person's own and is to be done on that day or later, or is late already."""
    works = work_of(role)
    if would_be_deserted(role, works, on):
        return works
    return [work for work in works if work.is_own and not clock.today() <= _day_of(work.rows[0]) < on]


def _day_of(own: ActionItem | Meeting) -> date:
    return own.due_on if isinstance(own, ActionItem) else clock.local_date(own.starts_at)
