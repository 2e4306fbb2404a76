"""The words of a document, cheaply: read from its XML parts, without drawing, linking or running anything.

Pure: reads the stream it is given. Pictures and PDF are not read: `words_of` says so with None, and whoever
shows the result has to say that the file was not checked.
"""

import html
import re
import zipfile
import zlib
from typing import IO

MAX_READ = 4 * 1024 * 1024
_PARTS = re.compile(
    r"content\.xml|word/(?:document|header\d*|footer\d*|footnotes|comments)\.xml"
    r"|xl/sharedStrings\.xml|xl/worksheets/sheet\d+\.xml"
)
_LINE_ENDS = re.compile(
    r"</(?:w:p|text:p|text:h|table:table-cell|si|c|row)>|<w:br/>|<text:line-break/>|<w:tab/>|<text:tab/>"
)
_NUMBERS_OF_CELLS = re.compile(r'<c\b[^>]*\bt="s"[^>]*>.*?</c>', re.DOTALL)
_TAGS = re.compile(r"<[^<>]*>")


def words_of(stream: IO[bytes], content_type: str) -> str | None:
    """The text of an ODF or OOXML document, up to four million bytes of XML; None where it cannot be read."""
    if not content_type.startswith("application/vnd."):
        return None
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
        return None
    return "\n".join(texts) if left > 0 else None


def _words(xml: str) -> str:
    """Tags inside a paragraph vanish, since a number may be cut up by them; ends of paragraphs end lines."""
    xml = _NUMBERS_OF_CELLS.sub("", xml)
    return html.unescape(_TAGS.sub("", _LINE_ENDS.sub("\n", xml)))
