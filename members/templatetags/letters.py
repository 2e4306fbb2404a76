"""Addresses in letters."""

from django import template

from members.actions.letters import address_of

register = template.Library()


@register.simple_tag
def link(name: str, *args: object) -> str:
    return address_of(name, *args)
