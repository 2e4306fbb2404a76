"""Contact requests between the demo's members: one waits for its answer, one has brought an address."""

from uuid import UUID

from members import clock
from members.actions.contacts import KIND, Address, send_contact_request, share_address
from members.models import ContactRequest, Letter, Organisation

from .play import MAIL_STAYS, moment, user_of

WAITING = UUID("6f1d7a52-3c1e-4b1c-9a54-1b0f6a4d0011")
SHARED = UUID("6f1d7a52-3c1e-4b1c-9a54-1b0f6a4d0012")


def write() -> int:
    """Sends what has not been sent; letters of the past are cancelled, as those of the stories are."""
    begun_at = clock.now()
    there = set(ContactRequest.objects.values_list("form_key", flat=True))
    made = [make() for key, make in ((WAITING, _waiting), (SHARED, _shared)) if key not in there]
    past = Letter.objects.filter(kind=KIND, state=Letter.State.DUE, created_at__lt=begun_at - MAIL_STAYS)
    past.update(state=Letter.State.CANCELLED)
    return len(made)


def _waiting() -> ContactRequest:
    """A platform for trade papers asks one for payments."""
    with clock.at(moment(4, 2)):
        return _send(
            WAITING,
            "demo-yunhang",
            "demo-zhulu",
            "電子提單與信用狀付款之銜接（示範）",
            "您好：\n\n我們的電子提單平臺今年將試辦自動付款，看到貴公司在信用狀方面的應用實例，想請教付款條件"
            "如何以合約表示，以及退單時款項如何處理。\n\n若方便，希望安排一次線上會議。",
        )


def _shared() -> ContactRequest:
    """A custodian asked for credentials, and was given an address."""
    with clock.at(moment(16, 2)):
        row = _send(
            SHARED,
            "demo-qinglan",
            "demo-xinyin",
            "Reusing credentials when opening accounts (demo)",
            "Hello,\n\nwe would like to let institutions open an account with credentials that they hold "
            "already. Could you tell us how long yours are valid, and who revokes them?",
        )
    with clock.at(moment(14, 4)):
        return share_address(
            user=user_of("representative", "demo-xinyin"),
            contact=row,
            which=Address.OWN,
            text="Gladly. Write to me; Tuesday and Thursday afternoons are good for a call.",
        )


def _send(form_key: UUID, sender: str, receiver: str, subject: str, message: str) -> ContactRequest:
    return send_contact_request(
        user=user_of("representative", sender),
        sender=Organisation.objects.get(slug=sender),
        receiver=Organisation.objects.get(slug=receiver),
        subject=subject,
        message=message,
        form_key=form_key,
    )
