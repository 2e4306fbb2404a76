"""What the portal knows of time before anybody enters anything: office days, closures, periods, ladders.

Facts only, for the idempotent seed; a row changed in the portal is left alone by it.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from importlib.metadata import version
from typing import NamedTuple

import holidays

from .calendars import closes_office_hours

FIRST_YEAR = 2013
# The calendar of 2027 (116年) is published as 中華民國政府行政機關辦公日曆表 by the Directorate-General of
# Personnel Administration (data.gov.tw/dataset/14718); each year's appears by June of the year before.
LAST_ANNOUNCED_YEAR = 2027
LAST_ANNOUNCED_DAY = date(LAST_ANNOUNCED_YEAR, 12, 31)
CALENDAR_LABEL = f"holidays-{version('holidays')}-{LAST_ANNOUNCED_YEAR}"
CALENDAR_SOURCE = "python-holidays, country_holidays('TW').is_working_day; data.gov.tw/dataset/14718"

MAX_OPEN_CASES = 20
"""Open cases that one organisation may have at a time; drafts do not count. A group screens within ten
working days and discusses a dozen cases a month: twenty of one member would take it all from the others."""

MAKE_UP_DAY = "補行上班日"


def office_days() -> Iterator[tuple[date, bool, str]]:
    """(day, whether offices work, Chinese name) from 2013 to the last announced year.

    Make-up Saturdays work; ordinary days and plain weekends have no name.
    """
    taiwan = holidays.country_holidays(
        "TW", years=range(FIRST_YEAR, LAST_ANNOUNCED_YEAR + 1), language="zh_TW", expand=False
    )
    day = date(FIRST_YEAR, 1, 1)
    while day <= LAST_ANNOUNCED_DAY:
        is_workday = taiwan.is_working_day(day)
        name = taiwan.get(day, "")
        yield day, is_workday, MAKE_UP_DAY if is_workday and day.weekday() >= 5 else name
        day += timedelta(days=1)


class Closure(NamedTuple):
    """停止上班; without times for the whole day, without an end until the evening."""

    on: date
    area: str
    note: str
    source_url: str
    starts_at: time | None = None
    ends_at: time | None = None

    @property
    def moves_last_day(self) -> bool:
        return closes_office_hours(self.starts_at, self.ends_at)


LEKIMA = (
    "利奇馬颱風",
    "https://turnnewsapp.com/choice/119873.html",
    ("臺北市", "新北市", "基隆市", "桃園市", "新竹市", "新竹縣", "宜蘭縣", "連江縣"),
)
MITAG = (
    "米塔颱風",
    "https://upmedia.mg/news_info.php?SerialNo=72322",
    ("臺北市", "新北市", "基隆市", "桃園市", "新竹縣", "宜蘭縣", "花蓮縣"),
)
KRATHON = (
    "山陀兒颱風",
    "https://bg3.co/a/qiang-tai-shan-tuo-er-xi-tai-bei-bei-ji-tao-xuan-bu-2ri-ting-ban-ting-ke.html",
    ("臺北市", "新北市", "基隆市", "桃園市"),
)
_MEKKHALA_SOURCE = "https://event.ntdtv.com.tw/b5/20200810/video/275497.html"
_NATIONWIDE_SOURCE = "https://news.ltn.com.tw/news/life/breakingnews/4847581"


def _everywhere(on: date, storm: tuple[str, str, tuple[str, ...]]) -> list[Closure]:
    note, source_url, areas = storm
    return [Closure(on, area, note, source_url) for area in areas]


CLOSURES: tuple[Closure, ...] = (
    *_everywhere(date(2019, 8, 9), LEKIMA),
    *_everywhere(date(2019, 9, 30), MITAG),
    Closure(date(2019, 9, 30), "新竹市", *MITAG[:2], time(18)),
    Closure(date(2019, 9, 30), "連江縣", *MITAG[:2], time(12)),
    Closure(date(2019, 9, 30), "臺東縣成功鎮", *MITAG[:2], time(10)),
    Closure(date(2019, 9, 30), "臺東縣東河鄉", *MITAG[:2], time(10)),
    Closure(date(2019, 9, 30), "臺東縣長濱鄉", *MITAG[:2], time(10)),
    Closure(date(2020, 8, 11), "澎湖縣", "米克拉颱風", _MEKKHALA_SOURCE, time(0), time(12)),
    Closure(date(2020, 8, 11), "金門縣", "米克拉颱風", _MEKKHALA_SOURCE),
    Closure(date(2023, 9, 3), "花蓮縣", "海葵颱風", "https://v3.mirrormedia.mg/story/20230902edi012"),
    Closure(
        date(2024, 9, 30),
        "臺東縣蘭嶼鄉",
        "山陀兒颱風",
        "https://pchome.megatime.com.tw/m/news/cat1/20240930/17276901494889718003.html",
    ),
    *_everywhere(date(2024, 10, 2), KRATHON),
    Closure(date(2024, 10, 3), "全國", "山陀兒颱風", _NATIONWIDE_SOURCE),
    Closure(date(2024, 10, 31), "全國", "康芮颱風", _NATIONWIDE_SOURCE),
    Closure(
        date(2024, 11, 1),
        "連江縣",
        "康芮颱風",
        "https://news.pchome.com.tw/living/upmedia/20241031/index-73036638709327236001.html",
    ),
)


class Policy(NamedTuple):
    """How long a kind of step may take, for every group, unless a group has its own."""

    kind: str
    amount: int
    unit: str
    basis_zh: str
    basis_en: str
    extendable_by: int | None = None


POLICIES_FROM = date(2019, 7, 12)

# A supporting body has the lead's period less ten working days, which `actions.timing` takes off.
POLICIES: tuple[Policy, ...] = (
    Policy(
        "screening",
        10,
        "workday",
        "聯盟作業期間：送件後十個工作日內完成篩選評估",
        "The alliance's own period: triage within ten working days of submission",
    ),
    Policy(
        "discussion",
        30,
        "day",
        "聯盟作業期間：成案後三十日內完成分組討論",
        "The alliance's own period: discussion in the group within thirty days of acceptance",
    ),
    Policy(
        "information",
        20,
        "day",
        "提案人補正期間二十日，得延長一次十日",
        "Twenty days for the proposer to complete the case, prolonged once by ten",
        10,
    ),
    Policy(
        "takeover",
        20,
        "workday",
        "主提案單位退會後，由連署單位或公協會承接之期間二十個工作日",
        "Twenty working days for a co-sponsor or an association to take over a case whose lead has left",
    ),
    Policy(
        "reply",
        20,
        "day",
        "提案人回復機關詢問二十日，得延長一次十日",
        "Twenty days for the proposer to answer a ministry, prolonged once by ten",
        10,
    ),
    Policy(
        "secrecy",
        3,
        "workday",
        "回應涉及限閱內容者，發布前由提案人於三個工作日內確認有無營業秘密",
        "Before an answer that touches restricted text is published the proposer has three working days to "
        "check it for business secrets",
    ),
    Policy(
        "acceptance",
        10,
        "workday",
        "機關收文後十個工作日內確認受理",
        "The ministry accepts within ten working days of receipt",
    ),
    Policy(
        "preliminary",
        14,
        "day",
        "比照創新法規沙盒函請機關二週內初步回應之作法",
        "After the practice of the regulatory sandbox team: a first reply within two weeks",
    ),
    Policy(
        "answer",
        60,
        "day",
        "聯盟與機關議定六十日；得依行政程序法第51條之例展延一次，以原期間為限",
        "Sixty days agreed with the ministries; one extension of at most the same, after Article 51 of the "
        "Administrative Procedure Act",
        60,
    ),
    Policy(
        "support",
        60,
        "day",
        "協辦機關之期限較主辦機關提前十個工作日",
        "Supporting bodies answer ten working days before the lead",
        60,
    ),
    Policy(
        "reconsider",
        30,
        "day",
        "再議之請求，機關於收文後三十日內回應",
        "A body answers a reconsideration within thirty days of receipt",
    ),
    Policy(
        "minutes",
        10,
        "workday",
        "聯盟作業期間：會議結束後十個工作日內公布會議紀錄",
        "The alliance's own period: minutes within ten working days of the meeting",
    ),
    Policy(
        "closing",
        20,
        "workday",
        "回應發布後二十個工作日內得請求再議，屆期結案",
        "Reconsideration may be asked within twenty working days of the answer; the case then closes",
    ),
)


class Rung(NamedTuple):
    """A reminder so many working days before (-) or after (+) the due date."""

    code: str
    max_days: int
    offset: int
    audience: str
    is_very_overdue: bool = False


SHORT_DAYS = 20
LONGEST_DAYS = 3660

_AFTER: tuple[tuple[int, str], ...] = ((1, "actors"), (5, "supervisor"), (10, "convener"))
_SHORT: tuple[tuple[int, str], ...] = ((-3, "actors"), (-3, "supervisor"), (0, "actors"), *_AFTER)
_LONG: tuple[tuple[int, str], ...] = ((-20, "actors"), (-10, "actors"), *_SHORT)


def _ladder(name: str, max_days: int, rungs: tuple[tuple[int, str], ...]) -> Iterator[Rung]:
    for offset, audience in rungs:
        when = f"before-{-offset}" if offset < 0 else f"after-{offset}" if offset else "on-day"
        yield Rung(f"{name}-{when}-{audience}", max_days, offset, audience)
    yield Rung(f"{name}-very-overdue-chair", max_days, 0, "chair", is_very_overdue=True)


LADDERS: tuple[Rung, ...] = (*_ladder("short", SHORT_DAYS, _SHORT), *_ladder("long", LONGEST_DAYS, _LONG))


class CriterionRow(NamedTuple):
    """By what the groups weigh a case before they decide."""

    slug: str
    name_zh: str
    name_en: str
    description_zh: str
    description_en: str


CRITERIA = (
    CriterionRow(
        "conflict",
        "法規衝突明確",
        "The conflict with the rules is clear",
        "指出具體法規與條次，並說明與營運模式牴觸之處。",
        "Names law and article, and says where the business model runs against them.",
    ),
    CriterionRow(
        "public-interest",
        "公共利益",
        "Public interest",
        "除提案人外，對產業、消費者或社會有益，且已說明風險。",
        "Serves others besides the proposer, and says what the risks are.",
    ),
    CriterionRow(
        "feasibility",
        "可行性",
        "Feasibility",
        "訴求得以解釋、修正法規或實驗等方式達成。",
        "An interpretation, a change of a rule or a trial could bring what is asked.",
    ),
    CriterionRow(
        "urgency",
        "急迫性",
        "Urgency",
        "不及時處理將造成難以回復之不利益。",
        "Without an answer soon, harm is done that is hard to undo.",
    ),
    CriterionRow(
        "bodies",
        "涉及機關明確",
        "The bodies concerned are clear",
        "得以辨識主辦與協辦機關。",
        "It can be told which body leads and which ones support.",
    ),
)


class Route(NamedTuple):
    """Which body a law or a domain belongs to, for a portal that has no routing rules yet.

    Of laws: the competent authority that the law itself names, or that the Executive Yuan's announcements
    name for it (law.moj.gov.tw). Of domains: whose organisation act names the field. To be confirmed by the
    secretariat.
    """

    body: str
    laws: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    part: str = "lead"


ROUTES = (
    Route(
        "fsc",
        laws=(
            "證券交易法",
            "證券投資信託及顧問法",
            "銀行法",
            "金融控股公司法",
            "電子支付機構管理條例",
            "金融科技發展與創新實驗條例",
            "信託業法",
            "虛擬資產服務法（草案）",
            "保險法",
        ),
        domains=("finance",),
    ),
    Route("fsc", laws=("洗錢防制法", "管理外匯條例"), part="support"),
    Route("cbc", laws=("管理外匯條例", "中央銀行法")),
    Route("cbc", laws=("電子支付機構管理條例", "虛擬資產服務法（草案）"), part="support"),
    Route(
        "moj",
        laws=("洗錢防制法", "信託法", "民法", "中華民國刑法", "行政程序法", "政府資訊公開法"),
        domains=("evidence",),
    ),
    Route("mjib", laws=("洗錢防制法",), part="support"),
    Route("moda", laws=("電子簽章法",), domains=("identity", "government")),
    Route("moi", domains=("identity",), part="support"),
    Route("pdpc", laws=("個人資料保護法",)),
    Route(
        "moea",
        laws=("公司法", "再生能源發展條例", "電業法", "無人載具科技創新實驗條例"),
        domains=("energy", "supply-chain", "commerce"),
    ),
    Route("ndc", domains=("startups",)),
    Route("smesa", domains=("startups",), part="support"),
    Route("moe", laws=("學位授予法",), domains=("education",)),
    Route("mof", laws=("關稅法",), domains=("trade",)),
    Route("ca", laws=("關稅法",), domains=("trade",), part="support"),
    Route("mohw", laws=("食品安全衛生管理法", "醫療法"), domains=("health", "food")),
    Route("moa", laws=("農產品生產及驗證管理法",), domains=("agriculture",)),
    Route("moa", domains=("food",), part="support"),
    Route("ey", laws=("消費者保護法",)),
)
