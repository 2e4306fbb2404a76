"""The demo's offices: conveners of the alliance in two terms, and two committees, one of them ended."""

from datetime import date
from typing import NamedTuple

from members.models import Organisation, User
from workinggroups.models import Period, Seat, WorkingGroup

from .cast import SECOND_TERM, SINCE

FORMER_CHAIR = "former-chair@demo.example"
Role = Seat.Role


class Committee(NamedTuple):
    """`seats` are role, e-mail and organisation of each."""

    slug: str
    name_zh: str
    name_en: str
    charter_zh: str
    charter_en: str
    starts_on: date
    ends_on: date | None
    seats: tuple[tuple[str, str, str], ...]


COMMITTEES = (
    Committee(
        "demo-preparation",
        "籌備委員會（示範）",
        "Preparatory committee (demo)",
        "籌備委員會由各界代表組成，研擬聯盟章程、分組架構與成立大會議程；聯盟成立之日任務完成。",
        "Made up of people from all four sectors, it drafted the alliance's rules, its groups and the "
        "programme of the founding assembly. Its work was done on the day of the founding.",
        date(2019, 3, 1),
        SINCE,
        (
            (Role.CONVENER, FORMER_CHAIR, "demo-haidao"),
            (Role.MEMBER, "qinglan@demo.example", "demo-qinglan"),
            (Role.MEMBER, "zhulu@demo.example", "demo-zhulu"),
        ),
    ),
    Committee(
        "demo-assembly",
        "會員大會籌備委員會（示範）",
        "Committee for the general assembly (demo)",
        "本委員會籌備年度會員大會：擬定議程、邀請來賓，並彙整各分組的年度成果。",
        "It prepares the yearly general assembly: its programme, its guests, and what the groups achieved.",
        SECOND_TERM,
        None,
        (
            (Role.CONVENER, "yunhang@demo.example", "demo-yunhang"),
            (Role.MEMBER, "xinyin@demo.example", "demo-xinyin"),
            (Role.MEMBER, "haidao@demo.example", "demo-haidao"),
        ),
    ),
)
COME_FROM = {
    "chair@demo.example": "demo-haidao",
    "application@demo.example": "demo-zhulu",
    "academia@demo.example": "demo-haidao",
}
"""Of the officers whom the cast has appointed: the organisation, and with it their word to be named."""


def fill() -> int:
    """Adds what is missing; gives how many terms and committees were added."""
    return _terms() + sum(_found(row) for row in COMMITTEES)


def _terms() -> int:
    """The convener of today is the second; the first one's name is not public."""
    former, _is_new = User.objects.get_or_create(
        email=FORMER_CHAIR, defaults={"name": "示範前任聯盟召集人", "is_active": False}
    )
    if Seat.objects.filter(role=Role.CHAIR, starts_on__lt=SECOND_TERM).exists():
        return 0
    first, second = (
        Period.objects.create(group=None, name_zh=zh, name_en=en, starts_on=start, ends_on=end)
        for zh, en, start, end in (
            ("第一屆", "First term", SINCE, SECOND_TERM),
            ("第二屆", "Second term", SECOND_TERM, None),
        )
    )
    Seat.objects.filter(role=Role.CHAIR).update(period=second)
    Seat.objects.create(
        user=former,
        role=Role.CHAIR,
        period=first,
        starts_on=SINCE,
        ends_on=SECOND_TERM,
        organisation=Organisation.objects.get(slug="demo-xinyin"),
    )
    for email, slug in COME_FROM.items():
        organisation = Organisation.objects.get(slug=slug)
        Seat.objects.filter(user__email=email).update(organisation=organisation, named_on=SECOND_TERM)
    return 2


def _found(row: Committee) -> bool:
    if WorkingGroup.objects.filter(slug=row.slug).exists():
        return False
    named = {name: value for name, value in row._asdict().items() if name != "seats"}
    place = WorkingGroup.objects.count() + 1
    kind = WorkingGroup.Kind.COMMITTEE
    committee = WorkingGroup.objects.create(kind=kind, takes_proposals=False, position=place, **named)
    for role, email, slug in row.seats:
        Seat.objects.create(
            user=User.objects.get(email=email),
            group=committee,
            role=role,
            organisation=Organisation.objects.get(slug=slug),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
    return True
