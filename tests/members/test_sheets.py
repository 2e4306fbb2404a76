"""Reading and writing tables: every kind, every wrong file, and nothing that a spreadsheet would run."""

import io
import zipfile

import pytest
from django.utils.translation import override
from tablib import Dataset

from members.refusals import Refused
from members.sheets import KINDS, MAX_BYTES, MAX_ROWS, MAX_UNPACKED, read_sheet, write_sheet

TABLE = Dataset(["甲公司", "2026-11-02", "12"], ["乙協會", "", "0012"], headers=["name_zh", "on", "number"])


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_read_again(kind: str) -> None:
    found = read_sheet(write_sheet(TABLE, kind))
    assert (found.headers, list(found)) == (TABLE.headers, list(TABLE))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "big5"])
def test_csv_of_every_usual_encoding(encoding: str) -> None:
    text = "name_zh,on\r\n甲公司, 2026-11-02 \r\n\r\n"
    assert list(read_sheet(text.encode(encoding))) == [("甲公司", "2026-11-02")]


@pytest.mark.parametrize("value", ["=1+1", "+886", "-2", "@SUM(A1)"])
def test_formula_is_written_as_text_and_read_as_it_was(value: str) -> None:
    table = Dataset([value, "x"], headers=["a", "b"])
    assert f"'{value}".encode() in write_sheet(table, "csv")
    assert [read_sheet(write_sheet(table, kind))[0][0] for kind in KINDS] == [value] * 3


def packed(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no headings"),
        (b"name_zh\n", "no rows"),
        (b"a,a\n1,2\n", "same heading"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old form of Excel"),
        (b"PK\x03\x04 broken", "damaged"),
        (packed(**{"readme.txt": b"x"}), "no table"),
        (packed(**{"xl__workbook.xml": b"<nothing>"}), "cannot be read"),
        (packed(**{"xl__workbook.xml": bytes(MAX_UNPACKED + 1)}), "unpacks"),
        (bytes(range(256)) * 4, "no table"),
        (b"a\n" + b"1" * MAX_BYTES, "larger than 1 MB"),
        (b"a\n" + b"1\n" * (MAX_ROWS + 1), "more than 5000 rows"),
    ],
)
def test_wrong_file_is_told_in_words(content: bytes, said: str) -> None:
    with override("en"), pytest.raises(Refused, match=said):
        read_sheet(content)
