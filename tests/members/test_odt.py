"""OpenDocument files: well-formed whatever is written into them, and the same each time."""

from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.odt import CONTENT_TYPE, Heading, Items, Line, Paragraph, Table, Title, numeral, odt
from proposals import uploads

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def words(file: bytes) -> str:
    with ZipFile(BytesIO(file)) as package:
        return "".join(ElementTree.fromstring(package.read("content.xml")).itertext())


def test_package_begins_with_its_type_and_lists_its_parts() -> None:
    with ZipFile(BytesIO(odt([Title("函")], title="函"))) as package:
        first = package.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
        assert package.read("mimetype").decode() == CONTENT_TYPE
        manifest = package.read("META-INF/manifest.xml").decode()
        assert all(f'"{name}"' in manifest for name in ("content.xml", "styles.xml", "meta.xml"))
        for name in package.namelist()[1:]:
            ElementTree.fromstring(package.read(name))


def test_blocks_stand_in_their_order() -> None:
    blocks = [
        Title("聯盟 函"),
        Line("受文者", "金融監督管理委員會"),
        Line("主旨", "請惠予回應。", is_large=True),
        Items(["依據。", "說明。"]),
        Heading("附表"),
        Table(["訴求", "法規"], [["一", "證券交易法"]]),
        Paragraph("第一段\n\n第二段"),
    ]
    assert words(odt(blocks, title="函")) == (
        "聯盟 函受文者：金融監督管理委員會主旨：請惠予回應。一、依據。二、說明。"
        "附表訴求法規一證券交易法第一段第二段"
    )


def test_line_breaks_and_spaces_survive() -> None:
    with ZipFile(BytesIO(odt([Paragraph("a\nb   c")], title="x"))) as package:
        root = ElementTree.fromstring(package.read("content.xml"))
    assert len(list(root.iter(f"{TEXT}line-break"))) == 1
    [run] = root.iter(f"{TEXT}s")
    assert run.get(f"{TEXT}c") == "2"


@given(st.text())
def test_any_text_gives_a_readable_file_and_the_same_one_again(text: str) -> None:
    blocks = [Paragraph(text), Line(text, text), Items([text]), Table([text], [[text]])]
    file = odt(blocks, title=text)
    words(file)
    assert odt(blocks, title=text) == file


def test_portal_takes_its_own_file_for_what_it_is() -> None:
    file = odt([Title("函")], title="函")
    assert uploads.content_type(BytesIO(file), "letter.odt", len(file)) == CONTENT_TYPE


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")]
)
def test_numeral_counts_as_letters_do(number: int, said: str) -> None:
    assert numeral(number) == said


@pytest.mark.parametrize("number", [0, 100, -1])
def test_numeral_beyond_a_letter_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 99"):
        numeral(number)
