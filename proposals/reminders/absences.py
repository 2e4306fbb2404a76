"""Tells the secretariat of a body with open cases of which nobody who answers is there."""

from django.db import transaction

from members.actions.letters import write_letter
from members.models import Absence, Affiliation, Letter, Organisation
from members.models.people import secretariat
from proposals.actions.notices import people_of
from proposals.models import Referral

KIND = "nobody_there"


def deserted_bodies() -> list[Organisation]:
    """Bodies with an open part in a case that have people who answer, all of them away today."""
    rows = Affiliation.objects.current().with_role(*Affiliation.ANSWERING).filter(user__is_active=True)
    staffed = rows.filter(organisation__referrals__in=Referral.objects.open())
    away = Absence.objects.current().values("user")
    there = rows.exclude(user__in=away).values("organisation")
    bodies = staffed.exclude(organisation__in=there).values("organisation")
    return list(Organisation.objects.filter(pk__in=bodies))


@transaction.atomic
def tell_of_deserted(body: Organisation) -> int:
    """One letter to each of the secretariat, once for as long as the same people are away."""
    people = people_of(body, *Affiliation.ANSWERING)
    absences = Absence.objects.current().filter(user__in=people).select_related("user").order_by("pk")
    last = absences.last()
    if last is None:
        return 0
    prefix = f"{KIND}/{body.pk}/{last.pk}/"
    if Letter.objects.filter(key__startswith=prefix).exists():
        return 0
    back_on = min(row.ends_on for row in absences if row.ends_on)
    told = [
        write_letter(
            key=f"{prefix}{user.pk}",
            kind=KIND,
            recipient=user,
            template="proposals/letters/nobody_there.txt",
            context={"body": body, "back_on": back_on},
        )
        for user in secretariat()
    ]
    return len(told)
