"""Small files, good and bad, made when asked for: (name, content) pairs."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
MAIN = {
    "docx": ("wordprocessingml.document", "word/document.xml"),
    "xlsx": ("spreadsheetml.sheet", "xl/workbook.xml"),
}


def archive(parts: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as made:
        for name, content in parts.items():
            made.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else compression)
    return target.getvalue()


def office(extension: str = "docx", *, types: str = "", **more: bytes) -> bytes:
    """A word processor's or spreadsheet's file; `more` are further parts, `__` in their names a slash."""
    kind, main = MAIN[extension]
    declared = types or f'<Types><Override ContentType="{OOXML}{kind}.main+xml"/></Types>'
    parts = {
        "[Content_Types].xml": declared.encode(),
        "_rels/.rels": b"<Relationships/>",
        main: b"<document/>",
    }
    return archive(parts | {name.replace("__", "/"): content for name, content in more.items()})


def open_document(extension: str = "odt", *, manifest: bytes = b"<manifest/>", **more: bytes) -> bytes:
    kind = {"odt": "text", "ods": "spreadsheet"}[extension]
    parts = {
        "mimetype": f"{ODF}{kind}".encode(),
        "content.xml": b"<document/>",
        "META-INF/manifest.xml": manifest,
    }
    return archive(parts | {name.replace("__", "/"): content for name, content in more.items()})


def pdf(inside: bytes = b"") -> bytes:
    body = b"1 0 obj\n<< /Type /Catalog " + inside + b">>\nendobj\n"
    return b"%PDF-1.7\n" + body + b"trailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 2, height: int = 2, *, after: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0\0" * 2)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"") + after
    )


def jpeg(width: int = 2, height: int = 2, *, after: bytes = b"") -> bytes:
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\x34"
    return b"\xff\xd8\xff\xe0\x00\x04JF" + frame + scan + b"\xff\xd9" + after


def forged_bomb() -> bytes:
    """A part of 200 MB in a file of some hundred kilobytes."""
    return office(word__media__zeros=b"\0" * (200 * 1024 * 1024))


def locked(content: bytes) -> bytes:
    """The same archive with the mark of encryption in its directory."""
    data = bytearray(content)
    at = data.find(b"PK\x01\x02")
    while at != -1:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def overlapping() -> bytes:
    """Two entries of the directory that point at the same content."""
    data = bytearray(office(word__a=b"x" * 50, word__b=b"x" * 50))
    first = data.find(b"PK\x01\x02")
    entries = []
    while first != -1:
        entries.append(first)
        first = data.find(b"PK\x01\x02", first + 4)
    data[entries[-1] + 42 : entries[-1] + 46] = data[entries[-2] + 42 : entries[-2] + 46]
    return bytes(data)


GOOD: dict[str, bytes] = {
    "說明書.pdf": pdf(),
    "letter.odt": open_document("odt"),
    "figures.ods": open_document("ods"),
    "memo.docx": office("docx"),
    "table.XLSX": office("xlsx"),
    "chart.png": png(),
    "photo.jpg": jpeg(),
    "photo.jpeg": jpeg(after=b"maker's trailer"),
}

BAD: dict[str, tuple[str, bytes]] = {
    "empty": ("empty.pdf", b""),
    "executable": ("tool.exe", b"MZ\x90\x00"),
    "two endings": ("invoice.pdf.exe", pdf()),
    "no ending": ("README", pdf()),
    "page": ("page.html", b"<html>"),
    "drawing with script": ("logo.svg", b"<svg onload='x()'/>"),
    "picture named pdf": ("scan.pdf", png()),
    "pdf named picture": ("scan.png", pdf()),
    "page named pdf": ("page.pdf", b"<html><script>x()</script>"),
    "gif with script named jpg": ("a.jpg", b"GIF89a/*<script>*/=1;"),
    "cut pdf": ("cut.pdf", b"%PDF-1.7\n1 0 obj"),
    "pdf with script": ("active.pdf", pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> ")),
    "pdf with script in other letters": ("active.pdf", pdf(b"/OpenAction << /S /J#61vaScript >> ")),
    "pdf that starts programs": ("active.pdf", pdf(b"/OpenAction << /S /Launch /F (calc) >> ")),
    "locked pdf": ("locked.pdf", pdf(b"/Encrypt 5 0 R ")),
    "pdf that is an archive too": ("both.pdf", pdf() + archive({"a.txt": b"x"}) + b""),
    "picture that is an archive too": ("both.jpg", jpeg(after=archive({"a.txt": b"x"}))),
    "picture with a tail": ("tail.png", png(after=b"PK-something")),
    "cut picture": ("cut.png", png()[:-20]),
    "endless picture": ("endless.png", png(60_000, 60_000)),
    "picture of no size": ("nothing.jpg", jpeg(0, 0)),
    "broken jpeg": ("broken.jpg", b"\xff\xd8\xff\xe0\x00\x04JF\x00\x00\x00"),
    "archive named docx": ("a.docx", archive({"a.txt": b"x"})),
    "xlsx named docx": ("a.docx", office("xlsx")),
    "odt named ods": ("a.ods", open_document("odt")),
    "docx named odt": ("a.odt", office("docx")),
    "macro file": ("m.docx", office("docx", **{"word__vbaProject.bin": b"x"})),
    "macro type": ("m.xlsx", office("xlsx", types="application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
    "active controls": ("m.docx", office("docx", **{"word__activeX__activeX1.xml": b"x"})),
    "basic": ("m.odt", open_document("odt", **{"Basic__Standard__Module1.xml": b"x"})),
    "scripts": ("m.ods", open_document("ods", **{"Scripts__python__a.py": b"x"})),
    "locked odt": ("l.odt", open_document("odt", manifest=b"<encryption-data/>")),
    "locked docx": ("l.docx", locked(office("docx"))),
    "old or locked office": ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100),
    "leaves its folder": ("t.docx", office("docx", **{"..__..__etc__cron": b"x"})),
    "absolute path": ("t.docx", office("docx", __etc__passwd=b"x")),
    "program inside": ("t.docx", office("docx", **{"word__setup.exe": b"x"})),
    "thousands of parts": ("t.docx", office("docx", **{f"word__{n}": b"" for n in range(2100)})),
    "overlapping parts": ("t.docx", overlapping()),
    "cut archive": ("t.docx", office("docx")[:-30]),
    "archive behind something": ("t.docx", b"#!/bin/sh\n" + office("docx")),
    "odt without content": (
        "t.odt",
        archive({"mimetype": f"{ODF}text".encode(), "META-INF/manifest.xml": b""}),
    ),
}
