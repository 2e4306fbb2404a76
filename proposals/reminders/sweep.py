"""The clock's round: what has lapsed, what counts as received, whom to remind. Safe to run twice."""

from django.db.models import QuerySet

from members import clock
from members.actions.digests import digest_readers, write_digest
from proposals.actions.follows import followers_to_tell, forget_followers, tell_follower
from proposals.actions.minutes import follow_meeting, open_minutes
from proposals.actions.proposer import close_proposal, lapse_information, lapse_question
from proposals.actions.restricted import drop_opening, open_to_public
from proposals.actions.takeover import end_unclaimed, forget_draft, lose_lead, regain_lead
from proposals.actions.timing import office_calendar
from proposals.models import Deadline, Heartbeat, PublicOpening, Question
from proposals.models.deadlines import REPLIES, Kind

from . import absences, drafts, latest, meetings, minutes, receipts, undelivered, weekly
from .each import each
from .leads import cases_with_lead_again, cases_without_lead, drafts_left_behind
from .planning import is_hour_of_reminders
from .turns import turns


def sweep() -> dict[str, int]:
    """Does everything whose time has come; returns how many of each were done.

    One row's failure is logged and stops no other, unless the database has gone. Raises
    CalendarVersion.DoesNotExist where no office calendar has been entered: without one no day can be counted.
    """
    calendar = office_calendar(clock.today())
    done = {
        "left": each(cases_without_lead(), lambda c: lose_lead(proposal=c))
        + each(cases_with_lead_again(), lambda c: regain_lead(proposal=c))
        + each(_passed(Kind.TAKEOVER), lambda d: end_unclaimed(proposal=d.case))
        + each(drafts_left_behind(), lambda d: forget_draft(proposal=d)),
        "lapsed": each(_passed(Kind.INFORMATION), lambda d: lapse_information(proposal=d.case)),
        "unanswered": each(_passed(*REPLIES), _lapse_question),
        "closed": each(_passed(Kind.CLOSING), lambda d: close_proposal(user=None, proposal=d.case)),
        "opened": each(PublicOpening.objects.to_note(), lambda o: open_to_public(opening=o))
        + each(PublicOpening.objects.to_drop(), lambda o: drop_opening(opening=o)),
        "unreceived": each(receipts.receipts_in_doubt(), receipts.take_receipt_back),
        "received": each(receipts.without_receipt(), lambda r: receipts.note_receipt(r, calendar)),
        "meetings": each(minutes.meetings_over(), lambda m: open_minutes(meeting=m))
        + each(minutes.clocks_to_adjust(), lambda d: follow_meeting(deadline=d)),
        "moved": each(latest.cases_standing(), latest.follow_pause),
        "told": each(followers_to_tell(), tell_follower) + each([None], lambda _: forget_followers()),
        "reminded": 0,
        "letters": 0,
    }
    latest.note_end_of_round()
    if is_hour_of_reminders(calendar):
        for planned, written in turns(calendar):
            done["reminded"] += planned
            done["letters"] += written
        done["letters"] += _write_other_letters()
        Heartbeat.beat("reminders")
    Heartbeat.beat("sweep")
    return done


def _write_other_letters() -> int:
    """Stale drafts, the secretariat's list of letters that came back, and once a week the week."""
    written = each(drafts.owners(), drafts.write_stale_drafts)
    written += each(absences.deserted_bodies(), absences.tell_of_deserted)
    written += each(meetings.meetings_without_agenda(), meetings.tell_of_missing_agenda)
    written += each(meetings.due_items(), meetings.tell_of_due_items)
    written += each([undelivered.KIND], lambda _: undelivered.write_undelivered())
    if weekly.is_to_be_written():
        failed: list[int] = []
        written += each(weekly.readers(), weekly.write_weekly, failed)
        written += each(digest_readers(), write_digest, failed)
        if not failed:
            weekly.note_end_of_round()
    return written


def _passed(*kinds: Kind) -> QuerySet[Deadline]:
    """Periods of the proposer, or of whoever may follow it, that ended yesterday or before."""
    rows = Deadline.objects.unsettled().filter(kind__in=kinds, due_on__lt=clock.today())
    return rows.select_related("proposal", "question__referral__proposal").order_by("due_on", "pk")


def _lapse_question(deadline: Deadline) -> Question:
    assert deadline.question is not None
    return lapse_question(question=deadline.question)
