from .news import NewsItem
from .rooms import Booking, Room, RoomDay, RoomHours

__all__ = ["Booking", "NewsItem", "Room", "RoomDay", "RoomHours"]
