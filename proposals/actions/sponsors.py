"""連署: organisations that stand behind a proposal of another. They sign a text, and read; the lead acts."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.actions.letters import write_letter
from members.models import Organisation, User
from members.permissions import represents
from members.refusals import NotAllowed, Refused
from proposals.models import Proposal, Sponsor
from proposals.permissions import can_edit_draft

from .notices import people_of
from .record import lock
from .versions import digest_of

MAX_SPONSORS = 10


@transaction.atomic
def invite_sponsor(*, user: User, proposal: Proposal, organisation: Organisation) -> Sponsor:
    """Shows the draft to another member and asks it to sign, also where it had declined before."""
    draft = lock(proposal)
    if not can_edit_draft(user, draft):
        raise NotAllowed
    if organisation.pk == draft.organisation_id or not organisation.is_member:
        raise Refused(_("Choose another member of the alliance."))
    known = draft.sponsors.filter(organisation=organisation).first()
    if known and known.declined_at is None:
        return known
    if known is None and draft.sponsors.count() >= MAX_SPONSORS:
        raise Refused(_("A proposal may have up to ten co-sponsors."))
    sponsor = known or Sponsor(proposal=draft, organisation=organisation)
    sponsor.declined_at, sponsor.invited_at, sponsor.invited_by = None, clock.now(), user
    sponsor.save()
    _write(sponsor, "sponsor_invited", digest_of(draft))
    return sponsor


@transaction.atomic
def remove_sponsor(*, user: User, sponsor: Sponsor) -> None:
    """Takes an organisation out of a draft; it reads the draft no more."""
    draft = lock(sponsor.proposal)
    if not can_edit_draft(user, draft):
        raise NotAllowed
    Sponsor.objects.filter(pk=sponsor.pk).delete()


@transaction.atomic
def ask_again(*, user: User, proposal: Proposal) -> int:
    """Writes to those that have not signed the text as it stands; once for each text."""
    draft = lock(proposal)
    if not can_edit_draft(user, draft):
        raise NotAllowed
    missing = unsigned(draft)
    for sponsor in missing:
        _write(sponsor, "sponsor_invited", digest_of(draft))
    return len(missing)


@transaction.atomic
def sign_off(*, user: User, sponsor: Sponsor, digest: str) -> Sponsor:
    """Signs the text that the reader saw. Refused where it was changed meanwhile."""
    draft, row = _invitation(user, sponsor)
    if digest != digest_of(draft):
        raise Refused(
            _("The text was changed while you read it. Nothing was signed: read it again, then sign.")
        )
    row.signed_at, row.signed_by, row.signed_digest = clock.now(), user, digest
    row.save()
    return row


@transaction.atomic
def decline_sponsorship(*, user: User, sponsor: Sponsor) -> Sponsor:
    """Says no, or no longer; the draft is not shown any more."""
    _draft, row = _invitation(user, sponsor)
    row.signed_at, row.signed_by, row.signed_digest = None, None, ""
    row.declined_at = clock.now()
    row.save()
    return row


def _invitation(user: User, sponsor: Sponsor) -> tuple[Proposal, Sponsor]:
    draft = lock(sponsor.proposal)
    row = Sponsor.objects.select_for_update().filter(pk=sponsor.pk, declined_at__isnull=True).first()
    if row is None or not represents(user, row.organisation):
        raise NotAllowed
    if not draft.is_draft:
        raise Refused(_("The proposal has been submitted already; signatures stand."))
    return draft, row


def unsigned(draft: Proposal) -> list[Sponsor]:
    """The co-sponsors without a signature under the text as it stands; those that declined are among them."""
    rows = list(draft.sponsors.select_related("organisation"))
    if not rows:
        return []
    digest = digest_of(draft)
    return [row for row in rows if row.signed_digest != digest]


def _write(sponsor: Sponsor, letter: str, digest: str) -> None:
    send = partial(
        write_letter,
        kind=letter,
        template=f"proposals/letters/{letter}.txt",
        context={"proposal": sponsor.proposal, "sponsor": sponsor},
    )
    for reader in people_of(sponsor.organisation, "representative"):
        key = f"sponsor/{sponsor.pk}/{sponsor.invited_at:%Y%m%d%H%M%S}/{digest[:16]}/{reader.pk}"
        send(key=key, recipient=reader)
