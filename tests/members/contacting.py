"""Contact requests brought to a state by the real actions, for tests and for the world of rights."""

from uuid import uuid4

from members.actions.contacts import answer_contact, decline_contact, send_contact_request, share_address
from members.models import Affiliation, ContactRequest, Organisation, User
from tests import cases


def rep_of(organisation: Organisation) -> User:
    """The first representative; one is appointed where there is none."""
    rows = organisation.affiliations.filter(role=Affiliation.Role.REPRESENTATIVE).order_by("pk")
    found = rows.values_list("user", flat=True).first()
    return User.objects.get(pk=found) if found else cases.person(represents=organisation)


def sent(
    sender: Organisation | None = None,
    receiver: Organisation | None = None,
    *,
    subject: str = "合作",
    message: str = "想請教",
) -> ContactRequest:
    sender, receiver = sender or cases.member_org("asker"), receiver or cases.member_org("asked")
    rep_of(receiver)
    return send_contact_request(
        user=rep_of(sender),
        sender=sender,
        receiver=receiver,
        subject=subject,
        message=message,
        form_key=uuid4(),
    )


def shared(row: ContactRequest | None = None, *, which: str = "own", text: str = "") -> ContactRequest:
    row = row or sent()
    return share_address(user=rep_of(row.receiver), contact=row, which=which, text=text)


def answered(row: ContactRequest | None = None, *, text: str = "請來電") -> ContactRequest:
    row = row or sent()
    return answer_contact(user=rep_of(row.receiver), contact=row, text=text)


def declined(row: ContactRequest | None = None, *, text: str = "") -> ContactRequest:
    row = row or sent()
    return decline_contact(user=rep_of(row.receiver), contact=row, text=text)
