"""The demo's meetings of the past: called, invited to, held, and minuted to three different stages.

Cases come onto their agendas, and are decided there, by steps of their stories.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from members import clock
from members.models import Organisation, User
from workinggroups.actions.attendance import finish_action_item, reply_to_invitation
from workinggroups.actions.meetings import keep_meeting, people_of, send_invitations
from workinggroups.actions.minutes import approve_minutes, publish_minutes, write_minutes
from workinggroups.models import ActionItem, AgendaItem, Meeting, Participant, Seat, WorkingGroup

DAY = timedelta(days=1)
LENGTH = timedelta(hours=2, minutes=30)
BEFORE = timedelta(minutes=10)
"""A meeting begins so long before the first step of its day."""
Presence = Participant.Presence


class Task(NamedTuple):
    text: str
    owner: str
    """The address of an organisation."""
    due_in: int
    """Days after the meeting."""
    done_in: int = 0


class Held(NamedTuple):
    group: str
    days_ago: int
    title_zh: str
    title_en: str
    place_zh: str
    place_en: str
    invited: tuple[str, ...]
    said: str
    """On the cases of the agenda."""
    opening: str
    stage: str
    tasks: tuple[Task, ...] = ()


HELD: dict[str, Held] = {
    "regulation-1": Held(
        "regulation",
        60,
        "法規調適組第一次工作會議（示範）",
        "First working meeting on regulation (demo)",
        "示範會議室A，並同步線上",
        "Demo room A and online",
        ("fsc", "cbc"),
        "提案會員說明準備資產之組成與查核頻率；列席機關表示得比照電子支付機構之揭露方式研議。"
        "與會成員多數認為訴求明確，宜請主管機關回應。",
        "本組首次會議，請各會員就提案之法規疑義充分表示意見。",
        "published",
        (
            Task("彙整各國穩定幣準備資產揭露規範，供下次會議參考", "demo-qinglan", 20, 15),
            Task("提供電子支付機構現行查核項目說明", "fsc", 120),
        ),
    ),
    "application-1": Held(
        "application",
        58,
        "應用推廣組第一次工作會議（示範）",
        "First working meeting on applications (demo)",
        "示範會議室B",
        "Demo room B",
        ("moea",),
        "說明再生能源憑證代幣化後之註銷與登錄一致性，與會成員建議一併釐清重複宣告之責任歸屬。",
        "",
        "published",
        (Task("整理憑證移轉之試辦資料", "demo-yunhang", 30, 24),),
    ),
    "academia-1": Held(
        "academia",
        9,
        "產學合作組第一次工作會議（示範）",
        "First working meeting on academia and industry (demo)",
        "示範大學會議室",
        "Demo university",
        (),
        "急診情形之簽署程序尚待試辦醫院補充，爰於下次會議續行討論。",
        "請就醫療同意書之撤回紀錄提供實務意見。",
        "approved",
        (Task("提供試辦醫院急診簽署流程", "demo-haidao", 30),),
    ),
    "regulation-2": Held(
        "regulation",
        4,
        "法規調適組第二次工作會議（示範）",
        "Second working meeting on regulation (demo)",
        "示範會議室A，並同步線上",
        "Demo room A and online",
        ("moda",),
        "存取軌跡之公開範圍涉及多機關，與會成員同意轉請主管機關回應。",
        "",
        "draft",
        (Task("蒐集各機關調閱紀錄之格式", "demo-xinyin", 21),),
    ),
}


def officer(group: str, role: str = Seat.Role.CONVENER) -> User:
    """A fresh user object: roles are read once for each."""
    return User.objects.get(pk=Seat.objects.get(group__slug=group, role=role).user_id)


def called(name: str, starts_at: datetime) -> Meeting:
    """The meeting of this name, called the first time that a case comes onto its agenda."""
    held = HELD[name]
    group = WorkingGroup.objects.get(slug=held.group)
    if found := group.meetings.filter(title_zh=held.title_zh).first():
        return found
    meeting = Meeting(
        group=group,
        kind=Meeting.Kind.WORKING,
        title_zh=held.title_zh,
        title_en=held.title_en,
        place_zh=held.place_zh,
        place_en=held.place_en,
        starts_at=starts_at,
        ends_at=starts_at + LENGTH,
        chaired_by=officer(held.group).name,
    )
    keep_meeting(user=officer(held.group), meeting=meeting, changed=())
    AgendaItem.objects.create(
        meeting=meeting,
        position=1,
        title_zh="報告事項：前次會議列管事項",
        title_en="Report: what was left to do",
    )
    return meeting


def write_up(begins: Mapping[str, datetime]) -> None:
    """Invitations, replies, attendance, action items and minutes of each, at their own moments."""
    for name, held in HELD.items():
        meeting = Meeting.objects.get(title_zh=held.title_zh)
        _invite(held, meeting)
        _attend(meeting)
        _note(held, meeting)
        _minute(held, meeting)
        assert meeting.starts_at == begins[name]


def _invite(held: Held, meeting: Meeting) -> None:
    bodies = Organisation.objects.filter(slug__in=held.invited)
    Participant.objects.bulk_create(Participant(meeting=meeting, organisation=body) for body in bodies)
    with clock.at(meeting.starts_at - 7 * DAY):
        send_invitations(user=officer(held.group), meeting=meeting)
    with clock.at(meeting.starts_at - 5 * DAY):
        for row in meeting.participants.filter(organisation__isnull=False):
            for person in people_of(row.organisation)[:1]:
                reply_to_invitation(user=person, participant=row, comes=True)


def _attend(meeting: Meeting) -> None:
    """All but the last of the group came."""
    meeting.participants.update(presence=Presence.PRESENT)
    seats = meeting.participants.filter(user__isnull=False).order_by("-pk")
    if seats.count() > 2:
        Participant.objects.filter(pk=seats[0].pk).update(presence=Presence.EXCUSED)


def _note(held: Held, meeting: Meeting) -> None:
    meeting.agenda.filter(title_zh="").update(minutes_text=held.said)
    meeting.agenda.exclude(title_zh="").update(minutes_text="洽悉。", decision_text="同意備查。")
    day = clock.local_date(meeting.starts_at)
    for task in held.tasks:
        owner = Organisation.objects.get(slug=task.owner)
        item = ActionItem.objects.create(
            meeting=meeting, text=task.text, organisation=owner, due_on=day + task.due_in * DAY
        )
        if task.done_in:
            with clock.at(meeting.starts_at + task.done_in * DAY):
                finish_action_item(user=people_of(owner)[0], item=item)


def _minute(held: Held, meeting: Meeting) -> None:
    with clock.at(meeting.closes_at + DAY):
        write_minutes(user=officer(held.group), meeting=meeting, opening=held.opening)
    if held.stage != "draft":
        with clock.at(meeting.closes_at + 3 * DAY):
            approve_minutes(user=officer(held.group), meeting=meeting)
    if held.stage == "published":
        with clock.at(meeting.closes_at + 5 * DAY):
            publish_minutes(user=officer(held.group), meeting=meeting)
