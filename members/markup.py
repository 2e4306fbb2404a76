"""Text that people write in Markdown, as HTML that is safe to show."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_TYPED = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_TAGS = {f"h{level}" for level in range(1, 7)} | {
    *("p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code", "strong", "em", "s", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_REL = "nofollow noopener noreferrer"


def typed(text: str | None, sink: int = 3) -> SafeString:
    """As `markdown`, for what people type into a form: a line that ends there ends here too."""
    return _safe(_TYPED, text, sink)


def markdown(text: str | None, sink: int = 2) -> SafeString:
    """Author's Markdown as safe HTML; headings sink by `sink` levels under those of the page.

    HTML in the text is shown as text, pictures are dropped, links go to http, https and mailto only.
    """
    return _safe(_MARKDOWN, text, sink)


def _safe(writing: MarkdownIt, text: str | None, sink: int) -> SafeString:
    tokens = writing.parse(text or "")
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + int(sink))}"
    html = writing.renderer.render(tokens, writing.options, {})
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=_REL)
    return mark_safe(clean)  # noqa: S308  the one place: nh3 has just reduced it to the allow-list
