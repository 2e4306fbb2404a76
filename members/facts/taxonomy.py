"""Fields of application and laws that proposals are likely to cite.

Fields: the founding article names agriculture, health, finance, energy and supply chain; the others
come from the government's programmes. Names and codes of laws: Laws & Regulations Database of the
Republic of China (law.moj.gov.tw); where a code was not at hand it is left empty.
"""

from typing import NamedTuple


class Field(NamedTuple):
    slug: str
    name_zh: str
    name_en: str


DOMAINS: tuple[Field, ...] = (
    Field("agriculture", "農業", "Agriculture"),
    Field("health", "醫療", "Health care"),
    Field("finance", "金融", "Finance"),
    Field("energy", "能源", "Energy"),
    Field("supply-chain", "供應鏈", "Supply chain"),
    Field("education", "教育", "Education"),
    Field("identity", "數位身分", "Digital identity"),
    Field("evidence", "數位證據", "Digital evidence"),
    Field("trade", "貿易通關", "Trade and customs"),
    Field("government", "政府服務", "Government services"),
    Field("food", "食品溯源", "Food traceability"),
    Field("commerce", "商業服務", "Commerce"),
    Field("startups", "新創投資", "Start-ups and investment"),
)


class Statute(NamedTuple):
    code: str
    name_zh: str
    name_en: str


LAWS: tuple[Statute, ...] = (
    Statute("G0400001", "證券交易法", "Securities and Exchange Act"),
    Statute("", "證券投資信託及顧問法", "Securities Investment Trust and Consulting Act"),
    Statute("G0380001", "銀行法", "The Banking Act of The Republic of China"),
    Statute("", "金融控股公司法", "Financial Holding Company Act"),
    Statute("G0380237", "電子支付機構管理條例", "The Act Governing Electronic Payment Institutions"),
    Statute(
        "G0380254",
        "金融科技發展與創新實驗條例",
        "Financial Technology Development and Innovative Experimentation Act",
    ),
    Statute("", "信託業法", "Trust Enterprise Act"),
    Statute("I0020024", "信託法", "Trust Law"),
    Statute("G0380131", "洗錢防制法", "Money Laundering Control Act"),
    Statute("", "虛擬資產服務法（草案）", "Virtual Asset Services Act (draft)"),
    Statute("", "管理外匯條例", "Foreign Exchange Regulation Act"),
    Statute("", "中央銀行法", "The Central Bank of the Republic of China (Taiwan) Act"),
    Statute("G0390002", "保險法", "Insurance Act"),
    Statute("J0080001", "公司法", "Company Act"),
    Statute("J0080037", "電子簽章法", "Electronic Signatures Act"),
    Statute("I0050021", "個人資料保護法", "Personal Data Protection Act"),
    Statute("B0000001", "民法", "Civil Code"),
    Statute("B0010001", "民事訴訟法", "Taiwan Code of Civil Procedure"),
    Statute("C0010001", "刑事訴訟法", "The Code of Criminal Procedure"),
    Statute("C0000001", "中華民國刑法", "Criminal Code of the Republic of China"),
    Statute("A0030055", "行政程序法", "Administrative Procedure Act"),
    Statute("I0020026", "政府資訊公開法", "The Freedom of Government Information Law"),
    Statute("H0030010", "學位授予法", "Degree Conferral Act"),
    Statute("G0350001", "關稅法", "Customs Act"),
    Statute("L0040001", "食品安全衛生管理法", "Act Governing Food Safety and Sanitation"),
    Statute("", "農產品生產及驗證管理法", "Agricultural Production and Certification Act"),
    Statute("", "再生能源發展條例", "Renewable Energy Development Act"),
    Statute("J0030011", "電業法", "The Electricity Act"),
    Statute("L0020021", "醫療法", "Medical Care Act"),
    Statute("J0170001", "消費者保護法", "Consumer Protection Act"),
    Statute(
        "J0030147", "無人載具科技創新實驗條例", "Unmanned Vehicles Technology Innovative Experimentation Act"
    ),
)
