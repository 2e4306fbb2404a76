"""Bigrams: what is written is found, by the real Postgres, whatever a reader types."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.bigrams import LONGEST_WORD, document, holds, query, tokens


def matches(text, words):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('simple', %s) @@ to_tsquery('simple', %s)", [document(text), query(words)]
        )
        return cursor.fetchone()[0]


def test_tokens_cut_chinese_into_bigrams_and_keep_other_words():
    assert tokens("區塊鏈 STO 第48條") == ["區塊", "塊鏈", "鏈", "sto", "第", "48", "條"]


def test_tokens_make_widths_cases_and_tai_alike():
    assert tokens("台灣ＡＢＣ") == tokens("臺灣abc") == ["臺灣", "灣", "abc"]


def test_tokens_of_punctuation_and_emoji_are_none():
    assert tokens("，。！「」 😀 — _ ''") == []


def test_document_holds_each_word_once():
    assert document("信託信託 信託") == "信託 託信 託"


def test_document_of_very_long_text_stays_within_an_index():
    text = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(300_000)) + "x" * 5000
    assert len(document(text).encode()) < 1_000_000
    assert max(map(len, tokens("x" * 5000))) == LONGEST_WORD


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ""),
        (" 、?! ", ""),
        ("信託", "信託"),
        ("信託業", "信託 & 託業"),
        ("鏈", "鏈:*"),
        ("信託 STO", "信託 & sto:*"),
        ("STO 信託", "sto & 信託"),
        ("a' | !b & (c):* <-> \\", "a & b & c:*"),
        ("信託'); DROP TABLE x; --", "信託 & drop & table & x:*"),
    ],
)
def test_query_lets_no_operator_through(words, expected):
    assert query(words) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("證券型代幣發行之信託保管", "信託", True),
        ("證券型代幣發行之信託保管", "代幣發行", True),
        ("證券型代幣發行之信託保管", "發行信託", False),
        ("證券型代幣發行之信託保管", "管", True),
        ("證券型代幣發行之信託保管", "券", True),
        ("台灣區塊鏈大聯盟", "臺灣", True),
        ("RWA 與 ERC-3643 代幣化", "erc-3643", True),
        ("Tokenised deposits", "token", True),
        ("Tokenised deposits", "deposits tokenised", True),
        ("第48條 1e5 元 3.14 https://example.org/a?b=c", "1e5 3.14 example", True),
        ("「電子簽章」，及：憑證😀", "電子簽章 憑證", True),
        ("甲乙", "丙", False),
    ],
)
def test_matching_finds_the_words_that_are_written(text, words, found):
    assert matches(text, words) is found


@pytest.mark.django_db
def test_matching_very_long_text_is_accepted():
    text = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(300_000))
    assert matches(text, text[:20])


@pytest.mark.django_db
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60), st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_query_of_any_text_is_valid_and_finds_the_text_itself(text, data):
    if query(text):
        assert matches(data.draw(st.text(alphabet="甲乙a ")) + " " + text, text)
        assert holds(text, text)


def test_holds_tells_bigrams_that_stand_apart():
    assert holds("台灣信託業", "信託業")
    assert not holds("信託與託業", "信託業")
    assert holds("信託業之電子簽章", "簽章 信託")
