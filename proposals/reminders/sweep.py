"""The clock's round: what has lapsed, what counts as received, whom to remind. Safe to run twice."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q, QuerySet

from members import clock
from members.models import Letter
from members.refusals import Refused
from proposals.actions.answering import record_receipt_by_mail
from proposals.actions.notices import liaisons_of
from proposals.actions.proposer import close_proposal, lapse_information, lapse_question
from proposals.actions.timing import assumed_receipt, office_calendar
from proposals.deadlines import TableCalendar
from proposals.models import Deadline, Heartbeat, Question, Referral, ReminderRule
from proposals.models.deadlines import Kind

from .planning import (
    deadlines_to_plan,
    is_hour_of_reminders,
    people_to_write_to,
    plan_deadline,
    write_reminders,
)

log = logging.getLogger(__name__)

Row = TypeVar("Row")


def sweep() -> dict[str, int]:
    """Does everything whose time has come; returns how many of each were done.

    One row's failure is logged and stops no other, unless the database has gone. Raises
    CalendarVersion.DoesNotExist where no office calendar has been entered: without one no day can be counted.
    """
    calendar = office_calendar(clock.today())
    done = {
        "lapsed": _each(_passed(Kind.INFORMATION), lambda d: lapse_information(proposal=d.case)),
        "unanswered": _each(_passed(Kind.REPLY), _lapse_question),
        "closed": _each(_passed(Kind.CLOSING), lambda d: close_proposal(user=None, proposal=d.case)),
        "received": _each(_without_receipt(), lambda r: _note_receipt(r, calendar)),
        "reminded": 0,
        "letters": 0,
    }
    if is_hour_of_reminders(calendar):
        rules = list(ReminderRule.objects.all())
        done["reminded"] = _each(deadlines_to_plan(), lambda pk: plan_deadline(pk, rules, calendar))
        done["letters"] = _each(people_to_write_to(), write_reminders)
        Heartbeat.beat("reminders")
    Heartbeat.beat("sweep")
    return done


def _passed(kind: Kind) -> QuerySet[Deadline]:
    """Periods of the proposer that ended yesterday or before."""
    rows = Deadline.objects.unsettled().filter(kind=kind, due_on__lt=clock.today())
    return rows.select_related("proposal", "question__referral__proposal").order_by("due_on", "pk")


def _lapse_question(deadline: Deadline) -> Question:
    assert deadline.question is not None
    return lapse_question(question=deadline.question)


def _without_receipt() -> QuerySet[Referral]:
    rows = Referral.objects.open().filter(received_on=None, sent_at__lt=clock.now() - timedelta(days=2))
    return rows.select_related("proposal", "ministry").order_by("sent_at", "pk")


def _note_receipt(referral: Referral, calendar: TableCalendar) -> bool:
    """The third working day after a letter that our relay took counts as the day of receipt."""
    day = assumed_receipt(clock.local_date(referral.sent_at), calendar)
    if day > clock.today() or not _was_written_to(referral):
        return False
    record_receipt_by_mail(referral=referral, received_on=day)
    return True


def _was_written_to(referral: Referral) -> bool:
    entries = referral.proposal.timeline.filter(
        Q(data__lead=referral.ministry_id) | Q(data__supporting__contains=[referral.ministry_id]),
        kind="referred",
    )
    keys = Q()
    for entry in entries:
        keys |= Q(key__startswith=f"case/{entry.pk}/referred/")
    letters = Letter.objects.filter(keys, state=Letter.State.SENT, kind="referred")
    return bool(keys) and letters.filter(recipient__in=liaisons_of(referral.ministry)).exists()


def _each(rows: Iterable[Row], act: Callable[[Row], object]) -> int:
    """Acts on each row by itself; counts those on which something was done."""
    done = 0
    for row in rows:
        try:
            done += bool(act(row))
        except Refused as refusal:
            log.info("Left alone: %s: %s", row, refusal)
        except (OperationalError, InterfaceError):
            log.exception("The sweep could not deal with %s.", row)
            if not connection.is_usable():
                raise
        except Exception:
            log.exception("The sweep could not deal with %s.", row)
    return done
