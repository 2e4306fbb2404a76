from .agenda import AgendaItem
from .groups import Seat, WorkingGroup
from .meetings import Meeting
from .programmes import Programme

__all__ = ["AgendaItem", "Meeting", "Programme", "Seat", "WorkingGroup"]
