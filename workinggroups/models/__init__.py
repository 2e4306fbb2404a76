from .agenda import ActionItem, AgendaItem
from .attendance import Participant
from .documents import Document
from .groups import Seat, WorkingGroup
from .interests import InterestDeclaration
from .meetings import Meeting
from .minutes import Minutes
from .periods import Milestone, Period
from .programmes import Programme
from .redactions import MeetingRedaction
from .series import MeetingSeries

__all__ = [
    "ActionItem",
    "AgendaItem",
    "Document",
    "InterestDeclaration",
    "Meeting",
    "MeetingRedaction",
    "MeetingSeries",
    "Milestone",
    "Minutes",
    "Participant",
    "Period",
    "Programme",
    "Seat",
    "WorkingGroup",
]
