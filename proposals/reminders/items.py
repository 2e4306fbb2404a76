"""What a reminder says of one deadline. Read by the template, in the language of the letter."""

from dataclasses import dataclass

from members.actions.letters import address_of
from proposals.actions.due_dates import Due
from proposals.models import ReminderRule
from proposals.models.deadlines import ALLIANCES


@dataclass(frozen=True)
class Item(Due):
    audience: str
    is_stand_in: bool = False

    @property
    def is_actor(self) -> bool:
        return self.audience == ReminderRule.Audience.ACTORS and not self.is_stand_in

    @property
    def audience_name(self) -> str:
        return str(ReminderRule.Audience(self.audience).label)

    @property
    def url(self) -> str:
        """The one page on which it is done, or for those who only watch, the page of the case."""
        watches = self.audience in (ReminderRule.Audience.CONVENER, ReminderRule.Audience.CHAIR)
        deadline = self.deadline
        if (watches or self.is_stand_in) and not deadline.meeting and deadline.kind not in ALLIANCES:
            return address_of("proposals:detail", deadline.case.number)
        return super().url
