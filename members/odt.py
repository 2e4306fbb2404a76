"""OpenDocument texts (ODF 1.2, CNS 15251) from a few kinds of blocks. Pure: no queries, no clock.

Government offices exchange editable files in this format. What is written here is what such letters need:
a title, labelled lines, numbered paragraphs, tables. Never any script, link or outside reference.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

CONTENT_TYPE = "application/vnd.oasis.opendocument.text"
NUMERALS = "一二三四五六七八九"

_NOT_XML = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile(r" {2,}")
_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
        ("meta", "meta"),
        ("manifest", "manifest"),
    )
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Title:
    text: str


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str
    is_small: bool = False


@dataclass(frozen=True)
class Line:
    """A label and what stands behind it, which is indented when it runs over: 主旨：…"""

    label: str
    text: str = ""
    is_large: bool = False


@dataclass(frozen=True)
class Items:
    """Paragraphs numbered the official way: 一、 二、 三、"""

    texts: Sequence[str]


@dataclass(frozen=True)
class Table:
    head: Sequence[str]
    rows: Sequence[Sequence[str]] = field(default_factory=list)


Block = Title | Heading | Paragraph | Line | Items | Table


def odt(blocks: Iterable[Block], *, title: str) -> bytes:
    """The file as bytes: the same blocks give the same bytes. Characters that XML forbids are left out."""
    body = "".join(_block(block) for block in blocks)
    parts = {
        "content.xml": (
            f'<office:document-content {_NAMESPACES} office:version="1.2"><office:automatic-styles>'
            f"{_TABLE_STYLES}</office:automatic-styles><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>"
        ),
        "styles.xml": _STYLES,
        "meta.xml": (
            f'<office:document-meta {_NAMESPACES} xmlns:dc="http://purl.org/dc/elements/1.1/" '
            f'office:version="1.2"><office:meta><dc:title>{_text(title)}</dc:title>'
            "<dc:language>zh-TW</dc:language></office:meta></office:document-meta>"
        ),
        "META-INF/manifest.xml": _MANIFEST,
    }
    file = BytesIO()
    with ZipFile(file, "w") as package:
        package.writestr(ZipInfo("mimetype"), CONTENT_TYPE, ZIP_STORED)
        for name, xml in parts.items():
            package.writestr(ZipInfo(name), _HEAD + xml, ZIP_DEFLATED)
    return file.getvalue()


def numeral(number: int) -> str:
    """一, 十, 十一, 二十, 九十九: the numbers before the paragraphs of an official letter. From 1 to 99."""
    if not 1 <= number <= 99:
        raise ValueError(f"{number} is not between 1 and 99")
    tens, ones = divmod(number, 10)
    before = {0: "", 1: "十"}.get(tens, f"{NUMERALS[tens - 1]}十")
    return before + (NUMERALS[ones - 1] if ones else "")


def _block(block: Block) -> str:
    match block:
        case Title():
            return f'<text:p text:style-name="Title">{_text(block.text)}</text:p>'
        case Heading():
            return f'<text:h text:style-name="Heading" text:outline-level="1">{_text(block.text)}</text:h>'
        case Paragraph():
            return _paragraphs("Small" if block.is_small else "Text", block.text)
        case Line():
            style = "Subject" if block.is_large else "Line"
            return f'<text:p text:style-name="{style}">{_text(f"{block.label}：{block.text}")}</text:p>'
        case Items():
            return "".join(
                f'<text:p text:style-name="Item">{_text(f"{numeral(number)}、{text}")}</text:p>'
                for number, text in enumerate(block.texts, 1)
            )
        case Table():
            return _table(block)


def _table(block: Table) -> str:
    def row(cells: Sequence[str], style: str) -> str:
        inside = "".join(
            f'<table:table-cell table:style-name="Cell" office:value-type="string">'
            f"{_paragraphs(style, cell)}</table:table-cell>"
            for cell in cells
        )
        return f"<table:table-row>{inside}</table:table-row>"

    columns = f'<table:table-column table:number-columns-repeated="{len(block.head)}"/>'
    head = f"<table:table-header-rows>{row(block.head, 'CellHead')}</table:table-header-rows>"
    rows = "".join(row(cells, "CellText") for cells in block.rows)
    return f'<table:table table:style-name="Table">{columns}{head}{rows}</table:table>'


def _paragraphs(style: str, text: str) -> str:
    return "".join(f'<text:p text:style-name="{style}">{_text(part)}</text:p>' for part in text.split("\n\n"))


def _text(text: str) -> str:
    """Escaped, with single line breaks and runs of spaces kept."""
    clean = escape(_NOT_XML.sub("", text.replace("\r\n", "\n")))
    spaced = _SPACES.sub(lambda run: f' <text:s text:c="{len(run[0]) - 1}"/>', clean)
    return spaced.replace("\t", "<text:tab/>").replace("\n", "<text:line-break/>")


def _style(name: str, paragraph: str, text: str, family: str = "paragraph") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}"><style:paragraph-properties {paragraph}/>'
        f"<style:text-properties {text}/></style:style>"
    )


def _size(points: int, *, is_bold: bool = False) -> str:
    weight = ' fo:font-weight="bold" style:font-weight-asian="bold"' if is_bold else ""
    return f'fo:font-size="{points}pt" style:font-size-asian="{points}pt"{weight}'


_HANGING = 'fo:margin-left="{0}" fo:text-indent="-{0}" fo:line-height="150%"'
_STYLES = (
    f'<office:document-styles {_NAMESPACES} office:version="1.2"><office:font-face-decls>'
    '<style:font-face style:name="Kai" '
    'svg:font-family="標楷體, TW-Kai, BiauKai, &apos;Noto Serif CJK TC&apos;"/>'
    '</office:font-face-decls><office:styles><style:default-style style:family="paragraph">'
    '<style:paragraph-properties style:punctuation-wrap="hanging" style:line-break="strict"/>'
    '<style:text-properties style:font-name="Kai" style:font-name-asian="Kai" fo:language="en" '
    'fo:country="US" style:language-asian="zh" style:country-asian="TW" '
    f"{_size(14)}/></style:default-style>"
    + _style("Title", 'fo:text-align="center" fo:margin-bottom="0.4cm"', _size(20))
    + _style("Heading", 'fo:margin-top="0.4cm" fo:margin-bottom="0.2cm"', _size(16, is_bold=True))
    + _style("Text", 'fo:line-height="150%" fo:margin-bottom="0.2cm"', _size(14))
    + _style("Small", 'fo:margin-left="9cm"', _size(12))
    + _style("Line", 'fo:margin-left="3cm" fo:text-indent="-3cm"', _size(12))
    + _style("Subject", _HANGING.format("1.7cm"), _size(16))
    + _style("Item", 'fo:margin-left="1.6cm" fo:text-indent="-1.1cm" fo:line-height="150%"', _size(16))
    + _style("CellHead", 'fo:text-align="center"', _size(12, is_bold=True))
    + _style("CellText", 'fo:text-align="start"', _size(12))
    + '</office:styles><office:automatic-styles><style:page-layout style:name="A4">'
    '<style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2.5cm"/>'
    "</style:page-layout></office:automatic-styles><office:master-styles>"
    '<style:master-page style:name="Standard" style:page-layout-name="A4"/></office:master-styles>'
    "</office:document-styles>"
)
_TABLE_STYLES = (
    '<style:style style:name="Table" style:family="table"><style:table-properties style:width="16cm" '
    'table:align="margins" fo:margin-top="0.3cm"/></style:style>'
    '<style:style style:name="Cell" style:family="table-cell">'
    '<style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="0.15cm"/></style:style>'
)
_MANIFEST = (
    f'<manifest:manifest {_NAMESPACES} manifest:version="1.2">'
    '<manifest:file-entry manifest:full-path="/" manifest:version="1.2" '
    f'manifest:media-type="{CONTENT_TYPE}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in ("content.xml", "styles.xml", "meta.xml")
    )
    + "</manifest:manifest>"
)
