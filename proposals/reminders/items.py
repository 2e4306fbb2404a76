"""What a reminder says of one deadline. Read by the template, in the language of the letter."""

from dataclasses import dataclass

from members import clock
from members.actions.letters import address_of
from proposals.explanations import explain
from proposals.models import Deadline, Proposal, ReminderRule
from proposals.models.deadlines import Kind

from .audiences import ALLIANCE


@dataclass(frozen=True)
class Item:
    deadline: Deadline
    audience: str

    @property
    def is_actor(self) -> bool:
        return self.audience == ReminderRule.Audience.ACTORS

    @property
    def case(self) -> Proposal:
        return self.deadline.case

    @property
    def what(self) -> str:
        return str(Kind(self.deadline.kind).label)

    @property
    def whose(self) -> str:
        """Who must act."""
        if self.deadline.referral:
            return self.deadline.referral.ministry.name
        if self.deadline.kind in ALLIANCE:
            return self.case.group.name if self.case.group else ""
        return self.case.organisation.name if self.case.organisation else ""

    @property
    def days_late(self) -> int:
        """Calendar days past the due date; none while it is in time."""
        return max(0, (clock.today() - self.deadline.due_on).days)

    @property
    def url(self) -> str:
        """The one page on which it is done, or for those who only watch, the page of the case."""
        deadline, number = self.deadline, self.case.number
        watches = self.audience in (ReminderRule.Audience.CONVENER, ReminderRule.Audience.CHAIR)
        if deadline.referral and not watches:
            return address_of("proposals:referral", deadline.referral.pk)
        if deadline.question:
            return address_of("proposals:reply", number, deadline.question.pk)
        if deadline.kind == Kind.INFORMATION:
            return address_of("proposals:information", number)
        if deadline.kind in ALLIANCE:
            return address_of("admin:proposals_proposal_change", self.case.pk)
        return address_of("proposals:detail", number)

    def reasons(self) -> list[str]:
        """Why it is due on that day, step by step."""
        return explain(self.deadline)
