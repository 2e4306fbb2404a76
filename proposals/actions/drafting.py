"""From an empty draft to a numbered case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from members import clock
from members.models import Domain, Law, Organisation, User
from members.permissions import represents
from members.refusals import Incomplete, NotAllowed, Refused
from proposals.facts import MAX_OPEN_CASES
from proposals.ledger import Owner
from proposals.models import Ask, CaseNumber, Competitor, Proposal, RestrictedText, TextVersion
from proposals.models.case_rules import TEXT_FIELDS
from proposals.models.circles import recused_of, sponsoring
from proposals.models.deadlines import Kind
from proposals.models.timeline import Visibility
from proposals.permissions import can_edit_draft
from proposals.states import Party, ProposalState

from .notices import notify, notify_proposer, notify_triage
from .record import check_step, lock, record
from .scanning import PersonalData, Scan, scan_case
from .search import index_proposal
from .sponsors import unsigned
from .timing import open_deadline, update_latest_overall
from .versions import content_of, write_version

DRAFT_FIELDS = (
    "group",
    "language",
    "title",
    "title_other",
    "summary",
    "summary_other",
    "business_model",
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
    competitors: Iterable[Organisation] = (),
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
    _declare(draft, competitors)
    return draft


def _declare(draft: Proposal, competitors: Iterable[Organisation]) -> None:
    named = {organisation.pk for organisation in competitors} - {draft.organisation_id}
    rows = Competitor.objects.filter(proposal=draft)
    rows.exclude(organisation__in=named).delete()
    known = set(rows.values_list("organisation", flat=True))
    Competitor.objects.bulk_create(Competitor(proposal=draft, organisation_id=pk) for pk in named - known)


def _forget_half_typed(laws: Iterable[int | None]) -> None:
    """Names of laws that only this draft cited, saved while they were being typed, leave no rows behind."""
    Law.objects.filter(pk__in=[pk for pk in laws if pk], is_checked=False, asks__isnull=True).delete()


@transaction.atomic
def delete_draft(*, user: User, proposal: Proposal) -> None:
    """Removes a draft and its files for good. A submitted case is never deleted."""
    draft = lock(proposal)
    if not can_edit_draft(user, draft):
        raise NotAllowed
    remove(draft)


def remove(draft: Proposal) -> None:
    """The row, its texts and its files; the caller holds the lock, and has checked that it may."""
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


def has_room(organisation: Organisation) -> bool:
    """Whether the organisation may submit one case more today; drafts do not count."""
    return Proposal.objects.of([organisation]).open().count() < MAX_OPEN_CASES


def check_room(organisation: Organisation | None) -> None:
    """Raises Refused where the organisation has as many open cases as one may have at a time.

    Holds its row until the transaction ends, so that of two drafts submitted at once one counts the other.
    """
    if organisation is None:
        return
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not has_room(organisation):
        raise Refused(
            _(
                "%(name)s has %(count)s open cases, as many as one organisation may have at a time. Your "
                "draft is kept: submit it when one of them is answered, or withdraw one."
            )
            % {"name": organisation, "count": MAX_OPEN_CASES}
        )


def check_sponsors(draft: Proposal) -> None:
    """Raises Refused where a co-sponsor has not signed the text as it stands."""
    if missing := unsigned(draft):
        raise Refused(
            _(
                "Not every co-sponsor has signed off this text: %(names)s. Ask them once more, or remove "
                "them from the draft. What you wrote has been kept."
            )
            % {"names": pgettext("list of names", ", ").join(str(row.organisation) for row in missing)}
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
def submit_proposal(
    *, user: User, proposal: Proposal, expected_version: int | None = None, confirmed: str = ""
) -> Proposal:
    """Gives the case its number and starts the alliance's clock; the receipt goes out by mail.

    Where an officer of the group has an interest, the history says so. Submitted twice it is one case: the
    second call returns it unchanged. Raises Incomplete, and PersonalData unless `confirmed` names what was
    found.
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
    check_room(case.organisation)
    check_sponsors(case)
    scan = _checked(case, confirmed)
    case.number = next_number()
    case.submitted_at = clock.now()
    case.state = ProposalState.SCREENING
    case.save()
    index_proposal(case)
    write_version(case, user=user)
    entry = record(
        case,
        "submitted",
        role=Party.PROPOSER,
        actor=user,
        body=case.organisation,
        turn=Owner.ALLIANCE,
    )
    _note_confirmed(case, scan, user)
    if recused_of(case).exists():
        record(case, "recused", role=Party.CLOCK)
    deadline = open_deadline(Kind.SCREENING, proposal=case, counted_from=clock.today())
    update_latest_overall(case)
    notify_proposer(entry, "submitted", deadline=deadline)
    notify(entry, "sponsor_submitted", sponsoring(case), {})
    notify_triage(entry, "to_screen", deadline=deadline)
    return case


