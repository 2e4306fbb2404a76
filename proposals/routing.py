"""Which bodies the routing rules name for a case, and because of what. They propose; an officer decides."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from members import clock
from members.models import Organisation

from .models import Ask, Proposal, Referral, RoutingRule

LEAD = Referral.Part.LEAD


@dataclass(frozen=True)
class Named:
    """A body, and why the rules name it."""

    body: Organisation
    reasons: tuple[str, ...]

    @property
    def said(self) -> str:
        return gettext(", ").join(self.reasons)


@dataclass(frozen=True)
class Proposed:
    """What the rules make of a case. Two `rivals` for the lead are left to the officer."""

    lead: Named | None = None
    supporting: tuple[Named, ...] = ()
    rivals: tuple[Named, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lead or self.supporting or self.rivals)

    def reasons_of(self, part: str) -> dict[int, str]:
        """Because of what bodies are named for a part, by their primary key; for the lead all of them."""
        leads = [*([self.lead] if self.lead else []), *self.rivals]
        named = [*leads, *self.supporting] if part == LEAD else [*self.rivals, *self.supporting]
        return {row.body.pk: row.said for row in named}

    @property
    def as_sent(self) -> str:
        """The lead and the supporting bodies, to be held against what somebody has seen."""
        lead = self.lead.body.pk if self.lead else ""
        return f"{lead}:{','.join(str(row.body.pk) for row in self.supporting)}"


def proposed_for(cases: Sequence[Proposal]) -> dict[int, Proposed]:
    """By case: lead and supporting bodies after today's rules. Four queries, however many cases.

    A rule for a law goes before one for a domain, one for both before either. Of a body that is gone its
    successor is taken; without one the rule names nobody.
    """
    keys = [case.pk for case in cases]
    laws, domains = _laws_of(keys), _domains_of(keys)
    rules = list(RoutingRule.objects.in_force().select_related("law", "domain", "body"))
    gone = _successors()
    return {
        key: _proposed([rule for rule in rules if _applies(rule, laws[key], domains[key])], gone)
        for key in keys
    }


def _laws_of(keys: Sequence[int]) -> dict[int, set[int]]:
    rows = Ask.objects.filter(proposal__in=keys, law__isnull=False).values_list("proposal", "law")
    return _gathered(keys, rows)


def _domains_of(keys: Sequence[int]) -> dict[int, set[int]]:
    rows = Proposal.domains.through.objects.filter(proposal__in=keys).values_list("proposal", "domain")
    return _gathered(keys, rows)


def _gathered(keys: Sequence[int], rows: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {key: set() for key in keys}
    for key, value in rows:
        found[key].add(value)
    return found


def _successors() -> dict[int, Organisation | None]:
    """Of each body that no longer exists the one that followed it."""
    rows = Organisation.objects.bodies().filter(valid_to__lte=clock.today()).select_related("successor")
    return {body.pk: body.successor for body in rows}


def _applies(rule: RoutingRule, laws: set[int], domains: set[int]) -> bool:
    of_law = rule.law_id is None or rule.law_id in laws
    return of_law and (rule.domain_id is None or rule.domain_id in domains)


def _proposed(rules: Sequence[RoutingRule], gone: Mapping[int, Organisation | None]) -> Proposed:
    bodies: dict[int, Organisation] = {}
    reasons: dict[int, dict[str, None]] = {}
    ranks: dict[int, int] = {}
    for rule in rules:
        body = _today(rule.body, gone)
        if body is None:
            continue
        bodies[body.pk] = body
        reasons.setdefault(body.pk, {})[_reason(rule, body)] = None
        if rule.part == LEAD:
            ranks[body.pk] = max(_rank(rule), ranks.get(body.pk, 0))
    first = [pk for pk, rank in ranks.items() if rank == max(ranks.values())]
    named = {pk: Named(body, tuple(reasons[pk])) for pk, body in bodies.items()}
    rest = tuple(row for pk, row in named.items() if pk not in first)
    if len(first) == 1:
        return Proposed(named[first[0]], rest)
    return Proposed(None, rest, tuple(named[pk] for pk in first))


def _rank(rule: RoutingRule) -> int:
    return (2 if rule.law_id else 0) + (1 if rule.domain_id else 0)


def _today(body: Organisation, gone: Mapping[int, Organisation | None]) -> Organisation | None:
    """The body itself, or the last of those that followed it."""
    found: Organisation | None = body
    passed: set[int] = set()
    while found is not None and found.pk in gone and found.pk not in passed:
        passed.add(found.pk)
        found = gone[found.pk]
    return None if found is None or found.pk in passed else found


def _reason(rule: RoutingRule, body: Organisation) -> str:
    return " · ".join(_because(rule, body))


def _because(rule: RoutingRule, body: Organisation) -> Iterator[str]:
    if rule.law and rule.domain:
        names = {"law": rule.law.name, "domain": rule.domain.name}
        yield gettext("because of %(law)s in the domain %(domain)s") % names
    elif rule.law:
        yield gettext("because of %(law)s") % {"law": rule.law.name}
    elif rule.domain:
        yield gettext("because of the domain %(domain)s") % {"domain": rule.domain.name}
    if rule.reason:
        yield rule.reason
    if body != rule.body:
        yield gettext("successor of %(body)s") % {"body": rule.body.short_name}
