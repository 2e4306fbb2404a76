"""Official documents on their sheet, block by block."""

from collections.abc import Iterable
from typing import Any

from members.odt import Block, Heading, Items, Line, Paragraph, Table, Title, numeral

KINDS = {
    Title: "title",
    Heading: "heading",
    Paragraph: "paragraph",
    Line: "line",
    Items: "items",
    Table: "table",
}


def sheet_rows(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """The blocks with their kinds, for `admin/proposals/referral/_letter.html`."""
    rows = []
    for block in blocks:
        numbered = (
            [(numeral(n), text) for n, text in enumerate(block.texts, 1)] if isinstance(block, Items) else []
        )
        rows.append({"kind": KINDS[type(block)], "block": block, "numbered": numbered})
    return rows
