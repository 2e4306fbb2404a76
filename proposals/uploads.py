"""What a file really is, told by its content; whether we take it. Pure: reads a stream, writes nothing.

Nothing is ever unpacked: of an archive the directory is read, and of two or three small parts a bounded
beginning. Names and declared sizes are claims of the sender and are checked against each other.
"""

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO

import puremagic
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.refusals import Refused

MEBIBYTE = 1024 * 1024
MAX_FILE = 10 * MEBIBYTE
MAX_FILES = 10
MAX_CASE = 30 * MEBIBYTE
MAX_UNPACKED = 100 * MEBIBYTE
MAX_ENTRIES = 2000
MAX_PART = MEBIBYTE
MAX_SIDE = 20_000
MAX_PIXELS = 100_000_000
LONGEST_NAME = 150

OFFICE = "application/vnd.openxmlformats-officedocument."
OASIS = "application/vnd.oasis.opendocument."
TYPES = {
    "pdf": "application/pdf",
    "odt": OASIS + "text",
    "ods": OASIS + "spreadsheet",
    "docx": OFFICE + "wordprocessingml.document",
    "xlsx": OFFICE + "spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
ACCEPT = ",".join(f".{extension}" for extension in TYPES)

DAMAGED = _("The file is damaged or incomplete.")
LOCKED = _("The file is protected by a password. Remove the protection, then attach it again.")
ACTIVE = _("The file contains macros or other program parts. Save it without them, or as PDF.")
TOO_MUCH = _("Unpacked, the file would be larger than 100 MB. Save it in a simpler form, for example as PDF.")


def clean_name(name: str) -> str:
    """The name to show and to save under: no folders, no control or direction marks, not too long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(c if unicodedata.category(c)[0] != "C" else "" for c in last)
    tidy = " ".join(printable.split()).strip(". ")
    stem, dot, extension = tidy.rpartition(".")
    if not dot:
        return tidy[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"


def content_type(stream: IO[bytes], name: str, size: int) -> str:
    """The media type of a file that we take. Raises Refused with the reason for the person who sends it."""
    extension = PurePosixPath(clean_name(name).lower()).suffix.lstrip(".")
    if extension not in TYPES:
        raise Refused(_("Files of this kind cannot be attached. Use PDF, ODT, ODS, DOCX, XLSX, PNG or JPEG."))
    if size == 0:
        raise Refused(_("The file is empty."))
    if size > MAX_FILE:
        raise Refused(
            _("The file is too large (%(size)s). One file may have up to 10 MB.")
            % {"size": filesizeformat(size)}
        )
    stream.seek(0)
    head = stream.read(16)
    check = _check_for(head)
    if check is None or extension not in check[0]:
        raise Refused(_mismatch(head, extension))
    stream.seek(0)
    check[1](stream, extension)
    stream.seek(0)
    return TYPES[extension]


def _check_for(head: bytes) -> tuple[tuple[str, ...], Callable[[IO[bytes], str], None]] | None:
    for start, check in CHECKS.items():
        if head.startswith(start):
            return check
    return None


def _mismatch(head: bytes, extension: str) -> str | Promise:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _(
            "This is a file in the old Office format, or one protected by a password. "
            "Save it as DOCX or XLSX without a password."
        )
    try:
        found = puremagic.from_string(head).lstrip(".")
    except (puremagic.PureError, ValueError):
        found = ""
    if found and found != extension:
        return _("The name ends in .%(extension)s, but the content looks like .%(found)s.") % {
            "extension": extension,
            "found": found,
        }
    return _("The name ends in .%(extension)s, but the content is something else.") % {"extension": extension}


# --- PDF -----------------------------------------------------------------------------------------

_ACTIVE_PDF = re.compile(rb"/(JavaScript|Launch|RichMedia|EmbeddedFile)\b")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def _check_pdf(stream: IO[bytes], extension: str) -> None:
    data = stream.read()
    if not re.match(rb"%PDF-[12]\.\d", data) or b"%%EOF" not in data[-2048:]:
        raise Refused(DAMAGED)
    plain = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)
    if re.search(rb"/Encrypt\b", plain):
        raise Refused(LOCKED)
    if _ACTIVE_PDF.search(plain):
        raise Refused(ACTIVE)
    _refuse_hidden_archive(stream)


def _refuse_hidden_archive(stream: IO[bytes]) -> None:
    """A picture or PDF that opens as an archive as well is two files in one."""
    stream.seek(0)
    if zipfile.is_zipfile(stream):
        raise Refused(_("The file hides another file inside."))


# --- pictures ------------------------------------------------------------------------------------


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise Refused(_("The picture has too many pixels, or its size cannot be read. Save it smaller."))


def _check_png(stream: IO[bytes], extension: str) -> None:
    data = stream.read()
    chunks = list(_png_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND" or len(chunks[0][1]) != 13:
        raise Refused(DAMAGED)
    if b"IDAT" not in [kind for kind, _body in chunks]:
        raise Refused(DAMAGED)
    _check_size(*struct.unpack(">II", chunks[0][1][:8]))
    _refuse_hidden_archive(stream)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks up to the end of the file; raises Refused where a length or a checksum is wrong."""
    position = 8
    while position < len(data):
        if position + 12 > len(data):
            raise Refused(DAMAGED)
        (length,) = struct.unpack(">I", data[position : position + 4])
        end = position + 12 + length
        kind, body = data[position + 4 : position + 8], data[position + 8 : end - 4]
        if end > len(data) or zlib.crc32(kind + body) != struct.unpack(">I", data[end - 4 : end])[0]:
            raise Refused(DAMAGED)
        yield kind, body
        position = end


_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SCAN = 0xDA


def _check_jpeg(stream: IO[bytes], extension: str) -> None:
    data = stream.read()
    position, framed = 2, False
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            raise Refused(DAMAGED)
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4])
        if marker in _FRAMES:
            if length < 8:
                raise Refused(DAMAGED)
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            _check_size(width, height)
            framed = True
        if marker == _SCAN:
            break
        position += 2 + length
    if not framed or b"\xff\xd9" not in data[position:]:
        raise Refused(DAMAGED)
    _refuse_hidden_archive(stream)


