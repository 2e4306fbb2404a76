"""The ministry's dashboard: its addresses, its steps, and what is sent to them."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from proposals.models import Referral

TEXT = {"outcome": "clarified", "reason": "理由", "legal_basis": "證券交易法第22條"}
STEPS_ALL = ["accept", "return", "ask", "extend", "sign_off", "record", "draft", "publish", "interim"]


def address(referral: Referral, step: str = "", language: str = "zh-hant") -> str:
    with override(language):
        if step:
            return reverse("proposals:referral_step", args=[referral.pk, step])
        return reverse("proposals:referral", args=[referral.pk])


def post(client: Client, referral: Referral, step: str, **data: object) -> Any:
    return client.post(address(referral, step), data)
