"""Writing to another member through the portal. Neither side learns an address that the other does not give.

Letters about it name the two members and never the words: those are read on the page, by the two sides only.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Affiliation, ContactBlock, ContactRequest, Letter, Organisation, Profile, User
from members.models.contacts import TEXTS
from members.permissions import represents
from members.refusals import NotAllowed, Refused
from members.states import CONTACT_STEPS

from .letters import write_letter

KIND = "contact"
A_DAY = 10
"""How many requests one organisation may send within a day: more than anybody writes by hand and means."""

CLOSED = _("This member takes no contact requests.")
BLOCKED = _("This member takes no contact requests from your organisation.")
NOBODY = _("Nobody represents this member in the portal at present, so nobody would read what you write.")
GONE = _("This organisation is no member of the alliance any more.")
STILL_OPEN = _(
    "A request of your organisation to this member waits for its answer already. "
    "You can write again when it is answered, or after thirty days."
)
TOO_MANY = _(
    "Your organisation has sent %(most)d contact requests within a day, which is the most that it may. "
    "Please go on tomorrow."
)
NOT_OPEN = _("This request was answered meanwhile, or its thirty days are over. Nothing was changed.")


class Address(TextChoices):
    """Which address a receiver gives."""

    OWN = "own", _("my own e-mail address")
    MAILBOX = "mailbox", _("the mailbox of our organisation")


def takes_contact(receiver: Organisation) -> bool:
    """Whether members can write to it: what the public may know."""
    return _closed(receiver) is None


def obstacle(sender: Organisation, receiver: Organisation) -> Promise | str | None:
    """Why a member cannot write to another now, for its own eyes; None where it can."""
    if refusal := _closed(receiver):
        return refusal
    if ContactBlock.objects.filter(organisation=receiver, blocked=sender).exists():
        return BLOCKED
    if ContactRequest.objects.filter(sender=sender, receiver=receiver).open().exists():
        return STILL_OPEN
    today = sender.contacts_sent.filter(sent_at__gt=clock.now() - timedelta(days=1)).count()
    return TOO_MANY % {"most": A_DAY} if today >= A_DAY else None


def _closed(receiver: Organisation) -> Promise | str | None:
    if not receiver.is_member:
        return GONE
    if Profile.objects.filter(organisation=receiver, is_closed_to_contact=True).exists():
        return CLOSED
    return None if representatives(receiver).exists() else NOBODY


def representatives(organisation: Organisation) -> QuerySet[User]:
    """Those who speak for it today."""
    rows = organisation.affiliations.current().with_role(Affiliation.Role.REPRESENTATIVE)
    return rows.people().order_by("pk")


# --- writing ---------------------------------------------------------------------------------------


@transaction.atomic
def send_contact_request(
    *, user: User, sender: Organisation, receiver: Organisation, subject: str, message: str, form_key: UUID
) -> ContactRequest:
    """Keeps the words and tells the receiver's representatives by letter that there are some.

    The same form sent twice is one request. Raises NotAllowed, or Refused where the receiver takes none, one
    waits already, or the organisation has sent too many today.
    """
    sender, receiver = _lock_sides(sender, receiver)
    if not (represents(user, sender) and sender.is_member):
        raise NotAllowed
    if known := ContactRequest.objects.filter(form_key=form_key, sender=sender, receiver=receiver).first():
        return known
    if sender == receiver:
        raise Refused(_("This is your own organisation. Nothing was sent."))
    between = ContactRequest.objects.filter(sender=sender, receiver=receiver)
    for old in between.lapsing().select_for_update(of=("self",)):
        _end(old, "lapse")
    if refusal := obstacle(sender, receiver):
        raise Refused(refusal)
    row = ContactRequest.objects.create(
        form_key=form_key,
        sender=sender,
        receiver=receiver,
        sent_by=user,
        sent_at=clock.now(),
        subject=" ".join(subject.split()),
        message=message.strip(),
    )
    _tell(row, receiver, "asked")
    return row


# --- answering -------------------------------------------------------------------------------------


@transaction.atomic
def share_address(*, user: User, contact: ContactRequest, which: str, text: str = "") -> ContactRequest:
    """Gives the sender one address, one's own or the organisation's; both sides read which by letter."""
    row = _lock_open(user, contact)
    address = user.email if which == Address.OWN else row.receiver.mailbox
    if not address:
        raise Refused(_("Your organisation has no mailbox in the portal. Give your own address, or none."))
    _end(row, "share", user=user, reply=text, shared_address=address)
    _tell(row, row.receiver, "given")
    return row


@transaction.atomic
def answer_contact(*, user: User, contact: ContactRequest, text: str) -> ContactRequest:
    """Answers in words alone: no address is given."""
    row = _lock_open(user, contact)
    if not text.strip():
        raise Refused(_("Write an answer first."))
    return _end(row, "answer", user=user, reply=text)


@transaction.atomic
def decline_contact(*, user: User, contact: ContactRequest, text: str = "") -> ContactRequest:
    """Ends it without contact, with words or without."""
    return _end(_lock_open(user, contact), "decline", user=user, reply=text)


def _lock_open(user: User, contact: ContactRequest) -> ContactRequest:
    rows = ContactRequest.objects.select_for_update(of=("self",)).select_related("sender", "receiver")
    row = rows.get(pk=contact.pk)
    if not represents(user, row.receiver):
        raise NotAllowed
    if not row.is_open:
        raise Refused(NOT_OPEN)
    return row


def _end(
    row: ContactRequest, step: str, *, user: User | None = None, reply: str = "", shared_address: str = ""
) -> ContactRequest:
    """The one end of an open request, and the letter to the sender's representatives."""
    row.state, row.ended_at, row.answered_by = CONTACT_STEPS[step], clock.now(), user
    row.reply, row.shared_address = reply.strip(), shared_address
    row.save(update_fields=["state", "ended_at", "answered_by", "reply", "shared_address"])
    _tell(row, row.sender, row.state)
    return row


