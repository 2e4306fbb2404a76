"""The demo's next meetings; once they have passed, the next run of the command makes new ones."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from members import clock
from proposals.actions.agendas import put_on_agenda
from proposals.actions.timing import office_calendar
from proposals.models import Proposal
from proposals.states import ProposalState
from proposals.workdays import add_workdays
from workinggroups.models import AgendaItem, Meeting, WorkingGroup

from .minutes import officer


class Planned(NamedTuple):
    group: str
    kind: str
    workdays: int
    hour: int
    title_zh: str
    title_en: str
    place_zh: str
    place_en: str
    case: str = ""
    """Title of a case in discussion that it is to discuss."""


MEETINGS: tuple[Planned, ...] = (
    Planned(
        "regulation",
        "working",
        4,
        14,
        "法規調適組工作會議（示範）",
        "Working meeting on regulation (demo)",
        "示範會議室A，並同步線上",
        "Demo room A and online",
    ),
    Planned(
        "academia",
        "working",
        7,
        15,
        "產學合作組工作會議（示範）",
        "Working meeting on academia and industry (demo)",
        "示範大學會議室",
        "Demo university",
        "手術同意書以數位憑證簽署與撤回之紀錄方式",
    ),
    Planned(
        "application",
        "working",
        9,
        10,
        "應用推廣組工作會議（示範）",
        "Working meeting on applications (demo)",
        "示範會議室B",
        "Demo room B",
    ),
    Planned(
        "",
        "general",
        18,
        9,
        "臺灣區塊鏈大聯盟會員大會（示範）",
        "General assembly of the alliance (demo)",
        "示範國際會議廳",
        "Demo conference hall",
    ),
)


def announce() -> int:
    """Adds each meeting of which none is still to come."""
    return sum(_announce(planned) for planned in MEETINGS)


def _announce(planned: Planned) -> bool:
    if Meeting.objects.upcoming().filter(title_zh=planned.title_zh).exists():
        return False
    day = add_workdays(clock.today(), planned.workdays, office_calendar(clock.today()))
    starts_at = datetime.combine(day, time(planned.hour), clock.TAIPEI)
    group = WorkingGroup.objects.get(slug=planned.group) if planned.group else None
    meeting = Meeting.objects.create(
        group=group,
        kind=planned.kind,
        number=Meeting.objects.next_number(group, planned.kind),
        title_zh=planned.title_zh,
        title_en=planned.title_en,
        place_zh=planned.place_zh,
        place_en=planned.place_en,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
    )
    AgendaItem.objects.create(
        meeting=meeting, position=1, title_zh="報告事項", title_en="Report on what was left to do"
    )
    if case := Proposal.objects.filter(
        title=planned.case, is_demo=True, state=ProposalState.DISCUSSION
    ).first():
        put_on_agenda(user=officer(planned.group), proposal=case, meeting=meeting)
    return True
