from __future__ import annotations

import pytest

from dialogue.corrections import change_at, is_correction, opener


@pytest.mark.parametrize(
    "text", ["不是,我说的是北京", "我说错了是16G", "不对不对,是上海", "唔系,我要嘅系8核", "勿对,是一年", "讲错咗,系深圳"]
)
def test_a_correction_is_heard(text: str) -> None:
    assert is_correction(text)
    assert change_at(text) == 0


def test_a_change_of_mind_replaces_without_correcting() -> None:
    assert not is_correction("8核改成16核")
    assert change_at("8核改成16核") == 2
    assert change_at("再加一台数据库") == -1


def test_the_words_before_what_is_meant_are_counted() -> None:
    assert "不是,我说的是北京"[opener("不是,我说的是北京") :] == ",我说的是北京"
    assert opener("我说错了") == 0
