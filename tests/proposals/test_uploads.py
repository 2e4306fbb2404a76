"""What is taken and what is not, by a corpus of small files."""

import io
import tracemalloc
from contextlib import suppress

import pytest

from members.refusals import Refused
from proposals import uploads

from .corpus import files


@pytest.mark.parametrize("name", files.GOOD)
def test_good_file_is_taken(name: str) -> None:
    content = files.GOOD[name]
    kind = uploads.content_type(io.BytesIO(content), name, len(content))
    assert kind == uploads.TYPES[name.rpartition(".")[2].lower()]


@pytest.mark.parametrize("case", files.BAD)
def test_bad_file_is_refused_with_a_reason(case: str) -> None:
    name, content = files.BAD[case]
    with pytest.raises(Refused) as refused:
        uploads.content_type(io.BytesIO(content), name, len(content))
    assert str(refused.value).endswith("。")


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_damaged_archive_never_raises_anything_else(cut: int) -> None:
    content = bytearray(files.office("docx"))
    content[cut % len(content)] ^= 0xFF
    with suppress(Refused):
        uploads.content_type(io.BytesIO(bytes(content)), "a.docx", len(content))


def test_bomb_is_refused_without_unpacking() -> None:
    content = files.forged_bomb()
    tracemalloc.start()
    with pytest.raises(Refused, match="100 MB"):
        uploads.content_type(io.BytesIO(content), "bomb.docx", len(content))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(content) < 1_000_000
    assert peak < 5_000_000


def test_large_part_with_a_small_claim_is_refused() -> None:
    types = "<Types>" + " " * (2 * uploads.MEBIBYTE) + "</Types>"
    content = files.office("docx", types=types)
    with pytest.raises(Refused):
        uploads.content_type(io.BytesIO(content), "a.docx", len(content))


def test_file_over_the_limit_is_refused() -> None:
    with pytest.raises(Refused, match="10 MB"):
        uploads.content_type(io.BytesIO(b"%PDF-"), "a.pdf", uploads.MAX_FILE + 1)


def test_wrong_ending_says_what_the_content_looks_like() -> None:
    content = files.png()
    with pytest.raises(Refused, match=r"\.png"):
        uploads.content_type(io.BytesIO(content), "scan.pdf", len(content))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\合約.pdf", "合約.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("line\r\nbreak\0.pdf", "linebreak.pdf"),
        ("  many   spaces .pdf ", "many spaces .pdf"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        ("...", ""),
    ],
)
def test_name_is_cleaned(typed: str, kept: str) -> None:
    assert uploads.clean_name(typed) == kept
