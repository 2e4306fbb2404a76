"""The pages of one's own account, and roles in plain words: what somebody may do by them."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import Affiliation
from members.templatetags.face import address

register = template.Library()

Role = Affiliation.Role
MAY: dict[str, Promise | str] = {
    Role.REPRESENTATIVE: _(
        "You may write, submit and withdraw proposals in its name, reply to questions about them, and keep "
        "its page in the directory."
    ),
    Role.LIAISON: _(
        "You may receive the cases referred to it, ask the proposer, extend, draft answers and publish them."
    ),
    Role.DEPUTY: _("You may do all that the liaison may, and receive the letters while the liaison is away."),
    Role.SUPERVISOR: _("You may read its cases and drafts, and hear of answers that are late."),
    Role.RESEARCH: _("You may read its cases and drafts, and watch over its periods."),
    Role.PRESS: _("You are named as its contact for the press, and read what everybody reads."),
    Role.SECRETARIAT: _(
        "You may keep members, ministries, calendar and letters in the administration, and decide where a "
        "group has nobody who could."
    ),
    Role.AUDITOR: _("You may read in the administration what is kept for auditors, and change nothing."),
}


@register.filter
def may(role: str) -> Promise | str:
    """What a role in an organisation allows."""
    return MAY[role]


AWAY = "members:away"
PAGES: tuple[tuple[str, Promise | str, str], ...] = (
    ("members:account", _("Overview"), "user"),
    ("members:letters", _("Letters to me"), "mail"),
    (AWAY, _("I am away"), "calendar"),
    ("members:consent", _("Privacy notice"), "shield"),
    ("my-data", _("My data"), "download"),
    ("proposals:interests", _("My interests"), "scale"),
    ("proposals:erasure", _("Delete my account"), "trash"),
)


@register.inclusion_tag("members/account/_pages.html", takes_context=True)
def account_pages(context: RequestContext) -> dict[str, Any]:
    """The side menu of the account; what there is not is left out, and absence for who answers nowhere."""
    request = context["request"]
    here, answers = request.path, request.user.has_role(*Affiliation.ANSWERING)
    found = ((address(name), text, icon) for name, text, icon in PAGES if name != AWAY or answers)
    return {"pages": [(url, text, icon, url == here) for url, text, icon in found if url]}
