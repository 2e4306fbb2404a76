"""組織調整: a body ends, gives matters away or takes another name, in the midst of its cases.

What a body wrote, received and answered keeps its name of the time. What is open passes with all that hangs
on it, drafts, questions, pauses and the extension, and its clock runs on. Whoever takes it over has at least
ten working days; the days by which a date moves for that are the reorganisation's. It cannot be undone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from members import clock
from members.actions.bodies import rename_body
from members.models import Affiliation, Named, Organisation, Succession, User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from members.said import day
from proposals.models import (
    Consultation,
    FollowUp,
    Proposal,
    Referral,
    Reorganisation,
    RoutingRule,
)

from .handing_over import (
    Paper,
    hand_over_follow_up,
    hand_over_invitation,
    hand_over_referral,
    hand_over_rule,
)
from .record import lock
from .timing import update_latest_overall

Kind = Reorganisation.Kind


@dataclass(frozen=True)
class Takers:
    """Which body takes which open part, item, invitation to comment and routing rule, by primary key.

    It is what the preview lets one choose.
    """

    referrals: Mapping[int, Organisation]
    follow_ups: Mapping[int, Organisation]
    consultations: Mapping[int, Organisation] = field(default_factory=dict)
    rules: Mapping[int, Organisation] = field(default_factory=dict)


def open_referrals(body: Organisation) -> QuerySet[Referral]:
    """The parts of cases that the body is at work on."""
    rows = Referral.objects.open().filter(ministry=body)
    return rows.select_related("proposal", "ministry").order_by("due_on", "pk")


def open_follow_ups(body: Organisation) -> QuerySet[FollowUp]:
    """What the body has promised and not yet done."""
    rows = FollowUp.objects.open().filter(ministry=body)
    return rows.select_related("proposal", "ministry", "referral").order_by("planned_on", "pk")


def open_invitations(body: Organisation) -> QuerySet[Consultation]:
    """On what the body is invited to comment, and has not yet."""
    rows = Consultation.objects.open().filter(ministry=body)
    return rows.select_related("proposal__group", "ministry").order_by("invited_at", "pk")


def standing_rules(body: Organisation) -> QuerySet[RoutingRule]:
    """The rules by which cases are proposed to the body."""
    rows = RoutingRule.objects.standing().filter(body=body)
    return rows.select_related("law", "domain", "body").order_by("pk")


@transaction.atomic
def rename(
    *,
    user: User,
    body: Organisation,
    effective_on: date,
    document_number: str,
    names: Named,
    self_name: str = "",
) -> Reorganisation:
    """Another name from a day on; nothing passes to anybody. A second time with its number does nothing."""
    found = _begin(user, body, Kind.RENAMED, effective_on, document_number)
    if found:
        return found
    rename_body(body=body, names=names, self_name=self_name, on=effective_on, document_number=document_number)
    return _note(user, body, Kind.RENAMED, effective_on, document_number)


@transaction.atomic
def reorganise(
    *,
    user: User,
    body: Organisation,
    kind: str,
    effective_on: date,
    document_number: str,
    successors: Sequence[Organisation],
    takers: Takers,
) -> Reorganisation:
    """The body ends, or gives some matters away; each open part and item passes to the body that is named.

    `takers` names one for every part, item, invitation and rule that is open now, the body itself where one
    that goes on keeps it. A second time with the same document number nothing is done, and the first row
    is returned. Of a body that ends every role ends today: its people see nothing of it from then on.
    """
    found = _begin(user, body, kind, effective_on, document_number)
    if found:
        return found
    _check_successors(body, successors)
    cases = _locked_cases(body)
    referrals, items = list(open_referrals(body)), list(open_follow_ups(body))
    invitations, rules = list(open_invitations(body)), list(standing_rules(body))
    allowed = [*successors, *([body] if kind == Kind.PARTIAL else [])]
    _check_takers(takers.referrals, referrals, allowed)
    _check_takers(takers.follow_ups, items, allowed)
    _check_takers(takers.consultations, invitations, allowed)
    _check_takers(takers.rules, rules, allowed)
    act = _note(user, body, kind, effective_on, document_number)
    paper = Paper(act, user)
    for referral in referrals:
        hand_over_referral(paper, referral, takers.referrals[referral.pk])
    for item in items:
        hand_over_follow_up(paper, item, takers.follow_ups[item.pk])
    for invitation in invitations:
        hand_over_invitation(paper, invitation, takers.consultations[invitation.pk])
    for rule in rules:
        hand_over_rule(rule, takers.rules[rule.pk])
    for case in cases:
        update_latest_overall(case)
    _note_successions(act, successors)
    if kind == Kind.ENDED:
        _end(body, effective_on, successors[0])
    return act


def _begin(
    user: User, body: Organisation, kind: str, effective_on: date, document_number: str
) -> Reorganisation | None:
    """Locks the body; and the row of the same document, if applied before. Raises Refused or NotAllowed."""
    if not is_secretariat(user):
        raise NotAllowed
    locked = Organisation.objects.select_for_update().get(pk=body.pk)
    if not document_number.strip():
        raise Refused(_("A reorganisation is applied by its document: enter its number."))
    found = Reorganisation.objects.filter(document_number=document_number.strip()).first()
    if found:
        if (found.body_id, found.kind) != (body.pk, kind):
            raise Refused(
                _("This document has been applied to another body, or otherwise. Nothing was changed.")
            )
        return found
    if not locked.is_body:
        raise Refused(_("%(name)s is not a government body.") % {"name": locked})
    if locked.valid_to is not None:
        raise Refused(_("%(name)s has ended already. Nothing was changed.") % {"name": locked})
    if effective_on > clock.today():
        raise Refused(
            _("It takes effect on %(day)s: apply it on that day or later. Nothing was changed.")
            % {"day": day(effective_on, "year")}
        )
    return None


def _note(
    user: User, body: Organisation, kind: str, effective_on: date, document_number: str
) -> Reorganisation:
    return Reorganisation.objects.create(
        body=body,
        kind=kind,
        effective_on=effective_on,
        document_number=document_number.strip(),
        applied_at=clock.now(),
        applied_by=user,
    )


def _check_successors(body: Organisation, successors: Sequence[Organisation]) -> None:
    if not successors:
        raise Refused(_("Name the body that takes the matters over."))
    for row in successors:
        if not row.is_body:
            raise Refused(_("%(name)s is not a government body.") % {"name": row})
        if row == body or row.is_gone:
            raise Refused(
                _("%(name)s cannot take the matters over: name a body that exists.") % {"name": row}
            )


def _locked_cases(body: Organisation) -> list[Proposal]:
    """The cases of what is open, each locked, always in the same order."""
    rows = Proposal.objects.filter(
        Q(pk__in=open_referrals(body).values("proposal"))
        | Q(pk__in=open_follow_ups(body).values("proposal"))
        | Q(pk__in=open_invitations(body).values("proposal"))
    )
    return [lock(case) for case in rows.order_by("pk")]


def _check_takers(
    takers: Mapping[int, Organisation],
    rows: Iterable[Referral] | Iterable[FollowUp] | Iterable[Consultation] | Iterable[RoutingRule],
    allowed: Sequence[Organisation],
) -> None:
    for row in rows:
        if row.pk not in takers:
            raise Refused(
                _(
                    "Something has come to the body since the preview was made. Nothing was changed: look at "
                    "it again, and choose who takes it."
                )
            )
        if takers[row.pk] not in allowed:
            raise Refused(_("What is open can only pass to a body that is named as taking over."))


def _note_successions(act: Reorganisation, successors: Iterable[Organisation]) -> None:
    for row in successors:
        Succession.objects.get_or_create(
            predecessor=act.body,
            successor=row,
            on=act.effective_on,
            defaults={
                "document_number": act.document_number,
                "is_partial": act.kind == Kind.PARTIAL,
            },
        )


def _end(body: Organisation, effective_on: date, successor: Organisation) -> None:
    """The body is gone, and so is every role in it, from the next request on."""
    Organisation.objects.filter(pk=body.pk).update(valid_to=effective_on, successor=successor)
    body.refresh_from_db(fields=["valid_to", "successor"])
    for row in Affiliation.objects.current().filter(organisation=body):
        row.ends_on = clock.today()
        row.save()
    to_come = Affiliation.objects.filter(organisation=body, starts_on__gt=clock.today())
    to_come.update(ends_on=F("starts_on"))
