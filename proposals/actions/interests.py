"""利益揭露: what ties a person to an organisation, declared by the person or entered by the secretariat.

From that moment on the person neither triages the cases of that organisation nor reads their restricted text
(`models.circles`). The public reads of an open case that an officer takes no part in it, never who or why.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from proposals.models import Proposal
from proposals.models.circles import of_interest_to
from proposals.states import Party
from workinggroups.models import InterestDeclaration, Seat

from .notices import notify_triage
from .record import lock, record


@transaction.atomic
def enter_interest(
    *,
    user: User,
    person: User,
    organisation: Organisation,
    nature: str,
    starts_on: date,
    note: str = "",
) -> InterestDeclaration:
    """The interest counts from now on. Open cases that its holder triages say that an officer stands aside.

    The person declares it, or the secretariat does in the person's stead.
    """
    if user.pk != person.pk and not is_secretariat(user):
        raise NotAllowed
    if starts_on > clock.today():
        raise Refused(_("An interest counts from today on, even if the post begins later: enter today."))
    known = set(_triaged_cases(person).values_list("pk", flat=True))
    try:
        with transaction.atomic():
            row = InterestDeclaration.objects.create(
                user=person,
                organisation=organisation,
                nature=nature,
                starts_on=starts_on,
                note=note.strip(),
                declared_by=user,
            )
    except IntegrityError as doubled:
        raise Refused(_("This interest is declared already. Nothing was changed.")) from doubled
    for case in _triaged_cases(person).exclude(pk__in=known).order_by("pk"):
        entry = record(lock(case), "recused", role=Party.CLOCK)
        notify_triage(entry, "recused")
    return row


@transaction.atomic
def end_interest(*, user: User, interest: InterestDeclaration, ends_on: date) -> InterestDeclaration:
    """From a day on the interest no longer holds. As with a recusal it takes a second person to say so."""
    row = InterestDeclaration.objects.select_for_update().get(pk=interest.pk)
    if not is_secretariat(user):
        raise NotAllowed
    if user.pk == row.user_id:
        raise Refused(_("Nobody ends an interest of their own. Ask a colleague."))
    if row.ends_on is not None:
        raise Refused(_("This interest has ended already. Nothing was changed."))
    if ends_on < clock.today():
        raise Refused(_("An interest ends today or later: what it has stopped cannot be made good."))
    row.ends_on, row.ended_by = ends_on, user
    row.save()
    return row


def _triaged_cases(person: User) -> QuerySet[Proposal]:
    """The open cases of the person's groups in which the person has an interest; read anew each time."""
    fresh = User.objects.get(pk=person.pk)
    seats = Seat.objects.current().filter(user=fresh, role__in=Seat.TRIAGING)
    tied = of_interest_to(fresh).values("pk")
    return Proposal.objects.open().filter(pk__in=tied, group__in=seats.values("group"))
