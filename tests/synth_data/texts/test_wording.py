"""Mandarin put into a dialect's words."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.dialects import normalise
from synth_data.texts.wording import rewording_of

DIALECTS = ("yue", "wuu", "cmn-sichuan", "cmn-dongbei", "cmn-zhongyuan", "cmn-jianghuai", "cmn-wu")


def ways(text: str, dialect: str, strength: float = 1.0) -> set[str]:
    rewording = rewording_of(dialect)
    assert rewording is not None
    return {rewording.reword(text, strength, np.random.default_rng(seed)) for seed in range(60)}


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        ("yue", "我们现在用的是{system}", "我哋而家用嘅是{system}"),
        ("yue", "你们的服务不行", "你哋嘅服务唔得"),
        ("wuu", "{product}多少钱", "{product}几钿"),
        ("wuu", "我们不要了", "阿拉勿要了"),
        ("cmn-sichuan", "{product}有什么区别", "{product}有啥子区别"),
        ("cmn-dongbei", "数据丢了怎么办", "数据丢了咋办"),
        ("cmn-zhongyuan", "能对接我们的{system}吗", "能对接咱的{system}不"),
        ("cmn-jianghuai", "有没有优惠", "阿有优惠"),
    ],
)
def test_a_sentence_is_said_in_the_dialect(dialect: str, text: str, expected: str) -> None:
    assert expected in ways(text, dialect)


@pytest.mark.parametrize(("dialect", "mandarin"), [("yue", "便宜"), ("wuu", "给"), ("cmn-sichuan", "多少")])
def test_what_is_said_is_read_back_as_the_mandarin_it_was(dialect: str, mandarin: str) -> None:
    text = {"便宜": "能不能便宜一点", "给": "请你给我回电话", "多少": "一共多少钱"}[mandarin]
    for said in ways(text, dialect) - {text}:
        assert mandarin in normalise(said, dialect).text or "可以" in said


def test_a_word_order_is_turned_round() -> None:
    assert "你哋平过人哋" in ways("你们比人家便宜", "yue")


def test_strength_is_the_share_of_the_words_that_change() -> None:
    text = "我们现在用的是{system}，你们能不能接"
    assert ways(text, "yue", 0.0) == {text}
    assert len(ways(text, "yue", 0.5)) > 5


@pytest.mark.parametrize("dialect", DIALECTS)
def test_slots_are_kept(dialect: str) -> None:
    assert all(said.count("{product}") == 2 and said.count("{") == 2 for said in ways("{product}和{product}有什么区别", dialect))


@pytest.mark.parametrize("dialect", ["cmn", "cmn-nowhere"])
def test_mandarin_has_no_other_wording(dialect: str) -> None:
    assert rewording_of(dialect) is None
