"""Tells the secretariat, in one mail a day, which letters nobody received, and which copies came back."""

from django.db import transaction

from members import clock
from members.actions.letters import write_letter
from members.models import Letter, User
from members.models.people import secretariat

KIND = "undelivered"


@transaction.atomic
def write_undelivered() -> int:
    """One letter to each of the secretariat, about what is new since the last; returns how many.

    Nobody is told of letters to oneself, nor of these very letters: a dead address would be written to
    for ever. Those stand in the admin's list of things to do, like all the others.
    """
    rows = Letter.objects.undelivered() | Letter.objects.with_lost_copy()
    rows = rows.for_the_desk().filter(reported_at=None).select_for_update(of=("self",))
    new = list(rows.order_by("created_at", "pk"))
    people = list(secretariat())
    if not new or not people or _were_told_today():
        return 0
    told = [_tell(user, new) for user in people]
    Letter.objects.filter(pk__in=[letter.pk for letter in new]).update(reported_at=clock.now())
    return sum(told)


def _were_told_today() -> bool:
    return Letter.objects.filter(key__startswith=f"{KIND}/{clock.today().isoformat()}/").exists()


def _tell(user: User, letters: list[Letter]) -> bool:
    others = [row for row in letters if row.kind != KIND and row.to != user.email]
    others = [row for row in others if row.recipient_id != user.pk]
    if not others:
        return False
    write_letter(
        key=f"{KIND}/{clock.today().isoformat()}/{user.pk}",
        kind=KIND,
        recipient=user,
        template="proposals/letters/undelivered.txt",
        context={
            "letters": [row for row in others if not row.has_lost_copy],
            "copies": [row for row in others if row.has_lost_copy],
        },
    )
    return True
