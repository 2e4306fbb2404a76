"""In which language an author wrote, where it is not that of the page: marks for readers and their machines.

Templates load this library as `languages`.
"""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from members.said import in_chinese

register = template.Library()


def language_of(text: str) -> str:
    """zh-Hant where a text is mostly written in Chinese characters, else en."""
    han = sum("\u3400" <= c <= "\u9fff" for c in text)
    latin = sum(c.isascii() and c.isalpha() for c in text)
    return "zh-Hant" if han * 4 > latin else "en"


def _page_language() -> str:
    return "zh-Hant" if in_chinese() else "en"


@register.filter
def lang(text: str) -> SafeString | str:
    """A lang attribute (with its space) for a text in another language than the page's; else nothing."""
    found = language_of(text or "")
    return "" if not text or found == _page_language() else format_html(' lang="{}"', found)


@register.filter
def foreign(text: str) -> str:
    """The honest mark of a text that is there in the other language only; empty where none is needed."""
    if not text or language_of(text) == _page_language():
        return ""
    return gettext("English only") if in_chinese() else gettext("Chinese only")


@register.filter
def ask_text(ask: Any) -> str:
    """What is asked, in the reader's language where the author gave both."""
    if ask.text_other and language_of(ask.text) != _page_language():
        return ask.text_other
    return ask.text
