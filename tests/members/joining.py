"""Applications brought to a state by the real actions, for tests and for the world of rights."""

from itertools import count
from typing import Any
from uuid import uuid4

from members.actions.admissions import (
    admit_application,
    ask_applicant,
    invite_to_apply,
    refuse_application,
    take_up_application,
)
from members.actions.applications import (
    About,
    Contact,
    apply_to_join,
    confirm_application,
    send_information,
    withdraw_application,
)
from members.models import Application, InvitationToApply, Organisation, User
from tests import cases

UBN = "04595257"
OTHER_UBN = "00501503"

_numbers = count(1)


def office() -> User:
    return cases.person("office@example.org", secretariat=True)


def about(**fields: Any) -> About:
    number = next(_numbers)
    defaults = {
        "kind": "company",
        "sector": "industry",
        "name_zh": f"甲乙{number}數據股份有限公司",
        "name_en": f"Jiayi{number} Data Co., Ltd.",
        "wishes": "釐清電子簽章之適用",
    }
    return About(**defaults | fields)


def contact(**fields: Any) -> Contact:
    number = next(_numbers)
    defaults = {"contact": "申請人甲", "email": f"apply{number}@jiayi{number}.example", "language": "zh-hant"}
    return Contact(**defaults | fields)


def sent(*, to: Contact | None = None, earlier: Any = None, **fields: Any) -> Application:
    return apply_to_join(form_key=uuid4(), about=about(**fields), contact=to or contact(), earlier=earlier)


def confirmed(**fields: Any) -> Application:
    return confirm_application(application=sent(**fields))


def in_review(**fields: Any) -> Application:
    return take_up_application(user=office(), application=confirmed(**fields))


def information_asked(**fields: Any) -> Application:
    return ask_applicant(user=office(), application=in_review(**fields), text="請提供章程")


def informed(**fields: Any) -> Application:
    return send_information(application=information_asked(**fields), text="章程如附")


def admitted(**fields: Any) -> Application:
    row = in_review(**fields)
    admit_application(user=office(), application=row)
    return Application.objects.get(pk=row.pk)


def refused(**fields: Any) -> Application:
    return refuse_application(user=office(), application=in_review(**fields), reason="統一編號不符")


def withdrawn(**fields: Any) -> Application:
    return withdraw_application(application=in_review(**fields))


MADE = {
    "sent": sent,
    "confirmed": confirmed,
    "in_review": in_review,
    "information_asked": information_asked,
    "admitted": admitted,
    "refused": refused,
    "withdrawn": withdrawn,
}
"""How an application comes to each state."""


def invited(**fields: Any) -> InvitationToApply:
    defaults = {
        "kind": "association",
        "name_zh": "丙丁協會",
        "name_en": "Bingding Society",
        "contact": "受邀人",
        "email": f"invited{next(_numbers)}@bingding.example",
        "language": "zh-hant",
    }
    return invite_to_apply(user=office(), **defaults | fields)


def umbrella(slug: str = "league") -> Organisation:
    return cases.member_org(slug, kind="association", name_zh=f"{slug} 協會", name_en=f"{slug} Society")
