"""Profiles of the demo's members, written by the real actions: fields, use cases, products, funding."""

from typing import NamedTuple

from members import clock
from members.actions.profiles import Content, content_of, save_profile, set_logo
from members.actions.umbrellas import add_own_members
from members.models import Domain, Organisation, ProfileChange
from members.models.profiles import FundingRecord

from .logos import logo
from .organisations import SINCE
from .play import moment, user_of

MEMBERS_ONLY = FundingRecord.Visibility.MEMBERS
PUBLIC = FundingRecord.Visibility.PUBLIC


class Case(NamedTuple):
    """A use case: a cell of the matrix."""

    domain: str
    kind: str
    title_zh: str
    title_en: str
    year: int


class Product(NamedTuple):
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str


class Money(NamedTuple):
    round: str
    year: int
    visibility: str
    amount: int | None = None
    amount_to: int | None = None
    source: str = ""
    currency: str = "TWD"


class Written(NamedTuple):
    founded: int
    is_startup: bool
    domains: tuple[str, ...]
    about_zh: str
    about_en: str
    cases: tuple[Case, ...]
    products: tuple[Product, ...] = ()
    funding: tuple[Money, ...] = ()


WRITTEN: dict[str, Written] = {
    "demo-qinglan": Written(
        founded=2018,
        is_startup=False,
        domains=("finance", "startups"),
        about_zh="虛構的示範會員，設定為虛擬資產與證券型代幣之保管機構。客戶資產與自有資產分離保管，"
        "每日公布準備證明，並與會計師共同發展查核程序。",
        about_en="An invented member for the demo: a custodian of virtual assets and security tokens. "
        "Clients' assets are kept apart from its own, reserves are proved daily, and audits are developed "
        "together with accountants.",
        cases=(
            Case("finance", "payment", "股利與利息之代付", "Dividends and interest paid out", 2024),
            Case(
                "finance",
                "tokenisation",
                "不動產收益權代幣之保管",
                "Custody of tokens of rental income",
                2023,
            ),
            Case("finance", "evidence", "每日準備證明與查核軌跡", "Daily proof of reserves", 2022),
            Case(
                "startups", "financing", "小額募資平臺之資產信託", "Assets of small offerings in trust", 2024
            ),
        ),
        products=(
            Product(
                "嵐庫",
                "Lanku",
                "多方簽核的機構保管服務，附稽核紀錄。",
                "Custody for institutions: several signatures, and an audit trail.",
            ),
        ),
        funding=(
            Money("a", 2021, PUBLIC, 120_000_000, source="虛構創投基金"),
            Money("strategic", 2024, MEMBERS_ONLY, 200_000_000, 300_000_000, "虛構金控"),
        ),
    ),
    "demo-zhulu": Written(
        founded=2019,
        is_startup=True,
        domains=("finance", "commerce"),
        about_zh="虛構的示範會員，設定為支付與穩定幣基礎設施業者。替商家把跨境收款由三天縮短為數分鐘，"
        "每一筆都可以追到來源與匯率。",
        about_en="An invented member for the demo: infrastructure for payments and stablecoins. Merchants "
        "receive payments from abroad in minutes instead of days, each with its origin and rate.",
        cases=(
            Case("finance", "payment", "跨境電商款項之即時清算", "Settlement for cross-border shops", 2022),
            Case("commerce", "payment", "夜市與小店的掃碼收款", "Payment by code for small shops", 2023),
            Case("trade", "payment", "信用狀之自動付款", "Payment under letters of credit", 2025),
            Case("commerce", "automation", "點數互換合約", "Exchange of loyalty points", 2024),
        ),
        products=(
            Product(
                "鹿付",
                "Lupay",
                "一支程式介面完成收款、換匯與對帳。",
                "One interface to receive, convert and reconcile.",
            ),
            Product(
                "穩流監測",
                "Steadyflow",
                "穩定幣準備與流通量的公開看板。",
                "A public board of reserves and circulation of stablecoins.",
            ),
        ),
        funding=(
            Money("seed", 2020, PUBLIC, 30_000_000, source="虛構天使投資人"),
            Money("a", 2023, PUBLIC, 3_000_000, 5_000_000, "虛構國際創投", "USD"),
            Money("grant", 2022, MEMBERS_ONLY, 8_000_000, source="示範補助計畫"),
        ),
    ),
    "demo-yunhang": Written(
        founded=2015,
        is_startup=False,
        domains=("supply-chain", "trade", "food", "energy"),
        about_zh="虛構的示範會員，設定為貿易文件、食材溯源與能源憑證平臺業者，服務虛構港口、食品廠與綠電用戶。",
        about_en="An invented member for the demo: platforms for trade papers, food and energy certificates, "
        "used by an invented port, food makers and buyers of green power.",
        cases=(
            Case("food", "certificates", "清真與有機驗證之查驗", "Halal and organic labels checked", 2025),
            Case(
                "trade", "data_sharing", "提單與產地證明之共同查驗", "Shared check of bills of lading", 2021
            ),
            Case("food", "traceability", "學校午餐食材溯源", "Tracing of school lunches", 2020),
            Case("supply-chain", "traceability", "冷鏈溫度紀錄", "Records of the cold chain", 2022),
            Case("energy", "carbon", "綠電憑證分割與轉讓", "Green power certificates in parts", 2024),
            Case("supply-chain", "financing", "應收帳款融資", "Finance on receivables", 2023),
        ),
        products=(
            Product(
                "雲提單",
                "Yun B/L",
                "電子提單的簽發、轉讓與贖單。",
                "Electronic bills of lading: issue, transfer, surrender.",
            ),
        ),
        funding=(Money("listing", 2023, PUBLIC, source="虛構櫃檯買賣市場"),),
    ),
    "demo-xinyin": Written(
        founded=2017,
        is_startup=False,
        domains=("identity", "evidence", "government"),
        about_zh="虛構的示範會員，設定為電子簽章、數位憑證與存證服務業者。"
        "主張「證明一件事，只給必要的資料」。",
        about_en="An invented member for the demo: electronic signatures, credentials and evidence. Its "
        "rule: to prove a thing, show no more than that needs.",
        cases=(
            Case("education", "certificates", "職訓證明之驗證", "Certificates of training checked", 2022),
            Case("identity", "identity", "成年證明而不出示生日", "Proof of age without a birthday", 2023),
            Case("evidence", "evidence", "影像存證與時戳", "Evidence and time stamps of pictures", 2019),
            Case(
                "government", "certificates", "里民證明之線上核發", "Certificates of residents online", 2024
            ),
            Case("finance", "identity", "遠距開戶之憑證重用", "Credentials used again at a bank", 2025),
        ),
        products=(
            Product(
                "信印匣",
                "Xinyin Wallet",
                "放在自己手機裡的憑證匣。",
                "A wallet for credentials on one's own phone.",
            ),
            Product(
                "時戳公證",
                "Timemark",
                "檔案不離開機關即可存證。",
                "Evidence of files that never leave the house.",
            ),
        ),
        funding=(Money("a", 2022, MEMBERS_ONLY, 80_000_000, source="虛構資安基金"),),
    ),
    "demo-haidao": Written(
        founded=2018,
        is_startup=False,
        domains=("education", "health"),
        about_zh="虛構的示範會員，設定為研究數位證書與醫療同意的大學中心。程式碼與教材公開，每年培訓業界學員。",
        about_en="An invented member for the demo: a university centre for credentials and medical consent. "
        "Code and teaching material are open; engineers are trained every year.",
        cases=(
            Case("education", "certificates", "數位學位證書", "Digital degrees", 2021),
            Case("health", "data_sharing", "病歷分享之病人同意", "Patients' consent to share records", 2023),
            Case("education", "identity", "跨校選課身分驗證", "One identity for several universities", 2024),
            Case("health", "infrastructure", "醫院聯合節點試驗", "A trial of joint nodes of hospitals", 2025),
        ),
        products=(
            Product(
                "開放課程：分散式帳本入門",
                "Open course: distributed ledgers",
                "十二週，附實作環境。",
                "Twelve weeks, with an environment to try it.",
            ),
        ),
    ),
    "demo-gengtu": Written(
        founded=2022,
        is_startup=True,
        domains=("agriculture", "food"),
        about_zh="虛構的示範會員，設定為農產溯源新創。農友用手機記錄，消費者掃碼看得到田區、用藥與檢驗。",
        about_en="An invented member for the demo: a start-up that traces farm produce. Farmers record by "
        "phone, buyers scan and see field, treatment and test.",
        cases=(
            Case("food", "traceability", "市集攤位之產地標示", "Origin of goods at markets", 2024),
            Case("agriculture", "traceability", "有機米田間紀錄", "Field records of organic rice", 2023),
            Case("food", "certificates", "檢驗報告之真偽查驗", "Test reports that can be checked", 2024),
            Case("agriculture", "financing", "天候參數保險理賠", "Insurance by weather data", 2025),
            Case("agriculture", "carbon", "稻田減碳量登錄", "Registry of carbon saved in paddies", 2025),
        ),
        products=(
            Product(
                "田履歷", "Field Diary", "離線也能記的農務手帳。", "A diary of the field that works offline."
            ),
        ),
        funding=(Money("seed", 2023, PUBLIC, 6_000_000, 9_000_000, "虛構農業天使基金"),),
    ),
    "demo-qunyu": Written(
        founded=2019,
        is_startup=False,
        domains=("finance", "startups", "government"),
        about_zh="虛構的示範會員，設定為區塊鏈業者的協會：彙整意見、訂定自律規範、辦理政策說明會。",
        about_en="An invented member for the demo: an association of blockchain firms. It gathers opinions, "
        "keeps a code of conduct and explains policy.",
        cases=(
            Case("finance", "payment", "業者間清算規則", "Rules of settlement among firms", 2025),
            Case("startups", "infrastructure", "會員共用測試節點", "Test nodes shared by its members", 2024),
            Case(
                "government", "data_sharing", "業者申報資料共同格式", "One format of reports of firms", 2025
            ),
        ),
        products=(
            Product(
                "自律規範範本",
                "Model code of conduct",
                "含客戶資產分離與資訊揭露。",
                "With segregation of assets and disclosure.",
            ),
        ),
    ),
    "demo-yangfan": Written(
        founded=2009,
        is_startup=False,
        domains=("energy", "identity", "supply-chain"),
        about_zh="虛構的示範會員，設定為資通訊研究法人，驗證跨鏈互通、抗量子簽章與碳足跡資料交換。",
        about_en="An invented member for the demo: a research institute that tests how chains work together, "
        "signatures that outlast quantum computers, and exchange of carbon data.",
        cases=(
            Case("supply-chain", "traceability", "零組件碳足跡履歷", "Footprints of parts", 2024),
            Case("energy", "carbon", "製造業碳足跡資料交換", "Exchange of carbon data of makers", 2024),
            Case(
                "identity", "infrastructure", "抗量子簽章測試場", "A testbed of quantum-safe signatures", 2025
            ),
            Case("supply-chain", "automation", "備品自動補貨合約", "Spare parts that order themselves", 2023),
            Case("energy", "traceability", "再生料件履歷", "The history of recycled material", 2025),
        ),
        products=(
            Product(
                "互通驗證平臺",
                "Interop lab",
                "兩條鏈接起來之前先在這裡試。",
                "Where two chains are tried before they are joined.",
            ),
        ),
    ),
}
OWN_MEMBERS = {
    "demo-qunyu": (
        "青嵐資產託管（示範）",
        "逐鹿金融科技（示範）",
        "耕土農業科技（示範）",
        "虛構雲端科技",
        "虛構軟體工作室",
        "虛構數位法務",
    )
}
"""Of umbrella members: some are members of the alliance too, and some are names only."""


