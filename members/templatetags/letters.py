"""Addresses in letters: whole ones, in the language of the reader."""

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def link(name: str, *args: object) -> str:
    """The whole address of a page, in the language that the letter is written in. It leads there, no more."""
    return settings.SITE_URL + reverse(name, args=args)
