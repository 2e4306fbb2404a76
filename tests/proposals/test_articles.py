import pytest

from proposals.articles import article_keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("第22條", ["22"]),
        ("第 22 條", ["22"]),
        ("第２２條第１項", ["22"]),
        ("第二十二條", ["22"]),
        ("第22條之1", ["22-1"]),
        ("第22-1條", ["22-1"]),
        ("第二十二條之一", ["22-1"]),
        ("第一百二十三條之十", ["123-10"]),
        ("第一〇五條", ["105"]),
        ("第十條", ["10"]),
        ("Article 22-1", ["22-1"]),
        ("Art. 22", ["22"]),
        ("§ 44", ["44"]),
        ("§22–1", ["22-1"]),
        ("22-1", ["22-1"]),
        ("第22條、第44條及第22條", ["22", "44"]),
        ("Articles 5 and Article 6", ["5", "6"]),
        ("", []),
        ("附表一", []),
        ("第三章", []),
    ],
)
def test_article_keys_are_the_same_however_written(text, keys):
    assert article_keys(text) == keys
