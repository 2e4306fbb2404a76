"""A difference holds both texts whole, and is as small as a reader expects."""

from hypothesis import given
from hypothesis import strategies as st

from proposals.differences import LONGEST_COMPARED, MOST_COMPARED, Change, Piece, difference

SENTENCES = st.lists(
    st.sampled_from(["甲公司得營業。", "乙不變；", "No change. ", "丙\n", "丁"]), max_size=12
)


def without(pieces: list[Piece], change: Change) -> str:
    return "".join(piece.text for piece in pieces if piece.change is not change)


@given(SENTENCES.map("".join), SENTENCES.map("".join))
def test_both_texts_can_be_read_from_it(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert without(pieces, Change.ADDED) == old
    assert without(pieces, Change.REMOVED) == new
    assert all(piece.text for piece in pieces)


def test_changed_word_is_shown_within_its_sentence() -> None:
    assert difference("甲得於臺北營業。乙不變。", "甲得於全國營業。乙不變。") == [
        Piece(Change.SAME, "甲得於"),
        Piece(Change.REMOVED, "臺北"),
        Piece(Change.ADDED, "全國"),
        Piece(Change.SAME, "營業。乙不變。"),
    ]


def test_latin_words_are_not_cut_up() -> None:
    assert Piece(Change.REMOVED, "token") in difference("Allow the token now.", "Allow the ledger now.")


def test_text_that_has_nothing_in_common_is_replaced_whole() -> None:
    assert difference("甲乙丙。", "xyz.") == [Piece(Change.REMOVED, "甲乙丙。"), Piece(Change.ADDED, "xyz.")]


def test_the_same_text_has_no_difference() -> None:
    assert difference("", "") == []
    assert difference("一", "一") == [Piece(Change.SAME, "一")]


def test_longest_texts_are_compared_at_their_ends() -> None:
    lines = [f"第{n}行\n" for n in range(MOST_COMPARED + 5)]
    old, new = "".join(lines), "".join([*lines[:7], "新\n", *lines[8:]])
    assert [p.text for p in difference(old, new) if p.change is not Change.SAME] == ["第7行", "新"]
    long = "甲" * (LONGEST_COMPARED + 1)
    assert difference(long + "。", long + "乙。")[0].change is Change.REMOVED
