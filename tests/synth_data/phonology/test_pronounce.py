"""How texts sound in the dialects."""

from __future__ import annotations

import re

import pytest

from synth_data.phonology import DIALECTS, Accent, PronunciationError, pronounce
from synth_data.phonology.mandarin import colour
from synth_data.phonology.sandhi import Syllable
from synth_data.phonology.sounds import notation_of, parts_of, syllables
from synth_data.phonology.tables import phonology

COLOURED = [dialect for dialect in DIALECTS if dialect not in ("yue", "wuu")]


def phones(text: str, dialect: str) -> str:
    return " ".join("".join(syllable.phones) for syllable in pronounce(text, dialect))


@pytest.mark.parametrize(
    ("text", "dialect", "sounds"),
    [
        ("牛奶", "cmn", "niou2 nai3"),
        ("牛奶", "cmn-sichuan", "liou3 lai4"),  # n = l; tones 21 and 53
        ("牛奶", "cmn-wu", "niou2 nai3"),
        ("四是四", "cmn", "siz4 shih4 siz4"),
        ("四是四", "cmn-wu", "siz4 siz4 siz4"),
        ("湖", "cmn-sichuan", "fu3"),
        ("风", "cmn-sichuan", "fong1"),
        ("能用", "cmn-sichuan", "len3 iong2"),
        ("听清", "cmn-wu", "tin1 qin1"),
        ("一千并发", "cmn-sichuan", "i3 qian1 bin2 fa3"),  # entering tones go with the second
        ("几钿", "cmn-wu", "ji3 di2"),
    ],
)
def test_each_dialect_has_its_mergers_and_tones(text: str, dialect: str, sounds: str) -> None:
    assert phones(text, dialect) == sounds


@pytest.mark.parametrize(
    ("text", "sounds"),
    [("你好", "ni2 hao3"), ("一个", "i2 ge5"), ("不要", "bu2 iao4"), ("银行", "in2 hang2"), ("重新", "chong2 xin1")],
)
def test_mandarin_follows_tone_sandhi_and_reads_by_the_word(text: str, sounds: str) -> None:
    assert phones(text, "cmn") == sounds


def test_cantonese_is_read_in_jyutping_from_simplified_characters() -> None:
    notations = [syllable.notation for syllable in pronounce("几多钱，有冇云数据库", "yue")]
    assert notations == ["gei2", "do1", "cin2", "", "jau5", "mou5", "wan4", "sou3", "geoi3", "fu3"]


def test_initials_common_to_both_languages_are_one_unit_and_others_are_not() -> None:
    assert phones("多钱", "yue") == "dyue:o1 yue:cyue:in2"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_letters_are_spelt_in_every_dialect(dialect: str) -> None:
    assert len(pronounce("ERP", dialect)) >= 3


def test_a_comma_is_a_pause() -> None:
    assert [syllable.is_pause for syllable in pronounce("好，行", "cmn")] == [False, True, False]


@pytest.mark.parametrize("dialect", COLOURED)
def test_every_syllable_that_a_dialect_can_make_has_a_sound(dialect: str) -> None:
    data = phonology(dialect)
    for place in data.places:
        everything = Accent(dialect, frozenset(rule.name for rule in data.rules), place.name)
        for initial, final in syllables().parts.values():
            made = colour(Syllable("", initial, final, 1, 0), everything)
            assert notation_of(made.initial, made.final)
    words = {pinyin[:-1] for reading in data.words.values() for pinyin in reading.split()}
    assert all(notation_of(*parts_of(base)) for base in words)


@pytest.mark.parametrize(("text", "dialect"), [("好", "nan"), ("8核", "cmn"), ("好@", "cmn")])
def test_what_cannot_be_read_is_told(text: str, dialect: str) -> None:
    with pytest.raises(PronunciationError, match=re.compile("dialect|read")):
        pronounce(text, dialect)
