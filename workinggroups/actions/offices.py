"""Who holds which office from when to when: given by the secretariat, one convener at a time."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from members import clock
from members.models import Organisation, User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from members.said import day
from workinggroups.models import Period, Seat, WorkingGroup


@transaction.atomic
def give_seat(
    *,
    user: User,
    person: User,
    group: WorkingGroup | None,
    role: str,
    organisation: Organisation | None = None,
    period: Period | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    named_on: date | None = None,
) -> Seat:
    """Gives somebody a seat; days that are not said are those of the period, else it begins today.

    Raises Refused where another holds the same single office on one of these days, saying from when to when.
    """
    if not is_secretariat(user):
        raise NotAllowed
    if person == user:
        raise Refused(_("Nobody gives themselves a role. Ask a colleague."))
    if period and period.group_id != (group.pk if group else None):
        raise Refused(_("This is a period of another group. Choose one of this group."))
    if period:
        starts_on, ends_on = starts_on or period.starts_on, ends_on or period.ends_on
    seat = Seat(
        user=person,
        group=group,
        role=role,
        organisation=organisation,
        period=period,
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
        named_on=named_on,
    )
    return _keep(seat)


@transaction.atomic
def change_seat(
    *,
    user: User,
    seat: Seat,
    organisation: Organisation | None,
    period: Period | None,
    ends_on: date | None,
    named_on: date | None,
) -> Seat:
    """Its end, whom the person sits for, and whether the name is public; another office is another seat."""
    if not is_secretariat(user):
        raise NotAllowed
    row = Seat.objects.select_for_update(of=("self",)).select_related("group").get(pk=seat.pk)
    if period and period.group_id != row.group_id:
        raise Refused(_("This is a period of another group. Choose one of this group."))
    row.organisation, row.period, row.ends_on, row.named_on = organisation, period, ends_on, named_on
    return _keep(row)


@transaction.atomic
def agree_to_be_named(*, user: User, seat: Seat, agrees: bool) -> Seat:
    """The person's own word on whether the public reads the name beside the office."""
    row = Seat.objects.select_for_update(of=("self",)).select_related("group").get(pk=seat.pk)
    if row.user_id != user.pk:
        raise NotAllowed
    row.named_on = clock.today() if agrees else None
    row.save(update_fields=["named_on"])
    return row


@transaction.atomic
def close_group(*, user: User, group: WorkingGroup, on: date) -> WorkingGroup:
    """From a day on it is no more, and its seats end; its page, meetings and papers stay to be read.

    Raises Refused while a part of it would go on.
    """
    if not is_secretariat(user):
        raise NotAllowed
    row = WorkingGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    check_parts_ended(group=row, on=on)
    row.ends_on = on
    row.save(update_fields=["ends_on"])
    _end(Seat.objects.filter(group=row), on)
    return row


def check_parts_ended(*, group: WorkingGroup, on: date) -> None:
    """Raises Refused where a subgroup or committee of the group goes on after that day, and names it."""
    parts = group.subgroups.exclude(ends_on__lte=on)
    if names := [part.name for part in parts]:
        raise Refused(
            _(
                "What belongs to it would go on: %(names)s. End that first, or make it part of another "
                "group, in the field “part of”."
            )
            % {"names": pgettext("list of names", ", ").join(names)}
        )


@transaction.atomic
def begin_next_period(
    *,
    user: User,
    period: Period,
    name_zh: str,
    name_en: str,
    starts_on: date,
    ends_on: date | None,
    kept: Collection[Seat],
) -> Period:
    """The period ends where the next one begins; of its seats those kept go on, the others end on that day.

    Members and observers without a period have no term, and stay as they are.
    """
    if not is_secretariat(user):
        raise NotAllowed
    row = Period.objects.select_for_update(of=("self",)).select_related("group").get(pk=period.pk)
    if starts_on <= row.starts_on or (ends_on and ends_on <= starts_on):
        raise Refused(_("The next period begins after this one has begun, and ends after that. Correct it."))
    if Period.objects.filter(group=row.group_id, starts_on__gt=row.starts_on).exists():
        raise Refused(_("The next period has been entered already. Nothing was changed."))
    seats = list(seats_of_period(row, starts_on).select_for_update(of=("self",)))
    going_on = [seat for seat in seats if seat in kept]
    if len(going_on) != len(kept):
        raise Refused(_("Somebody whom you ticked no longer has the seat. Look at the list again."))
    if any(seat.user_id == user.pk for seat in going_on):
        raise Refused(_("Nobody gives themselves a role. Ask a colleague."))
    _end(seats_of_period(row, starts_on), starts_on)
    if row.ends_on is None or row.ends_on > starts_on:
        row.ends_on = starts_on
        row.save(update_fields=["ends_on"])
    following = Period.objects.create(
        group=row.group, name_zh=name_zh, name_en=name_en, starts_on=starts_on, ends_on=ends_on
    )
    for seat in going_on:
        _keep(
            Seat(
                user=seat.user,
                group=row.group,
                role=seat.role,
                organisation=seat.organisation,
                period=following,
                starts_on=starts_on,
                ends_on=ends_on,
                named_on=seat.named_on,
            )
        )
    return following


def seats_of_period(period: Period, until: date) -> QuerySet[Seat]:
    """The seats that last until a day, and have a term: those of the period, and all offices of its group."""
    with_term = Q(period=period) | Q(role__in=Seat.OFFICES)
    rows = Seat.objects.current(until - timedelta(days=1)).filter(with_term, group=period.group_id)
    return rows.select_related("user", "group", "organisation").order_by("role", "pk")


def _end(seats: QuerySet[Seat], on: date) -> None:
    """Those that last longer end on the day; what begins later is void."""
    for seat in seats:
        if seat.ends_on is None or seat.ends_on > on:
            seat.ends_on = max(on, seat.starts_on)
            seat.save(update_fields=["ends_on"])


def _keep(seat: Seat) -> Seat:
    """Saves it, within the life of its group; the database sees to it that a single office has one holder."""
    if seat.ends_on and seat.ends_on < seat.starts_on:
        raise Refused(_("The seat ends before it begins. Correct one of the two days."))
    end = seat.group.ends_on if seat.group else None
    if end and (seat.ends_on is None or seat.ends_on > end):
        raise Refused(
            _("This group ends on %(day)s: enter that day, or an earlier one, as the seat's end.")
            % {"day": day(end, "year")}
        )
    try:
        with transaction.atomic():
            seat.save()
    except IntegrityError as error:
        if "one_chair_at_a_time" in str(error) or "one_convener_at_a_time" in str(error):
            raise Refused(_taken(seat)) from error
        if "seat_once_while_open" in str(error):
            raise Refused(_("This person has this seat already, without an end.")) from error
        raise
    return seat


def _taken(seat: Seat) -> str:
    """By whom and from when to when; the convener before must end first, deputies may be several."""
    other = Seat.objects.during(seat).select_related("user", "group").order_by("starts_on").first()
    if other is None:
        return str(_("Somebody was given this office meanwhile. Look again."))
    said = {
        "office": other.function,
        "name": other.user.name,
        "start": day(other.starts_on, "year"),
        "end": day(other.ends_on, "year"),
    }
    words = (
        _("%(office)s is %(name)s from %(start)s until before %(end)s. Choose days outside these.")
        if other.ends_on
        else _("%(office)s is %(name)s from %(start)s on, without an end. Enter the end of that seat first.")
    )
    return str(words % said)
