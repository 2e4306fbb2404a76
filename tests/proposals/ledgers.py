"""The turns of a case, read as the pages read them."""

from datetime import date

from proposals.casefile import for_page, turns_of
from proposals.ledger import Owner
from proposals.models import Proposal


def turns(case: Proposal) -> list[tuple[date, Owner]]:
    return turns_of(for_page(Proposal.objects.filter(pk=case.pk)).get().turns)
