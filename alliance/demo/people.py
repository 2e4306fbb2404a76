"""The demo's accounts, one or more of every role; names say that nobody real is meant."""

from typing import NamedTuple

PASSWORD = "demo-alliance-2026"  # noqa: S105 — printed for everybody, and good in a demo only


class Account(NamedTuple):
    """`at` is the address of an organisation, or of a group where `role` is a seat."""

    email: str
    name: str
    role: str
    at: str = ""
    language: str = "zh-hant"


SECRETARIAT = "secretariat@demo.example"
MEMBERS = (
    ("qinglan@demo.example", "regulation"),
    ("zhulu@demo.example", "regulation"),
    ("xinyin@demo.example", "regulation"),
    ("yunhang@demo.example", "application"),
    ("haidao@demo.example", "academia"),
    ("xinyin@demo.example", "academia"),
)
"""Who sits in which group without keeping it."""
SEATS = ("chair", "convener", "deputy convener", "secretary")

ACCOUNTS: tuple[Account, ...] = (
    Account(SECRETARIAT, "示範秘書處", "secretariat", "secretariat"),
    Account("auditor@demo.example", "示範稽核", "auditor", "secretariat"),
    Account("chair@demo.example", "示範聯盟召集人", "chair"),
    Account("regulation@demo.example", "示範法規調適召集人", "convener", "regulation"),
    Account("deputy@demo.example", "示範法規調適副召集人", "deputy convener", "regulation"),
    Account("secretary@demo.example", "示範法規調適組秘書", "secretary", "regulation"),
    Account("application@demo.example", "示範應用推廣召集人", "convener", "application"),
    Account("academia@demo.example", "示範產學合作召集人", "convener", "academia"),
    Account("qinglan@demo.example", "示範代表甲", "representative", "demo-qinglan"),
    Account("zhulu@demo.example", "示範代表乙", "representative", "demo-zhulu"),
    Account("yunhang@demo.example", "示範代表丙", "representative", "demo-yunhang"),
    Account("xinyin@demo.example", "示範代表丁", "representative", "demo-xinyin", "en"),
    Account("haidao@demo.example", "示範代表戊", "representative", "demo-haidao"),
    Account("gengtu@demo.example", "示範代表己", "representative", "demo-gengtu"),
    Account("qunyu@demo.example", "示範代表庚", "representative", "demo-qunyu"),
    Account("yangfan@demo.example", "示範代表辛", "representative", "demo-yangfan", "en"),
    Account("tingzhou@demo.example", "示範代表壬", "representative", "demo-tingzhou"),
    Account("fsc@demo.example", "示範金管會窗口", "liaison", "fsc"),
    Account("fsc-deputy@demo.example", "示範金管會代理人", "deputy", "fsc"),
    Account("fsc-supervisor@demo.example", "示範金管會主管", "supervisor", "fsc"),
    Account("fsc-research@demo.example", "示範金管會研考", "research", "fsc"),
    Account("fsc-press@demo.example", "示範金管會新聞聯絡人", "press", "fsc"),
    Account("cbc@demo.example", "示範央行窗口", "liaison", "cbc"),
    Account("moea@demo.example", "示範經濟部窗口", "liaison", "moea"),
    Account("moda@demo.example", "示範數發部窗口", "liaison", "moda"),
    Account("mof@demo.example", "示範財政部窗口", "liaison", "mof"),
    Account("moe@demo.example", "示範教育部窗口", "liaison", "moe"),
    Account("mjib@demo.example", "示範調查局窗口", "liaison", "mjib"),
    Account("moj@demo.example", "示範法務部窗口", "liaison", "moj"),
    Account("data-office@demo.example", "示範資料籌備處窗口", "liaison", "demo-data-office"),
    Account("data-commission@demo.example", "示範資料委員會窗口", "liaison", "demo-data-commission"),
)
