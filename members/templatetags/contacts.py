"""Contact requests in words: the way to write one, those that wait, and whose turn it is."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.translation import gettext as _

from members.actions.contacts import takes_contact
from members.models import ContactRequest, Organisation
from members.permissions import represented
from members.said import day
from members.states import CONTACT_TONES, ContactState

register = template.Library()


@register.inclusion_tag("members/_contact_way.html", takes_context=True)
def contact_way(context: RequestContext, organisation: Organisation) -> dict[str, Any]:
    """That members can write to it; for representatives of others the way to do so."""
    own = represented(context["request"].user)
    others = [row for row in own if row.is_member and row != organisation]
    takes = organisation not in own and takes_contact(organisation)
    return {"organisation": organisation, "takes": takes, "may_write": bool(others)}


@register.inclusion_tag("members/_contacts_open.html", takes_context=True)
def contacts_open(context: RequestContext) -> dict[str, Any]:
    """What waits for an answer of those whom the user represents, the oldest first."""
    rows = ContactRequest.objects.received_by(context["request"].user).open()
    return {"rows": list(rows.select_related("sender").order_by("sent_at", "pk"))}


@register.inclusion_tag("components/turn.html")
def contact_standing(contact: ContactRequest, answers: bool) -> dict[str, Any]:
    """The one sentence that matters, for the side that reads it."""
    names = {"sender": contact.sender.name, "receiver": contact.receiver.name}
    until = {"until": day(contact.answer_until, "year")}
    state = contact.standing
    why = ""
    if state == ContactState.OPEN:
        sentence = (
            _("%(sender)s would like to hear from you")
            if answers
            else _("%(receiver)s has your request, and has not answered yet")
        )
        why = _("Until %(until)s; after that it ends without an answer.") % until
    elif state == ContactState.SHARED:
        sentence = (
            _("You have given %(sender)s an address")
            if answers
            else _("%(receiver)s has given you an address")
        )
        why = _("It stands below. Everything else is between the two of you.")
    elif state == ContactState.ANSWERED:
        sentence = (
            _("You have answered without an address")
            if answers
            else _("%(receiver)s has answered, without an address")
        )
    elif state == ContactState.DECLINED:
        sentence = _("You have declined") if answers else _("%(receiver)s does not wish contact")
    else:
        sentence = _("The thirty days passed without an answer")
        why = "" if answers else _("You may write again.")
    return {"tone": CONTACT_TONES[state][0], "sentence": sentence % names, "why": why}
