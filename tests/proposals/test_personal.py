"""Identity numbers by their check digit, telephone numbers and mail addresses by their form."""

import io
import zipfile

import pytest

from proposals.personal import Found, Kind, found_in, is_identity_number
from proposals.plaintext import MAX_READ, words_of
from proposals.uploads import TYPES


def kinds(text: str) -> list[Kind]:
    return [hit.kind for hit in found_in({"x": text})]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("身分證字號A123456789。", Kind.IDENTITY),
        ("Ａ１２３４５６７８９", Kind.IDENTITY),
        ("a123456789", Kind.IDENTITY),
        ("居留證 A800000014", Kind.RESIDENT),
        ("電話0912-345-678", Kind.TELEPHONE),
        ("0912 345 678", Kind.TELEPHONE),
        ("+886-912-345-678", Kind.TELEPHONE),
        ("(02)2345-6789", Kind.TELEPHONE),
        ("02-2345-6789#123", Kind.TELEPHONE),
        ("037-123456", Kind.TELEPHONE),
        ("電話：0223456789", Kind.TELEPHONE),
        ("請寄a.b+c@mail.example.org.tw洽詢", Kind.EMAIL),
    ],
)
def test_personal_data_is_found(text: str, kind: Kind) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "A123456788",
        "A1234567890",
        "XA123456789",
        "金管證發字第1080123456號",
        "字第0912345678號",
        "證券交易法第22條之1",
        "2026-11-22",
        "統一編號04595257",
        "0223456789",
        "1,234,567,890元",
        "user@localhost",
        "115-0012",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_finding_is_masked_and_says_where_it_stands() -> None:
    assert found_in({"摘要": "一\n二 A123456789\n"}) == [Found(Kind.IDENTITY, "摘要", 2, "A•••••••89")]


def test_one_check_digit_in_ten_is_right() -> None:
    assert [digit for digit in "0123456789" if is_identity_number(f"A12345678{digit}")] == ["9"]
    assert [digit for digit in "0123456789" if is_identity_number(f"F13110409{digit}")] == ["3"]


def office(name: str, xml: str) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
    return stream


@pytest.mark.parametrize(
    ("extension", "part", "xml"),
    [
        ("docx", "word/document.xml", "<w:p><w:r><w:t>A1234</w:t></w:r><w:r><w:t>56789</w:t></w:r></w:p>"),
        ("odt", "content.xml", "<text:p>甲</text:p><text:p>A12<text:span>3456789</text:span></text:p>"),
        ("xlsx", "xl/sharedStrings.xml", "<si><t>乙</t></si><si><t>A123456789</t></si>"),
        ("ods", "content.xml", "<table:table-cell><text:p>A123456789</text:p></table:table-cell>"),
    ],
)
def test_number_is_found_in_a_document_even_where_markup_cuts_it(extension: str, part: str, xml: str) -> None:
    words = words_of(office(part, xml), TYPES[extension])
    assert words is not None
    assert kinds(words) == [Kind.IDENTITY]


def test_numbers_of_shared_strings_are_no_content() -> None:
    sheet = '<row><c r="A1" t="s"><v>0</v></c><c r="B1"><v>7</v></c></row>'
    assert (words_of(office("xl/worksheets/sheet1.xml", sheet), TYPES["xlsx"]) or "").split() == ["7"]


@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_picture_and_pdf_are_said_to_be_unread(kind: str) -> None:
    assert words_of(io.BytesIO(b"%PDF-1.7"), TYPES[kind]) is None


def test_document_that_is_too_long_or_broken_counts_as_unread() -> None:
    assert words_of(office("content.xml", "x" * (MAX_READ + 1)), TYPES["odt"]) is None
    assert words_of(io.BytesIO(b"PK\x03\x04 broken"), TYPES["odt"]) is None
