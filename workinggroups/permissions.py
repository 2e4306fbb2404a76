"""Who a user is in the working groups."""

from members.models import Affiliation
from members.permissions import AnyUser, is_known, is_secretariat, reads_all

from .models import ActionItem, InterestDeclaration, Meeting, Participant, Seat, WorkingGroup
from .models.attendance import ACTING
from .models.groups import holds_a_role


def seats_of(user: AnyUser) -> list[Seat]:
    """Today's seats with their groups; read once per request and user object."""
    if not is_known(user):
        return []
    if "current_seats" not in user.__dict__:
        rows = Seat.objects.current().filter(user=user).select_related("group")
        user.__dict__["current_seats"] = list(rows)
    return user.__dict__["current_seats"]


def ties_of(user: AnyUser) -> list[int]:
    """Primary keys of the organisations to which the user is tied today; read once per user object.

    By a declared interest, or as representative: of what has left the alliance, too.
    """
    if not is_known(user):
        return []
    if "current_ties" not in user.__dict__:
        declared = InterestDeclaration.objects.current().filter(user=user).values("organisation")
        own = Affiliation.objects.current().with_role(Affiliation.Role.REPRESENTATIVE).filter(user=user)
        rows = declared.order_by().union(own.order_by().values("organisation"))
        user.__dict__["current_ties"] = list(rows.values_list("organisation", flat=True))
    return user.__dict__["current_ties"]


def triages(user: AnyUser, group: WorkingGroup | None) -> bool:
    """Convener, deputy or secretary of this very group."""
    return group is not None and any(
        seat.group_id == group.pk and seat.role in Seat.TRIAGING for seat in seats_of(user)
    )


def triaged_groups(user: AnyUser) -> list[int]:
    """Primary keys of the groups whose cases the user triages today."""
    return [seat.group_id for seat in seats_of(user) if seat.group_id and seat.role in Seat.TRIAGING]


def is_chair(user: AnyUser) -> bool:
    return any(seat.role == Seat.Role.CHAIR for seat in seats_of(user))


def may_enter_admin(user: AnyUser) -> bool:
    """The admin is for those who run the alliance today: secretariat, auditors, triage officers, convener."""
    return reads_all(user) or bool(triaged_groups(user)) or is_chair(user)


def runs_group(user: AnyUser, group: WorkingGroup | None) -> bool:
    """Keeps the meetings, papers and milestones of a group; those of the alliance itself the secretariat."""
    return is_secretariat(user) or triages(user, group)


def approves_minutes(user: AnyUser, meeting: Meeting) -> bool:
    """Convener or deputy of the group, who were in the chair; the secretariat where there is neither."""
    chairs = (Seat.Role.CONVENER, Seat.Role.DEPUTY)
    if any(seat.group_id == meeting.group_id and seat.role in chairs for seat in seats_of(user)):
        return meeting.group_id is not None
    if not is_secretariat(user):
        return False
    return (
        not Seat.objects.current().filter(group__isnull=False, group=meeting.group, role__in=chairs).exists()
    )


def takes_part(user: AnyUser, meeting: Meeting) -> bool:
    """Sees the online link: the group's seats, whoever is invited, and who reads all."""
    if not is_known(user):
        return False
    if reads_all(user) or any(seat.group_id == meeting.group_id for seat in seats_of(user) if seat.group_id):
        return True
    return Participant.objects.of(user).filter(meeting=meeting).exists()


def may_finish(user: AnyUser, item: ActionItem) -> bool:
    """Its owner, whoever acts for the organisation that owns it, or an officer of the group."""
    if not is_known(user):
        return False
    if item.owner_id == user.pk and holds_a_role(user):
        return True
    if item.organisation in user.organisations_as(*ACTING):
        return True
    return runs_group(user, item.meeting.group)