def write() -> int:
    """Writes the profiles that nobody has written yet, each with a logo; returns how many."""
    written = set(ProfileChange.objects.values_list("organisation__slug", flat=True))
    missing = [slug for slug in WRITTEN if slug not in written]
    for n, slug in enumerate(missing):
        with clock.at(moment(40 - n, 3)):
            _write(Organisation.objects.get(slug=slug), WRITTEN[slug])
    return len(missing)


def _write(member: Organisation, words: Written) -> None:
    user = user_of("representative", member.slug)
    fields = dict(Domain.objects.values_list("slug", "pk"))
    content = Content(
        about_zh=words.about_zh,
        about_en=words.about_en,
        website=f"https://{member.slug.removeprefix('demo-')}.example",
        founded=words.founded,
        is_startup=words.is_startup,
        is_closed_to_contact=False,
        domains=sorted(fields[slug] for slug in words.domains),
        use_cases=[
            {
                "domain_id": fields[domain],
                "kind": kind,
                "title_zh": zh,
                "title_en": en,
                "year": year,
                "url": "",
            }
            for domain, kind, zh, en, year in words.cases
        ],
        solutions=[{**row._asdict(), "url": ""} for row in words.products],
        funding=[row._asdict() for row in words.funding],
    )
    save_profile(user=user, organisation=member, content=content, stamp=content_of(member).stamp)
    set_logo(user=user, organisation=member, picture=logo(member.slug))
    if names := OWN_MEMBERS.get(member.slug):
        add_own_members(user=user, umbrella=member, names=names, starts_on=SINCE)
