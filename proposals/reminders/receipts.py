"""What our mail proves of a ministry's receipt: the third working day after a letter that did not bounce."""

from datetime import timedelta

from django.db.models import Min, Q, QuerySet

from members import clock
from members.models import Affiliation, Letter
from proposals.actions.answering import forget_receipt, record_receipt_by_mail
from proposals.actions.timing import assumed_receipt
from proposals.models import Referral, TimelineEntry
from proposals.workdays import TableCalendar

Known = Referral.Receipt
TOLD_BY = ("referred", "handed_over")


def without_receipt() -> QuerySet[Referral]:
    rows = Referral.objects.open().filter(received_on=None, sent_at__lt=clock.now() - timedelta(days=2))
    return rows.select_related("proposal", "ministry").order_by("sent_at", "pk")


def note_receipt(referral: Referral, calendar: TableCalendar) -> bool:
    """Counts from the first letter that our relay took and that did not come back."""
    arrived = letters_about(referral).filter(state=Letter.State.SENT, bounced_at=None)
    sent_at = arrived.aggregate(first=Min("sent_at"))["first"]
    if sent_at is None:
        return False
    day = assumed_receipt(clock.local_date(sent_at), calendar)
    if day > clock.today():
        return False
    record_receipt_by_mail(referral=referral, received_on=day)
    return True


def letters_about(referral: Referral) -> QuerySet[Letter]:
    """The letters by which a body was told of its referral, to those who answered for it then or do now."""
    named = Q(data__lead=referral.ministry_id) | Q(data__supporting__contains=[referral.ministry_id])
    handed = Q(kind="handed_over", referral=referral, data__to=referral.ministry_id)
    entries = referral.proposal.timeline.filter(Q(kind="referred") & named | handed)
    keys = Q(pk__in=[])
    for pk, kind in entries.values_list("pk", "kind"):
        keys |= Q(key__startswith=f"case/{pk}/{kind}/")
    people = Affiliation.objects.with_role(*Affiliation.ANSWERING).filter(organisation=referral.ministry_id)
    return Letter.objects.filter(keys, kind__in=TOLD_BY, recipient__in=people.values("user"))


def receipts_in_doubt() -> list[Referral]:
    """Open referrals taken as received because of a mail, of which every letter has come back since."""
    returned = Letter.objects.filter(kind__in=TOLD_BY, bounced_at__isnull=False)
    entries = {int(key.split("/")[1]) for key in returned.values_list("key", flat=True)}
    cases = TimelineEntry.objects.filter(pk__in=entries).values("proposal")
    rows = Referral.objects.open().filter(receipt=Known.MAIL, opened_at=None, proposal__in=cases)
    return [row for row in rows.select_related("proposal", "ministry") if _has_only_come_back(row)]


def take_receipt_back(referral: Referral) -> bool:
    forget_receipt(referral=referral)
    referral.refresh_from_db(fields=["receipt"])
    return referral.receipt != Known.MAIL


def _has_only_come_back(referral: Referral) -> bool:
    letters = letters_about(referral)
    return letters.exists() and not letters.filter(bounced_at=None).exclude(state="failed").exists()