# --- blocking --------------------------------------------------------------------------------------


@transaction.atomic
def block_member(*, user: User, organisation: Organisation, blocked: Organisation) -> ContactBlock:
    """Takes nothing more from a member; what it has open is declined without a word. Twice is once."""
    organisation, blocked = _lock_sides(organisation, blocked)
    if not represents(user, organisation):
        raise NotAllowed
    row, _is_new = ContactBlock.objects.get_or_create(
        organisation=organisation, blocked=blocked, defaults={"by": user, "at": clock.now()}
    )
    waiting = ContactRequest.objects.filter(sender=blocked, receiver=organisation).open()
    for contact in waiting.select_for_update(of=("self",)):
        _end(contact, "decline", user=user)
    return row


@transaction.atomic
def unblock_member(*, user: User, block: ContactBlock) -> None:
    """Lets the member write again. Raises Refused where somebody has done so already."""
    row = ContactBlock.objects.select_for_update(of=("self",)).filter(pk=block.pk).first()
    if row is None:
        raise Refused(_("This member is not blocked any more. Nothing was changed."))
    if not represents(user, row.organisation):
        raise NotAllowed
    row.delete()


def _lock_sides(one: Organisation, other: Organisation) -> tuple[Organisation, Organisation]:
    """Both rows, always in the same order, so that a block and a request never pass each other."""
    rows = Organisation.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = rows.in_bulk([one.pk, other.pk])
    return found[one.pk], found[other.pk]


# --- letters and time ------------------------------------------------------------------------------


def _tell(row: ContactRequest, side: Organisation, what: str) -> None:
    """A letter to each representative of one side; it holds no word of the request."""
    for person in representatives(side):
        write_letter(
            key=f"{KIND}/{row.pk}/{what}/{person.pk}",
            kind=KIND,
            recipient=person,
            template="members/letters/contact.txt",
            context={"contact": row, "what": what},
        )


@transaction.atomic
def tend_contact_requests() -> int:
    """Ends what nobody answered in thirty days, and erases words a year old with the letters about them.

    Returns how many rows were touched. That there was a request, between whom and how it ended, stays.
    """
    rows = ContactRequest.objects.select_for_update(of=("self",), skip_locked=True)
    lapsed = list(rows.lapsing().select_related("sender", "receiver"))
    for row in lapsed:
        _end(row, "lapse")
    old = list(rows.with_old_texts())
    for row in old:
        letters = Letter.objects.filter(kind=KIND, key__startswith=f"{KIND}/{row.pk}/")
        letters.exclude(state=Letter.State.SENDING).delete()
        for name in TEXTS:
            setattr(row, name, "")
        row.erased_at = clock.now()
        row.save(update_fields=[*TEXTS, "erased_at"])
    return len(lapsed) + len(old)