# --- documents in an archive ---------------------------------------------------------------------


def _check_archive(stream: IO[bytes], extension: str) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_directory(archive)
            if TYPES[extension].startswith(OASIS):
                _check_odf(archive, extension)
            else:
                _check_ooxml(archive, extension)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError) as error:
        raise Refused(DAMAGED) from error
    except RuntimeError as error:  # a part that needs a password
        raise Refused(LOCKED) from error


def _check_directory(archive: zipfile.ZipFile) -> None:
    """Names, sizes and places as the directory declares them."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refused(TOO_MUCH)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(LOCKED)
    if len(set(names)) != len(names) or any(_leaves_folder(name) for name in names):
        raise Refused(DAMAGED)
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise Refused(DAMAGED)
    position = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < position:
            raise Refused(DAMAGED)
        position = entry.header_offset + 30 + entry.compress_size
    if any(name.lower().endswith((".exe", ".dll", ".js", ".vbs", ".bat", ".ps1")) for name in names):
        raise Refused(ACTIVE)


def _leaves_folder(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A small part; the beginning decides, whatever length its header claims."""
    with archive.open(name) as part:
        data = part.read(MAX_PART + 1)
    if len(data) > MAX_PART:
        raise Refused(TOO_MUCH)
    return data


def _check_ooxml(archive: zipfile.ZipFile, extension: str) -> None:
    names = archive.namelist()
    kind, main = {
        "docx": ("wordprocessingml.document", "word/document.xml"),
        "xlsx": ("spreadsheetml.sheet", "xl/workbook.xml"),
    }[extension]
    types = _part(archive, "[Content_Types].xml").decode("utf-8", "replace")
    lower = [name.lower() for name in names]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "activex/" in name for name in lower):
        raise Refused(ACTIVE)
    if "macroenabled" in types.lower():
        raise Refused(ACTIVE)
    if f"{kind}.main+xml" not in types or main not in names:
        raise Refused(_mismatch(b"", extension))


def _check_odf(archive: zipfile.ZipFile, extension: str) -> None:
    names = archive.namelist()
    if names[0] != "mimetype" or archive.getinfo("mimetype").file_size > 200:
        raise Refused(_mismatch(b"", extension))
    if _part(archive, "mimetype").strip() != TYPES[extension].encode():
        raise Refused(_mismatch(b"", extension))
    if "content.xml" not in names:
        raise Refused(DAMAGED)
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        raise Refused(ACTIVE)
    if b"encryption-data" in _part(archive, "META-INF/manifest.xml"):
        raise Refused(LOCKED)


CHECKS: dict[bytes, tuple[tuple[str, ...], Callable[[IO[bytes], str], None]]] = {
    b"%PDF-": (("pdf",), _check_pdf),
    b"\x89PNG\r\n\x1a\n": (("png",), _check_png),
    b"\xff\xd8\xff": (("jpg", "jpeg"), _check_jpeg),
    b"PK\x03\x04": (("odt", "ods", "docx", "xlsx"), _check_archive),
}
