"""How texts that were changed, signed or scanned are shown."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from members.models import Organisation
from members.permissions import AnyUser
from proposals import personal
from proposals.differences import Change, Piece
from proposals.models import Competitor, Proposal

from .languages import lang

register = template.Library()

KINDS = {
    personal.Kind.IDENTITY: gettext_lazy("identity card number"),
    personal.Kind.RESIDENT: gettext_lazy("resident certificate number"),
    personal.Kind.TELEPHONE: gettext_lazy("telephone number"),
    personal.Kind.EMAIL: gettext_lazy("e-mail address"),
}


@register.simple_tag
def pieces(parts: Iterable[Piece]) -> SafeString:
    """A difference as struck and underlined text, told to screen readers in words."""
    return format_html_join("", "{}", ((_piece(part),) for part in parts))


def _piece(part: Piece) -> SafeString | str:
    if part.change is Change.SAME:
        return part.text
    is_out = part.change is Change.REMOVED
    tag, said = ("del", gettext("taken out:")) if is_out else ("ins", gettext("put in:"))
    return format_html('<{0}><span class="visually-hidden">{1} </span>{2}</{0}>', tag, said, part.text)


@register.filter
def lang_of_pieces(parts: Iterable[Piece]) -> SafeString | str:
    """The lang mark of a difference, by its words of both versions, where they are not the page's."""
    return lang("".join(part.text for part in parts))


@register.simple_tag
def personal_kind(kind: str) -> str:
    return str(KINDS[personal.Kind(kind)])


@register.simple_tag
def backing(case: Proposal) -> dict[str, list[Organisation]]:
    """The organisations that signed the case, and those that joined by a merger and signed nothing."""
    found: dict[str, list[Organisation]] = {"signed": [], "joined": []}
    for row in case.sponsors.active().select_related("organisation"):
        if row.signed_at or row.merged_from_id:
            found["joined" if row.merged_from_id else "signed"].append(row.organisation)
    return found


@register.simple_tag
def competitors_of(case: Proposal, user: AnyUser) -> list[Organisation]:
    """The declared competitors, for those who may know of them."""
    rows = Competitor.objects.visible_to(user).filter(proposal=case).select_related("organisation")
    return [row.organisation for row in rows]
