"""From an empty draft to a numbered case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Domain, Law, Organisation, User
from members.permissions import represents
from members.refusals import Incomplete, NotAllowed, Refused
from proposals.ledger import Owner
from proposals.models import Ask, CaseNumber, Proposal, RestrictedText
from proposals.models.case import recused_of
from proposals.models.deadlines import Kind
from proposals.permissions import can_edit_draft
from proposals.states import Party, ProposalState

from .notices import notify_proposer, notify_triage
from .record import check_step, lock, record
from .search import index_proposal
from .timing import open_deadline, update_latest_overall

DRAFT_FIELDS = (
    "group",
    "language",
    "title",
    "title_other",
    "summary",
    "summary_other",
    "conflict",
    "benefit_firms",
    "benefit_public",
)
MAX_DRAFTS = 20


@dataclass(frozen=True)
class AskText:
    """One ask as typed: the law by its name, the article as the author writes it."""

    text: str
    law: str = ""
    article: str = ""
    text_other: str = ""


@transaction.atomic
def start_draft(*, user: User, organisation: Organisation, language: str = "zh-hant") -> Proposal:
    """A new, empty draft of a member organisation. Refused to others, and past twenty drafts at a time.

    A draft of the same person in which nothing has been saved yet is given again: two clicks are one draft.
    """
    if not represents(user, organisation):
        raise NotAllowed
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    check_membership(locked)
    drafts = Proposal.objects.of([organisation]).filter(state=ProposalState.DRAFT)
    if untouched := drafts.filter(created_by=user, version=1, title="", attachments__isnull=True).first():
        return untouched
    if drafts.count() >= MAX_DRAFTS:
        raise Refused(
            _("Your organisation already has %(count)s drafts. Submit or delete one of them first.")
            % {"count": MAX_DRAFTS}
        )
    draft = Proposal.objects.create(organisation=organisation, created_by=user, language=language)
    RestrictedText.objects.create(proposal=draft)
    return draft


@transaction.atomic
def save_draft(
    *,
    user: User,
    proposal: Proposal,
    fields: dict[str, object],
    asks: Sequence[AskText],
    domains: Iterable[Domain],
    restricted: str = "",
    expected_version: int | None = None,
) -> Proposal:
    """Writes everything typed so far, complete or not. Raises Stale when another tab was faster."""
    draft = lock(proposal, expected_version=expected_version)
    if not can_edit_draft(user, draft):
        raise NotAllowed
    for name in DRAFT_FIELDS:
        if name in fields:
            setattr(draft, name, fields[name])
    draft.saved_at = clock.now()
    draft.version += 1
    draft.save()
    draft.domains.set(domains)
    cited_before = list(draft.asks.values_list("law", flat=True))
    draft.asks.all().delete()
    Ask.objects.bulk_create(
        Ask(
            proposal=draft,
            number=number,
            law=Law.objects.named(ask.law) if ask.law.strip() else None,
            article=ask.article,
            text=ask.text,
            text_other=ask.text_other,
        )
        for number, ask in enumerate(asks, start=1)
    )
    _forget_half_typed(cited_before)
    RestrictedText.objects.update_or_create(proposal=draft, defaults={"text": restricted})
    return draft


def _forget_half_typed(laws: Iterable[int | None]) -> None:
    """Names of laws that only this draft cited, saved while they were being typed, leave no rows behind."""
    Law.objects.filter(pk__in=[pk for pk in laws if pk], is_checked=False, asks__isnull=True).delete()


@transaction.atomic
def delete_draft(*, user: User, proposal: Proposal) -> None:
    """Removes a draft and its files for good. A submitted case is never deleted."""
    draft = lock(proposal)
    if not can_edit_draft(user, draft):
        raise NotAllowed
    files = [attachment.file for attachment in draft.attachments.all()]
    draft.delete()
    for stored in files:
        transaction.on_commit(partial(stored.storage.delete, str(stored.name)))


def check_membership(organisation: Organisation | None) -> None:
    """Raises Refused for what is no member of the alliance today: members alone propose."""
    if organisation is None or not organisation.is_member:
        raise Refused(
            _("%(name)s is not a member of the alliance at present. Please turn to the secretariat.")
            % {"name": organisation or "–"}
        )


def missing_from(draft: Proposal) -> dict[str, str | Promise]:
    """What must still be written before a draft can be submitted, by field."""
    required = {
        "group": draft.group_id,
        "title": draft.title.strip(),
        "summary": draft.summary.strip(),
        "conflict": draft.conflict.strip(),
        "benefit_firms": draft.benefit_firms.strip(),
        "benefit_public": draft.benefit_public.strip(),
    }
    missing: dict[str, str | Promise] = {
        name: _("This must be filled in before the proposal can be submitted.")
        for name, value in required.items()
        if not value
    }
    asks = list(draft.asks.all())
    if not any(ask.text.strip() for ask in asks):
        missing["asks"] = _("Write at least one ask: which rule, and what should change or be clarified.")
    elif any(not ask.text.strip() for ask in asks):
        missing["asks"] = _("One of the asks has no text.")
    return missing


@transaction.atomic
def submit_proposal(*, user: User, proposal: Proposal, expected_version: int | None = None) -> Proposal:
    """Gives the case its number and starts the alliance's clock; the receipt goes out by mail.

    Where an officer of the group represents the proposer, the history says so. Submitted twice it is one
    case: the second call returns it unchanged. Raises Incomplete.
    """
    case = lock(proposal)
    if not represents(user, case.organisation):
        raise NotAllowed
    if not case.is_draft:
        return case
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "submit", user)
    check_membership(case.organisation)
    if missing := missing_from(case):
        raise Incomplete(missing)
    case.number = next_number()
    case.submitted_at = clock.now()
    case.state = ProposalState.SCREENING
    case.save()
    index_proposal(case)
    entry = record(
        case,
        "submitted",
        role=Party.PROPOSER,
        actor=user,
        body=case.organisation,
        turn=Owner.ALLIANCE,
    )
    if recused_of(case).exists():
        record(case, "recused", role=Party.CLOCK)
    deadline = open_deadline(Kind.SCREENING, proposal=case, counted_from=clock.today())
    update_latest_overall(case)
    notify_proposer(entry, "submitted", deadline=deadline)
    notify_triage(entry, "to_screen", deadline=deadline)
    return case


def next_number() -> str:
    """The next number of the ROC year, said on the phone: 115-0012. Call inside a transaction."""
    year = clock.today().year - 1911
    CaseNumber.objects.get_or_create(year=year)
    row = CaseNumber.objects.select_for_update().get(year=year)
    row.last += 1
    row.save()
    return f"{row.year}-{row.last:04d}"
