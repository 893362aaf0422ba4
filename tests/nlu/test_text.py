"""Folding and cutting into words."""

from __future__ import annotations

import pytest

from nlu.text import fold, tokens, trimmed


@pytest.mark.parametrize(
    ("text", "folded"), [("ＥＲＰ雲服務器", "erp云服务器"), ("1000併發!", "1000并发!"), ("İ😀㎏", "İ😀㎏"), ("", "")]
)
def test_folding_keeps_the_length(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert len(fold(text)) == len(text)


def test_words_are_characters_latin_words_and_numbers() -> None:
    found = tokens(fold("要1000并发,ERP和一千二的!"))
    assert [token.text for token in found if not token.mark] == [*"要#并发", "erp", *"和#的"]
    assert [token.text for token in found if token.mark] == [",", "!"]


@pytest.mark.parametrize("text", ["一下", "一样", "千万别", "万一", "一些"])
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert "#" not in [token.text for token in tokens(text)]


def test_a_span_is_trimmed_of_spaces_and_punctuation() -> None:
    assert trimmed(",好的。 ", 0, 5) == (1, 3)
    assert trimmed("。。", 0, 2) == (2, 2)
