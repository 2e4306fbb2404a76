"""Which texts of a case can be blacked out, and how words disappear from one."""

import pytest
from django.apps import apps
from django.db.models import CharField, Field, JSONField, TextField
from hypothesis import given
from hypothesis import strategies as st

from proposals.redactable import BLACK, PLACES, black_out, blacked, label_of, words_in


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("王小明說", ["王小明"], "████說"),
        ("A123456789 與 ａ１２３４５６７８９", ["A123456789"], "████ 與 ████"),
        ("Wang and WANG", ["wang"], "████ and ████"),
        ("沒有", ["王小明"], "沒有"),
        ("王小明明", ["小明明", "王小明"], "████"),
        ("王小明王小明", ["王小明"], "████████"),
        ("㈱王小明", ["王小明"], "㈱████"),
        ("", ["王小明"], ""),
    ],
)
def test_words_become_blocks_of_one_length(text: str, words: list[str], said: str) -> None:
    assert black_out(text, words) == said


def test_blocks_that_do_not_fit_are_short() -> None:
    assert black_out("王小" * 5, ["王小"], longest=10) == "█" * 5


def test_words_within_lists_and_named_values_disappear_too() -> None:
    content = {"title": "王小明", "number": 1, "asks": [{"text": "問王小明", "law": None}]}
    told = {"title": BLACK, "number": 1, "asks": [{"text": f"問{BLACK}", "law": None}]}
    assert blacked(content, ["王小明"]) == told


def test_words_are_typed_one_to_a_line() -> None:
    assert words_in(" 王小明 \n\n A1\n王小明\n") == ["王小明", "A1"]


@given(st.text(max_size=60), st.lists(st.text(min_size=2, max_size=6), max_size=3))
def test_words_are_gone_and_nothing_else(text: str, words: list[str]) -> None:
    said = black_out(text, words)
    pieces = said.split(BLACK)
    assert all(piece in text for piece in pieces)
    if said == text:
        assert not any(word in text for word in words)


def test_every_place_has_fields_that_exist_and_words() -> None:
    for place in PLACES:
        model = apps.get_model(place.model)
        for column in place.fields:
            assert model._meta.get_field(column)
            assert "." not in label_of(place.name_of(column)), place.name_of(column)


EXEMPT = {
    # names and addresses of things, choices, numbers of letters, links to public pages
    "proposals.Proposal": {
        "number",
        "source_id",
        "source_name",
        "source_number",
        "source_url",
        "return_state",
    },
    "proposals.Referral": {"letter_number", "document_number", "reply_number", "former_bodies"},
    "proposals.Answer": {"document_number"},
    "proposals.Coordination": {"decision_number"},
    "proposals.Clarification": {"slug", "letter_number"},
    "proposals.PaperAnswer": {"letter_number", "content_type", "sha256", "file"},
    "proposals.Attachment": {"content_type", "sha256", "file"},
    "proposals.FollowUpStep": {"url"},
    "proposals.Pause": {"evidence_url"},
    "proposals.Extension": {"unit"},
    "proposals.TimelineEntry": {"kind", "role"},
    "proposals.Sponsor": {"signed_digest"},
    "proposals.RestrictedOpening": {"on_behalf_of"},
}
OF_A_CASE = ("proposal", "referral", "question", "follow_up", "answer", "entry", "check_of")
NOT_OF_IT = {
    # rows about people who follow, about dates, about redactions themselves
    "proposals.Deadline",
    "proposals.Follow",
    "proposals.Redaction",
    "proposals.Access",
}


def _is_text(field: Field) -> bool:
    is_words = isinstance(field, CharField | TextField | JSONField)
    return is_words and not field.choices and not field.primary_key


def test_every_text_of_a_case_can_be_blacked_out() -> None:
    """A new text field of a case needs a line in `PLACES`, or a reason in the exceptions above."""
    known = {place.model: set(place.fields) for place in PLACES}
    forgotten = []
    for model in apps.get_app_config("proposals").get_models():
        name = model._meta.label
        relations = {field.name for field in model._meta.fields if field.is_relation}
        if name in NOT_OF_IT or not (name == "proposals.Proposal" or relations & set(OF_A_CASE)):
            continue
        texts = {field.name for field in model._meta.fields if _is_text(field)}
        if left := texts - known.get(name, set()) - EXEMPT.get(name, set()):
            forgotten.append(f"{name}: {', '.join(sorted(left))}")
    assert not forgotten
