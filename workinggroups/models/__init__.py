from .groups import Seat, WorkingGroup
from .meetings import Meeting
from .programmes import Programme

__all__ = ["Meeting", "Programme", "Seat", "WorkingGroup"]
