"""What every page says about the alliance and its reader."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext

from alliance.promises import troubles
from alliance.watch import glance
from members.office import secretariat_office
from members.permissions import bodies_of, is_known, represented
from members.privacy import NOTICE_VERSION, is_put_off
from workinggroups.permissions import may_enter_admin


def portal(request: HttpRequest) -> dict[str, Any]:
    """`portal` of the templates. For the signed-out it asks the cache who the secretariat is, and no more."""
    language = get_language() or settings.LANGUAGE_CODE
    other = "en" if language != "en" else settings.LANGUAGE_CODE
    return {
        "portal": {
            "name": settings.PORTAL_NAME.get(language, settings.PORTAL_NAME["en"]),
            "other_name": settings.PORTAL_NAME[other],
            "is_demo": settings.DEMO,
            "mfa_off": not settings.MFA_REQUIRED,
            "tagline": gettext(
                "Every proposal gets its answer, yes or no, with reasons, within a fixed period."
            ),
            "office": SimpleLazyObject(secretariat_office),
            "site_url": settings.SITE_URL,
            "mark": settings.PORTAL_MARK,
            "theme_css": settings.PORTAL_THEME_CSS,
            # of interest to staff; a page that shows it asks one cheap query
            "troubles": SimpleLazyObject(lambda: troubles(glance())),
            **_rights(request),
        }
    }


def _rights(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not is_known(user):
        return {"can_propose": False, "can_answer": False, "can_admin": False, "has_new_notice": False}
    return {
        "has_new_notice": user.notice != NOTICE_VERSION and not is_put_off(request.session),
        "can_propose": SimpleLazyObject(lambda: bool(represented(user))),
        "can_answer": SimpleLazyObject(lambda: bool(bodies_of(user))),
        "can_admin": SimpleLazyObject(lambda: may_enter_admin(user)),
    }
