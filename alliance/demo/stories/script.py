"""What a story of the demo consists of: its texts, and what happened to it how many days ago."""

from dataclasses import dataclass
from typing import Any

from proposals.actions.drafting import AskText


@dataclass(frozen=True)
class Step:
    """A step of a case so many calendar days ago; on the working day before, if that was none."""

    days_ago: int
    name: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Story:
    firm: str
    title: str
    title_en: str
    summary: str
    summary_en: str
    conflict: str
    benefit_firms: str
    benefit_public: str
    asks: tuple[AskText, ...]
    steps: tuple[Step, ...]
    domains: tuple[str, ...] = ()
    group: str = "regulation"
    restricted: str = ""


def ago(days_ago: int, name: str, **details: Any) -> Step:
    return Step(days_ago, name, details)


def reply(outcome: str, reason: str, basis: str = "", **more: Any) -> dict[str, Any]:
    """One answer of the demo; its reason says that no ministry ever gave it."""
    said = f"【示範回應】{reason}" if reason else ""
    return {"outcome": outcome, "reason": said, "legal_basis": basis, **more}
