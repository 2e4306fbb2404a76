"""The words of a document, cheaply: read from its text, without drawing, linking or running anything.

Pure: reads the stream it is given. Pictures are not read, nor what a scanner made of paper: `words_of` says
so, and whoever shows the result has to say that the file was not checked.
"""

import html
import re
import zipfile
import zlib
from itertools import islice
from typing import IO, Any

from pypdf import PdfReader, apply_configuration

MAX_READ = 4 * 1024 * 1024
MAX_PAGES = 50
MAX_PDF_WORDS = 2 * 1024 * 1024
PDF_LIMITS: dict[str, Any] = dict.fromkeys(
    (f"{kind}_maximum_output_length" for kind in ("zlib", "lzw", "run_length", "brotli")),
    MAX_READ,
)
"""What one stream of a PDF may unpack to: a page of text has some ten thousand bytes, a bomb has no end."""
_PARTS = re.compile(
    r"content\.xml|styles\.xml|word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"
    r"|xl/sharedStrings\.xml|xl/worksheets/sheet\d+\.xml|xl/comments\d*\.xml"
)
_LINE_ENDS = re.compile(
    r"</(?:w:p|text:p|text:h|table:table-cell|si|c|row)>|<w:br/>|<text:line-break/>|<w:tab/>|<text:tab/>"
)
_NUMBERS_OF_CELLS = re.compile(r'<c\b[^>]*\bt="s"[^>]*>.*?</c>', re.DOTALL)
_TAGS = re.compile(r"<[^<>]*>")


def words_of(stream: IO[bytes], content_type: str) -> tuple[str, bool]:
    """The words that could be read, and whether they are all that the document has. Never raises for it.

    Of an ODF or OOXML document up to four million bytes of XML, of a PDF up to fifty pages and two million
    characters; of a document that is locked or broken, and of a picture, nothing.
    """
    if content_type == "application/pdf":
        return _of_pdf(stream)
    if not content_type.startswith("application/vnd."):
        return "", False
    left, texts = MAX_READ, []
    try:
        with zipfile.ZipFile(stream) as archive:
            for name in archive.namelist():
                if not _PARTS.fullmatch(name) or left <= 0:
                    continue
                with archive.open(name) as part:
                    data = part.read(left)
                left -= len(data)
                texts.append(_words(data.decode("utf-8", "replace")))
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError):
        return "", False
    return "\n".join(texts), left > 0


def _of_pdf(stream: IO[bytes]) -> tuple[str, bool]:
    texts: list[str] = []
    left, is_all = MAX_PDF_WORDS, False
    try:
        with apply_configuration(**PDF_LIMITS):
            reader = PdfReader(stream)
            if reader.is_encrypted:
                return "", False
            for page in islice(reader.pages, MAX_PAGES):
                texts.append(page.extract_text()[:left])
                left -= len(texts[-1])
                if left <= 0:
                    break
            is_all = left > 0 and len(reader.pages) <= MAX_PAGES and any(text.strip() for text in texts)
    except Exception:  # a damaged file breaks its reader in any way; what was read until then still counts
        is_all = False
    return "\n".join(texts), is_all


def _words(xml: str) -> str:
    """Tags inside a paragraph vanish, since a number may be cut up by them; ends of paragraphs end lines."""
    xml = _NUMBERS_OF_CELLS.sub("", xml)
    return html.unescape(_TAGS.sub("", _LINE_ENDS.sub("\n", xml)))
