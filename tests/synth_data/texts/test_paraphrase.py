"""Paraphrase by rules."""

from __future__ import annotations

import re

import numpy as np
import pytest

from synth_data.texts.paraphrase import in_other_numbers, paraphrase


def ways(text: str, draws: int = 300) -> set[str]:
    return {paraphrase(text, np.random.default_rng(seed)) for seed in range(draws)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("能不能便宜一点", {"可不可以实惠一点啊", "能便宜一点吗"}),
        ("有没有{region}的{product}", {"有{region}的{product}吗", "{region}的{product}有没有"}),
        ("{product}多少钱", {"多少钱，那个{product}"}),
        ("等了{duration}没人管", {"我等了{duration}了没人管"}),
    ],
)
def test_words_and_order_change(text: str, expected: set[str]) -> None:
    assert expected <= ways(text)


@pytest.mark.parametrize("text", ["还要接{system}和{system}", "我姓{surname}，电话{phone}", "买{period}要多少钱"])
def test_slots_are_neither_lost_nor_added(text: str) -> None:
    marks = sorted(re.findall(r"\{\w+\}", text))
    assert all(sorted(re.findall(r"\{\w+\}", way)) == marks for way in ways(text))


def test_a_word_is_not_swapped_within_a_longer_one() -> None:
    assert not any("公司公司" in way or "单位公司" in way for way in ways("我们公司想上云"))


def test_the_same_seed_says_the_same() -> None:
    assert paraphrase("我要{product}", np.random.default_rng(3)) == paraphrase("我要{product}", np.random.default_rng(3))


@pytest.mark.parametrize(
    ("value", "others"),
    [
        ("一千五百块", {"一千五百块钱", "一千五百元", "一千五百"}),
        ("两千并发", {"二千并发", "两千个并发", "两千的并发"}),
        ("八核十六G", {"八核十六个G", "八核十六G内存", "八核加十六G"}),
        ("北京", set()),
    ],
)
def test_numbers_are_said_in_more_than_one_way(value: str, others: set[str]) -> None:
    assert {in_other_numbers(value, np.random.default_rng(seed)) for seed in range(200)} == {value, *others}
