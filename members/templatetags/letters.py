"""Addresses in letters."""

from html import unescape

from django import template
from django.utils.html import strip_tags

from members.actions.letters import address_of

register = template.Library()


@register.simple_tag
def link(name: str, *args: object) -> str:
    return address_of(name, *args)


@register.filter
def plain(html: str) -> str:
    """The text of a piece of HTML, for letters and tables."""
    return unescape(strip_tags(html))
