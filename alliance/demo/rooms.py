"""A demo room with its hours, and two bookings to come: one approved, one that waits for the secretariat."""

from datetime import datetime, time, timedelta

from events.actions.rooms import book_room
from events.models import Booking, Room, RoomHours
from members import clock
from members.models import User
from proposals.actions.timing import office_calendar
from proposals.workdays import add_workdays
from workinggroups.models import WorkingGroup

ROOM = {
    "slug": "songjiang",
    "name_zh": "松江辦公區會議室（示範）",
    "name_en": "Meeting room, Songjiang office (demo)",
    "place_zh": "臺北市松江路，三樓",
    "place_en": "Songjiang Road, Taipei, 3rd floor",
    "equipment_zh": "投影機、視訊會議設備、白板",
    "equipment_en": "Projector, video conference, whiteboard",
    "seats": 20,
}
PURPOSE_OF_A_MEMBER = "示範：電子支付試辦說明會"
PURPOSE_OF_A_GROUP = "示範：分組工作會議"


def open_room() -> int:
    """Adds the room once, and the bookings of which none is still to come; gives how many rows were added."""
    room, is_new = Room.objects.get_or_create(slug=ROOM["slug"], defaults=ROOM)
    if is_new:
        RoomHours.objects.bulk_create(
            RoomHours(room=room, weekday=weekday, opens=time(9), closes=time(18)) for weekday in range(5)
        )
    if Booking.objects.holding().to_come().filter(room=room).exists():
        return int(is_new)
    member = User.objects.get(email="qinglan@demo.example")
    officer = User.objects.get(email="secretary@demo.example")
    group = WorkingGroup.objects.get(slug="regulation")
    holder = member.organisations_as("representative")[0]
    for user, owner, workdays, hour, purpose, people in (
        (member, holder, 3, 14, PURPOSE_OF_A_MEMBER, 12),
        (officer, group, 4, 10, PURPOSE_OF_A_GROUP, 16),
    ):
        today = clock.today()
        day = add_workdays(today, workdays, office_calendar(today))
        start = datetime.combine(day, time(hour), clock.TAIPEI)
        book_room(
            user=user,
            room=room,
            holder=owner,
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            purpose=purpose,
            people=people,
        )
    return int(is_new) + 2
