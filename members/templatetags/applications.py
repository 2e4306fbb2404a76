"""An application in words: whose turn it is, how far it has come, what was done; and an umbrella's list."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from members.models import Application, ApplicationEntry, Organisation
from members.permissions import keeps_own_members
from members.said import day
from members.states import APPLICATION_STEPS, ApplicationState

register = template.Library()

A = ApplicationState


@register.inclusion_tag("components/turn.html")
def standing(application: Application) -> dict[str, Any]:
    """The one sentence that matters: whose turn it is now, and what comes next."""
    tone, sentence, why = {
        A.SENT: (
            "soon",
            _("Your turn: look into your mail and confirm the address"),
            _("A letter is on its way to %(email)s. Without it everything is deleted on %(until)s.")
            % {"email": application.email, "until": day(application.confirm_until, "year")},
        ),
        A.CONFIRMED: (
            "brand",
            _("The secretariat has your application, and takes it up next"),
            _("The oldest first. You get a letter at every step."),
        ),
        A.IN_REVIEW: (
            "brand",
            _("The secretariat is reviewing your application"),
            _("It checks name, kind and number. It asks you if something is missing, and then decides."),
        ),
        A.INFORMATION_ASKED: (
            "soon",
            _("Your turn: the secretariat has asked you something"),
            _("The review goes on as soon as you answer, below."),
        ),
        A.ADMITTED: (
            "ok",
            _("Welcome: you are a member of the alliance"),
            _("A letter to %(email)s invites you to open the first account.") % {"email": application.email},
        ),
        A.REFUSED: (
            "late",
            _("The secretariat has refused the application"),
            _("Its reason stands below. You may apply again at any time."),
        ),
        A.WITHDRAWN: (
            "muted",
            _("You have withdrawn the application"),
            _("Nothing was decided. You may apply again at any time."),
        ),
    }[A(application.state)]
    member = application.organisation
    url, link = (member.get_absolute_url(), _("Your page")) if member and member.is_member else ("", "")
    return {"tone": tone, "sentence": sentence, "why": why, "url": url, "link": link}


@register.inclusion_tag("members/_way.html")
def way(application: Application) -> dict[str, Any]:
    """The four stages of an application, and at which it is; of a withdrawn one none is left."""
    at = {A.SENT: 1, A.ADMITTED: 4, A.REFUSED: 3}.get(A(application.state), 2)
    names = (
        (pgettext("stage of an application", "Sent"), day(application.created_at)),
        (_("E-mail confirmed"), day(application.confirmed_at) or _("by the link in the letter")),
        (_("Review"), _("by the secretariat")),
        (
            pgettext("stage of an application", "Decision"),
            day(application.ended_at) or _("admitted, or refused with a reason"),
        ),
    )
    css = {at: "is-seal" if application.state == A.REFUSED else "is-now"}
    stages = [
        {"name": name, "text": text, "css": css.get(n, "is-done" if n < at else "")}
        for n, (name, text) in enumerate(names)
    ]
    return {"stages": [] if application.state == A.WITHDRAWN else stages}


@register.filter
def log_line(entry: ApplicationEntry) -> str | Promise:
    """What was done, as the log says it."""
    return APPLICATION_STEPS[entry.step].done


@register.inclusion_tag("members/_own_members.html", takes_context=True)
def own_members(context: RequestContext, organisation: Organisation) -> dict[str, Any]:
    """The list of an umbrella member's own members; for those who keep it with the way to its page."""
    user = context["request"].user
    return {
        "organisation": organisation,
        "rows": list(organisation.own_members.listed()),
        "may_keep": keeps_own_members(user, organisation),
    }