def _checked(case: Proposal, confirmed: str) -> Scan:
    scan = scan_case(case)
    if scan.found and confirmed != scan.fingerprint:
        raise PersonalData(scan)
    return scan


def _note_confirmed(case: Proposal, scan: Scan, user: User) -> None:
    """The word of the person who said that it is meant for everybody stands in the history."""
    if scan.found:
        kinds = sorted({str(hit.kind) for hit in scan.found})
        record(
            case,
            "personal_data_confirmed",
            role=Party.PROPOSER,
            actor=user,
            body=case.lead,
            visibility=Visibility.PARTIES,
            kinds=kinds,
            count=len(scan.found),
        )


@transaction.atomic
def amend_proposal(
    *,
    user: User,
    proposal: Proposal,
    fields: dict[str, object],
    asks: Sequence[AskText],
    reason: str = "",
    expected_version: int | None = None,
    confirmed: str = "",
) -> TextVersion:
    """Writes the public text anew while information is asked for; every earlier version stays readable.

    The database lets a submitted text change in this state only. Raises Incomplete, PersonalData, Stale.
    """
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "amend", user)
    before = content_of(case)
    for name in TEXT_FIELDS:
        if name in fields:
            setattr(case, name, fields[name])
    case.save()
    _amend_asks(case, [ask for ask in asks if ask.text.strip()])
    if content_of(case) == before:
        raise Refused(_("Nothing has been changed yet."))
    if missing := missing_from(case):
        raise Incomplete(missing)
    scan = _checked(case, confirmed)
    index_proposal(case)
    version = write_version(case, user=user, reason=reason)
    record(
        case,
        "amended",
        role=Party.PROPOSER,
        actor=user,
        body=case.lead,
        text=reason,
        number=version.number,
    )
    _note_confirmed(case, scan, user)
    return version


def _amend_asks(case: Proposal, asks: Sequence[AskText]) -> None:
    """The asks keep their rows, since others point at them; what is over is taken away."""
    rows = {ask.number: ask for ask in case.asks.all()}
    for number, text in enumerate(asks, start=1):
        row = rows.pop(number, None) or Ask(proposal=case, number=number)
        row.law = Law.objects.named(text.law) if text.law.strip() else None
        row.article, row.text, row.text_other = text.article, text.text, text.text_other
        row.save()
    try:
        Ask.objects.filter(pk__in=[row.pk for row in rows.values()]).delete()
    except ProtectedError as error:
        raise Refused(
            _("An ask that others have dealt with already cannot be removed. Change its text instead.")
        ) from error


def next_number() -> str:
    """The next number of the ROC year, said on the phone: 115-0012. Call inside a transaction."""
    year = clock.today().year - 1911
    CaseNumber.objects.get_or_create(year=year)
    row = CaseNumber.objects.select_for_update().get(year=year)
    row.last += 1
    row.save()
    return f"{row.year}-{row.last:04d}"
