"""Tables as people keep them: CSV (UTF-8, or Big5 from older Excel), XLSX and ODS. Pure: bytes in, rows out.

Nothing in a file is run, and a small file that unpacks into a huge one is refused before it is unpacked.
"""

import io
import zipfile

from django.utils.translation import gettext_lazy as _
from tablib import Dataset
from tablib.exceptions import TablibException

from .refusals import Refused

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
MAX_BYTES = 1 << 20
MAX_UNPACKED = 50 << 20
MAX_ROWS = 5000
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
FORMULA = ("=", "+", "-", "@")


def read_sheet(content: bytes) -> Dataset:
    """The first table of a file, its first row as headings; every value as text, without spaces around it.

    Raises Refused, in words, for what is no table, is too large, or has no rows.
    """
    if len(content) > MAX_BYTES:
        raise Refused(_("The file is larger than 1 MB. Divide it, and import the parts one after the other."))
    kind = _kind_of(content)
    try:
        if kind == "csv":
            found = Dataset().load(_text_of(content), format="csv")
        else:
            found = Dataset().load(io.BytesIO(content), format=kind)
    except Refused:
        raise
    except (TablibException, ValueError, KeyError, OSError, zipfile.BadZipFile, AttributeError) as fault:
        raise Refused(_("This file cannot be read. Save the table anew as CSV, XLSX or ODS.")) from fault
    return _cleaned(found)


def _kind_of(content: bytes) -> str:
    """By what the file is, whatever its name says."""
    if content.startswith(OLD_EXCEL):
        raise Refused(_("This is the old form of Excel (.xls). Save the table as .xlsx, .ods or .csv."))
    if content.startswith(b"%PDF"):
        raise Refused(_("This is a PDF, not a table. Choose a CSV, XLSX or ODS file."))
    if not content.startswith(b"PK"):
        return "csv"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise Refused(_("This file unpacks into far more than a table needs. It was not opened."))
    except zipfile.BadZipFile as fault:
        raise Refused(_("The file is damaged. Save the table anew.")) from fault
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise Refused(_("This is no table. Choose a CSV, XLSX or ODS file."))


def _text_of(content: bytes) -> str:
    for encoding in ("utf-8-sig", "big5hkscs"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(_("This is no table. Choose a CSV, XLSX or ODS file."))


def _cleaned(found: Dataset) -> Dataset:
    headings = [str(name or "").strip() for name in found.headers or ()]
    if not any(headings):
        raise Refused(_("The first row has no headings. Begin with the file that the export gives you."))
    if len(set(headings)) < len(headings):
        raise Refused(_("Two columns have the same heading, or one has none. Correct the first row."))
    rows = [[_as_typed(_as_text(value)) for value in row] for row in found]
    rows = [row for row in rows if any(row)]
    if not rows:
        raise Refused(_("The table has no rows below its headings."))
    if len(rows) > MAX_ROWS:
        raise Refused(_("The table has more than %(most)d rows. Divide it.") % {"most": MAX_ROWS})
    return Dataset(*rows, headers=headings)


def _as_text(value: object) -> str:
    """As a person would type it: dates as ISO, whole numbers without a point."""
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        text = str(value.isoformat())
        return text.removesuffix("T00:00:00")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _as_typed(text: str) -> str:
    """Without the mark that `write_sheet` puts before what looks like a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def write_sheet(table: Dataset, kind: str) -> bytes:
    """A file of a kind of `KINDS`. What a spreadsheet would take for a formula is kept as text."""
    safe = Dataset(*[[_inert(value) for value in row] for row in table], headers=table.headers)
    made = safe.export(kind)
    return ("\ufeff" + made).encode() if isinstance(made, str) else made


def _inert(value: object) -> str:
    text = _as_text(value)
    return f"'{text}" if text.startswith(FORMULA) else text
