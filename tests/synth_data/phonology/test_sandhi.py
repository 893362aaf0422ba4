"""Tones in Mandarin sentences: third tones, 一, 不 and the neutral tone."""

from __future__ import annotations

import pytest

from synth_data.phonology import pronounce


def said(text: str) -> str:
    return " ".join(syllable.syllable for syllable in pronounce(text, "cmn"))


def heights(text: str) -> str:
    return " ".join("".join(map(str, syllable.contour)) for syllable in pronounce(text, "cmn"))


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("你好", "ni2 hao3"),
        ("水果", "shui2 guo3"),
        ("展览馆", "zhan2 lan2 guan3"),
        ("我想买", "wo3 xiang2 mai3"),
        ("老板想买水果", "lao2 ban3 xiang2 mai3 shui2 guo3"),
        ("可以打八折", "ke2 yi2 da3 ba1 zhe2"),
        ("小姐", "xiao2 jie5"),
        ("姐姐", "jie3 jie5"),
        ("买几台", "mai2 ji3 tai2"),
    ],
)
def test_a_third_tone_before_another_is_the_second(text: str, syllables: str) -> None:
    assert said(text) == syllables


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("一年", "yi4 nian2"),
        ("一千", "yi4 qian1"),
        ("一百", "yi4 bai3"),
        ("一万", "yi2 wan4"),
        ("一个", "yi2 ge5"),
        ("一共", "yi2 gong4"),
        ("第一", "di4 yi1"),
        ("第一台", "di4 yi1 tai2"),
        ("十一台", "shi2 yi1 tai2"),
        ("一二三", "yi1 er4 san1"),
        ("一月", "yi1 yue4"),
        ("星期一", "xing1 qi1 yi1"),
        ("买一送一", "mai3 yi2 song4 yi1"),
        ("统一管理", "tong3 yi1 guan2 li3"),
        ("看一看", "kan4 yi5 kan4"),
    ],
)
def test_one_changes_unless_it_counts(text: str, syllables: str) -> None:
    assert said(text) == syllables


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("不要", "bu2 yao4"),
        ("不是", "bu2 shi4"),
        ("不好", "bu4 hao3"),
        ("不行", "bu4 xing2"),
        ("好不好", "hao3 bu5 hao3"),
        ("差不多", "cha4 bu5 duo1"),
    ],
)
def test_not_rises_before_a_fourth_tone(text: str, syllables: str) -> None:
    assert said(text) == syllables


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("我们的东西", "wo3 men5 de5 dong1 xi5"),
        ("看看", "kan4 kan5"),
        ("谢谢先生", "xie4 xie5 xian1 sheng5"),
        ("便宜点吧", "pian2 yi5 dian3 ba5"),
        ("什么时候", "shen2 me5 shi2 hou5"),
        ("想想", "xiang2 xiang5"),
    ],
)
def test_neutral_tones_are_where_speakers_have_them(text: str, syllables: str) -> None:
    assert said(text) == syllables


def test_a_neutral_tone_takes_its_height_from_the_tone_before() -> None:
    assert [heights(text) for text in ("他的", "谁的", "我的", "骂的")] == ["55 2", "35 3", "21 4", "51 1"]
    assert [syllable.neutral for syllable in pronounce("他的", "cmn")] == [False, True]


def test_a_third_tone_is_low_before_others_and_rises_at_the_end() -> None:
    assert heights("很高") == "21 55"
    assert heights("高很") == "55 214"
