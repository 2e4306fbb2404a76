"""What the officers think of a case, side by side: criteria down, officers across."""

from dataclasses import dataclass

from members.models import User
from proposals.models import Criterion, Proposal, Score


@dataclass(frozen=True)
class ScoreTable:
    officers: list[User]
    rows: list[tuple[Criterion, list[Score | None]]]
    totals: list[int]


def score_table(user: User, case: Proposal) -> ScoreTable | None:
    """As far as the reader may know of it; None where nobody has scored. One statement."""
    scores = Score.objects.visible_to(user).filter(proposal=case).select_related("criterion", "officer")
    found = {(score.criterion, score.officer): score for score in scores}
    if not found:
        return None
    criteria = list(dict.fromkeys(criterion for criterion, _officer in found))
    officers = sorted({officer for _criterion, officer in found}, key=lambda officer: officer.pk)
    rows = [(row, [found.get((row, officer)) for officer in officers]) for row in criteria]
    totals = [sum(s.score for s in found.values() if s.officer == officer) for officer in officers]
    return ScoreTable(officers, rows, totals)
