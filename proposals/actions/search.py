"""The words by which the public finds a case, written in the transaction that changes them."""

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from members import bigrams
from proposals.models import Proposal, RestrictedText


def index_proposal(proposal: Proposal) -> None:
    """Indexes title, summary, asks, laws, proposer and who took the case over. Notes and drafts never enter.

    Restricted text enters on the day on which its proposer opens it to the public, and never before.
    """
    opened = RestrictedText.objects.public().filter(proposal=proposal)
    asks = proposal.asks.select_related("law")
    owners = filter(None, (proposal.organisation, proposal.taken_over_by))
    words = [
        proposal.number or "",
        proposal.title,
        proposal.title_other,
        proposal.summary,
        proposal.summary_other,
        proposal.business_model,
        proposal.benefit_firms,
        proposal.benefit_public,
        proposal.conflict,
        *(word for owner in owners for word in (owner.name_zh, owner.name_en)),
        *(f"{ask.text} {ask.text_other} {ask.article}" for ask in asks),
        *(f"{ask.law.name_zh} {ask.law.name_en}" for ask in asks if ask.law),
        *opened.values_list("text", flat=True),
    ]
    document = bigrams.document("\n".join(word for word in words if word))
    Proposal.objects.filter(pk=proposal.pk).update(search=SearchVector(Value(document), config="simple"))
