"""Invented member organisations of the demo."""

from datetime import date
from typing import NamedTuple

SINCE = date(2024, 3, 1)


class Firm(NamedTuple):
    slug: str
    name_zh: str
    name_en: str
    short_zh: str
    short_en: str
    sector: str
    kind: str
    about_zh: str
    about_en: str

    @property
    def joined_on(self) -> date:
        return SINCE


FIRMS: tuple[Firm, ...] = (
    Firm(
        "demo-qinglan",
        "青嵐資產託管（示範）",
        "Qinglan Asset Custody (demo)",
        "青嵐託管（示範）",
        "Qinglan (demo)",
        "industry",
        "company",
        "虛構的示範會員，設定為虛擬資產保管與證券型代幣服務業者。",
        "An invented member for the demo: a custodian of virtual assets and security tokens.",
    ),
    Firm(
        "demo-zhulu",
        "逐鹿金融科技（示範）",
        "Zhulu FinTech (demo)",
        "逐鹿金融（示範）",
        "Zhulu (demo)",
        "industry",
        "company",
        "虛構的示範會員，設定為支付與穩定幣基礎設施業者。",
        "An invented member for the demo: infrastructure for payments and stablecoins.",
    ),
    Firm(
        "demo-yunhang",
        "雲航供應鏈（示範）",
        "Yunhang Supply Chain (demo)",
        "雲航（示範）",
        "Yunhang (demo)",
        "industry",
        "company",
        "虛構的示範會員，設定為貿易文件、食材溯源與能源憑證平臺業者。",
        "An invented member for the demo: platforms for trade papers, food and energy certificates.",
    ),
    Firm(
        "demo-xinyin",
        "信印數位身分（示範）",
        "Xinyin Digital Identity (demo)",
        "信印（示範）",
        "Xinyin (demo)",
        "industry",
        "company",
        "虛構的示範會員，設定為電子簽章、數位憑證與存證服務業者。",
        "An invented member for the demo: electronic signatures, credentials and evidence.",
    ),
    Firm(
        "demo-haidao",
        "海島大學區塊鏈研究中心（示範）",
        "Haidao University Blockchain Centre (demo)",
        "海島大學（示範）",
        "Haidao (demo)",
        "academia",
        "institute",
        "虛構的示範會員，設定為研究數位證書與醫療同意的大學中心。",
        "An invented member for the demo: a university centre for credentials and medical consent.",
    ),
    Firm(
        "demo-gengtu",
        "耕土農業科技（示範）",
        "Gengtu AgriTech (demo)",
        "耕土（示範）",
        "Gengtu (demo)",
        "industry",
        "company",
        "虛構的示範會員，設定為農產溯源新創。",
        "An invented member for the demo: a start-up that traces farm produce.",
    ),
    Firm(
        "demo-qunyu",
        "群嶼區塊鏈協會（示範）",
        "Qunyu Blockchain Association (demo)",
        "群嶼協會（示範）",
        "Qunyu (demo)",
        "industry",
        "association",
        "虛構的示範會員，設定為區塊鏈業者的協會。",
        "An invented member for the demo: an association of blockchain firms.",
    ),
    Firm(
        "demo-yangfan",
        "揚帆資通研究院（示範）",
        "Yangfan ICT Research Institute (demo)",
        "揚帆（示範）",
        "Yangfan (demo)",
        "research",
        "institute",
        "虛構的示範會員，設定為資通訊研究法人。",
        "An invented member for the demo: a research institute for information and communication.",
    ),
)


FORMER = Firm(
    "demo-tingzhou",
    "汀洲數據（示範）",
    "Tingzhou Data (demo)",
    "汀洲（示範）",
    "Tingzhou (demo)",
    "industry",
    "company",
    "虛構的示範會員，設定為已退會之數據服務業者。",
    "An invented member for the demo: a data service that has left the alliance.",
)
"""Leaves in the midst of its cases; the directory does not show it any more."""


class Body(NamedTuple):
    """An invented body. Real ones are never reorganised by the demo."""

    slug: str
    name_zh: str
    name_en: str
    short_zh: str
    short_en: str
    self_name: str
    sector: str = "government"
    kind: str = "body"


BODIES: tuple[Body, ...] = (
    Body(
        "demo-data-office",
        "示範資料治理籌備處（示範）",
        "Preparatory Office for Data Governance (demo)",
        "資料籌備處（示範）",
        "Data Office (demo)",
        "本處",
    ),
    Body(
        "demo-data-commission",
        "示範資料治理委員會（示範）",
        "Commission for Data Governance (demo)",
        "資料委員會（示範）",
        "Data Commission (demo)",
        "本會",
    ),
)
"""The first has become the second, in the midst of a case."""
