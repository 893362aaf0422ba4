"""Each dialect says known words as its sources describe them: syllable by syllable, with the contours of its town."""

from __future__ import annotations

import pytest

from synth_data.phonology import DIALECTS, Accent, pronounce
from synth_data.phonology.tables import TONES, phonology


def said(text: str, dialect: str, accent: Accent | None = None) -> str:
    return " ".join(syllable.syllable for syllable in pronounce(text, dialect, accent))


def contours(text: str, dialect: str, accent: Accent | None = None) -> str:
    return " ".join("".join(map(str, syllable.contour)) for syllable in pronounce(text, dialect, accent))


def strongest(dialect: str, place: str) -> Accent:
    return Accent(dialect, frozenset((TONES, *(rule.name for rule in phonology(dialect).rules))), place)


@pytest.mark.parametrize(
    ("dialect", "text", "syllables"),
    [
        ("cmn-sichuan", "湖南", "fu2 lan2"),
        ("cmn-sichuan", "牛奶", "liu2 lai3"),
        ("cmn-sichuan", "大风", "da4 fong1"),
        ("cmn-sichuan", "生病", "sen1 bin4"),
        ("cmn-sichuan", "学习", "xio2 xi2"),
        ("cmn-sichuan", "吃药", "ci2 yo2"),
        ("cmn-sichuan", "上街", "sang4 gai1"),
        ("cmn-sichuan", "六百", "lu2 be2"),
        ("cmn-sichuan", "可以", "ko3 yi3"),
        ("cmn-sichuan", "我爱", "ngo3 ngai4"),
        ("cmn-sichuan", "啥子", "sa4 zi3"),
        ("cmn-dongbei", "干哈", "ga4 ha2"),
        ("cmn-dongbei", "国家", "guo3 jia1"),
        ("cmn-dongbei", "广播", "guang3 be1"),
        ("cmn-dongbei", "咋整", "za2 zeng3"),
        ("cmn-dongbei", "这是", "ze4 si4"),
        ("cmn-zhongyuan", "精心", "zing1 sin1"),
        ("cmn-zhongyuan", "经过", "jing1 guo4"),
        ("cmn-zhongyuan", "白药", "bai2 yo1"),
        ("cmn-zhongyuan", "日出", "ri1 chu1"),
        ("cmn-zhongyuan", "弄啥嘞", "neng4 sha4 lei5"),
        ("cmn-jianghuai", "南方", "lang2 fang1"),
        ("cmn-jianghuai", "清明", "qin1 min2"),
        ("cmn-jianghuai", "生活", "sen1 huo6"),
        ("cmn-jianghuai", "六百", "liu6 bai6"),
        ("cmn-jianghuai", "阿要", "a6 yao4"),
        ("cmn-wu", "知道", "zi1 dao5"),
        ("cmn-wu", "清明", "qin1 min2"),
        ("cmn-wu", "黄人", "wang2 len2"),
        ("cmn-wu", "上海", "sang4 hai3"),
        ("cmn-wu", "几钿", "ji3 di2"),
        ("cmn-yue", "知识", "zi1 si2"),
        ("cmn-yue", "花费", "fa1 fei4"),
        ("cmn-yue", "黄河", "wang2 he2"),
        ("cmn-yue", "快多了", "fai4 do1 le5"),
        ("cmn-yue", "桌子", "zo1 zi3"),
        ("cmn-yue", "二", "e4"),
        ("cmn-min", "发飞", "hua1 hui1"),
        ("cmn-min", "大风", "da4 hong1"),
        ("cmn-min", "人鱼", "len2 yi2"),
        ("cmn-min", "元月", "yan2 ye4"),
        ("cmn-min", "多国", "do1 go2"),
        ("cmn-min", "朋友", "pong2 you3"),
    ],
)
def test_known_words_are_said_as_the_sources_describe_them(dialect: str, text: str, syllables: str) -> None:
    assert said(text, dialect) == syllables


@pytest.mark.parametrize(
    ("dialect", "of_the_tones"),
    [
        ("cmn", "55 35 21 51"),
        ("cmn-sichuan", "55 21 53 213"),
        ("cmn-dongbei", "44 24 21 41"),
        ("cmn-zhongyuan", "24 42 53 312"),
        ("cmn-jianghuai", "31 24 21 44"),
        ("cmn-wu", "44 35 21 53"),
        ("cmn-yue", "55 35 21 52"),
        ("cmn-min", "44 24 21 53"),
    ],
)
def test_the_four_tones_have_the_contours_of_the_town(dialect: str, of_the_tones: str) -> None:
    assert contours("山明水秀", dialect) == of_the_tones


def test_a_second_town_has_its_own_tones_and_rules() -> None:
    xian = strongest("cmn-zhongyuan", "xian")
    assert said("猪", "cmn-zhongyuan", xian) == "pfu1"
    assert said("书", "cmn-zhongyuan", xian) == "fu1"
    assert said("我", "cmn-zhongyuan", xian) == "ngo3"
    assert said("国", "cmn-zhongyuan", xian) == "gui1"
    assert contours("山", "cmn-zhongyuan", xian) == "21"
    assert said("热肉人", "cmn-dongbei", strongest("cmn-dongbei", "harbin")) == "ye4 you4 yin2"
    assert said("对人", "cmn-jianghuai", strongest("cmn-jianghuai", "yangzhou")) == "dei4 len2"


def test_entering_tones_go_where_each_dialect_has_put_them() -> None:
    assert contours("八百白", "cmn-sichuan") == "21 21 21"
    assert contours("八白", "cmn-zhongyuan") == "24 42"
    assert contours("八百白", "cmn-jianghuai") == "5 5 5"


def test_an_entering_syllable_ends_in_a_glottal_stop() -> None:
    assert [syllable.notation[-1] == "?" for syllable in pronounce("八山", "cmn-jianghuai")] == [True, False]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_rule_and_town_names_its_source(dialect: str) -> None:
    data = phonology(dialect)
    assert all(len(place.source) > 20 for place in data.places)
    assert all(len(rule.source) > 20 for rule in data.rules)
    assert all(0 < rule.share <= 1 for rule in data.rules)
    assert {place for rule in data.rules for place in rule.places} <= {place.name for place in data.places}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_word_has_a_syllable_for_each_character(dialect: str) -> None:
    words = phonology(dialect).words
    assert {word: reading for word, reading in words.items() if len(word) != len(reading.split())} == {}
