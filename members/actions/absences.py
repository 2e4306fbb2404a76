"""Being away: entered by the person, who alone can take it back."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Absence, User
from members.refusals import NotAllowed, Refused

LONGEST = timedelta(days=366)


@transaction.atomic
def enter_absence(*, user: User, starts_on: date, ends_on: date, note: str = "") -> Absence:
    """From a day until the day of return. Days that touch another absence are refused."""
    User.objects.select_for_update().get(pk=user.pk)
    if starts_on < clock.today():
        raise Refused(_("The first day lies in the past. Correct it."))
    if ends_on <= starts_on:
        raise Refused(_("You are back on a day after the first. Correct it."))
    if ends_on - starts_on > LONGEST:
        raise Refused(
            _("Somebody who is away for more than a year hands the role over: tell the secretariat.")
        )
    if Absence.objects.filter(user=user, starts_on__lt=ends_on, ends_on__gt=starts_on).exists():
        raise Refused(_("You have entered an absence for some of these days already. End that one first."))
    return Absence.objects.create(user=user, starts_on=starts_on, ends_on=ends_on, note=note.strip())


@transaction.atomic
def end_absence(*, user: User, absence: Absence) -> None:
    """Back earlier: what has not begun, or began today, is taken away; else today is the day of return."""
    row = Absence.objects.select_for_update().get(pk=absence.pk)
    if row.user_id != user.pk:
        raise NotAllowed
    today = clock.today()
    if row.ends_on is None or row.ends_on <= today:
        raise Refused(_("This absence is over already. Nothing was changed."))
    if row.starts_on >= today:
        row.delete()
        return
    row.ends_on = today
    row.save()
