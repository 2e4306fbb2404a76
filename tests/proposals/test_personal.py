"""Identity numbers by their check digit, telephone numbers and mail addresses by their form."""

import io
import zipfile

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from proposals.personal import Found, Kind, found_in, is_identity_number
from proposals.plaintext import MAX_PAGES, MAX_READ, words_of
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
        "user@example-.com",
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
        ("odt", "styles.xml", "<style:footer><text:p>A123456789</text:p></style:footer>"),
        ("docx", "word/endnotes.xml", "<w:p><w:r><w:t>A123456789</w:t></w:r></w:p>"),
        ("xlsx", "xl/comments1.xml", "<comment><text><t>A123456789</t></text></comment>"),
    ],
)
def test_number_is_found_in_a_document_even_where_markup_cuts_it(extension: str, part: str, xml: str) -> None:
    words, is_all = words_of(office(part, xml), TYPES[extension])
    assert is_all
    assert kinds(words) == [Kind.IDENTITY]


def test_numbers_of_shared_strings_are_no_content() -> None:
    sheet = '<row><c r="A1" t="s"><v>0</v></c><c r="B1"><v>7</v></c></row>'
    assert words_of(office("xl/worksheets/sheet1.xml", sheet), TYPES["xlsx"])[0].split() == ["7"]


def test_picture_is_said_to_be_unread() -> None:
    assert words_of(io.BytesIO(b"\x89PNG"), TYPES["png"]) == ("", False)


def test_document_that_is_too_long_or_broken_counts_as_unread() -> None:
    words, is_all = words_of(office("content.xml", "x" * (MAX_READ + 1)), TYPES["odt"])
    assert (len(words), is_all) == (MAX_READ, False)
    assert words_of(io.BytesIO(b"PK\x03\x04 broken"), TYPES["odt"]) == ("", False)


# --- PDF -------------------------------------------------------------------------------------------

SHOWN = b"BT /F1 12 Tf 20 100 Td (A123456789) Tj ET"


def pdf_with(*pages: bytes, password: str = "") -> io.BytesIO:
    """A PDF with a page for each content stream."""
    writer, made = PdfWriter(), io.BytesIO()
    font = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
        | {NameObject("/BaseFont"): NameObject("/Helvetica")}
    )
    for content in pages:
        page = writer.add_blank_page(200, 200)
        stream = DecodedStreamObject()
        stream.set_data(content)
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(made)
    return made


def test_number_is_found_in_a_pdf() -> None:
    words, is_all = words_of(pdf_with(b"", SHOWN), TYPES["pdf"])
    assert is_all
    assert kinds(words) == [Kind.IDENTITY]


def test_pdf_of_pictures_alone_is_said_to_be_unread() -> None:
    assert words_of(pdf_with(b""), TYPES["pdf"]) == ("", False)


def test_long_pdf_is_read_in_part_and_said_to_be() -> None:
    pages = [SHOWN] + [b""] * (MAX_PAGES - 1) + [SHOWN.replace(b"A123456789", b"F131104093")]
    words, is_all = words_of(pdf_with(*pages), TYPES["pdf"])
    assert (words.split(), is_all) == (["A123456789"], False)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7",
        pdf_with(SHOWN, password="secret").getvalue(),
        pdf_with(SHOWN).getvalue()[:-300],
        pdf_with(b" " * (MAX_READ + 1)).getvalue(),
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    ],
    ids=["empty", "locked", "cut", "bomb", "circle"],
)
def test_pdf_that_cannot_be_read_is_said_to_be_unread(content: bytes) -> None:
    assert not words_of(io.BytesIO(content), TYPES["pdf"])[1]
