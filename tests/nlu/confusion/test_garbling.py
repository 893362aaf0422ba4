"""Slips of a recogniser, simulated by pronunciation."""

from __future__ import annotations

import random

import pytest

from asr.cer import edit_distance
from nlu.background import sentences
from nlu.confusion import garble, load
from nlu.confusion.table import ConfusionError, readings
from nlu.text import is_mark

NEED = "我要性价比高的云服务器还要支持异地备份最好能对接我现有的系统"


def bare(text: str) -> str:
    return "".join(character for character in text if not is_mark(character))


@pytest.mark.parametrize("dialect", ["cmn", "cmn-sichuan", "yue"])
@pytest.mark.parametrize("rate", [0.05, 0.12, 0.3])
def test_the_character_error_rate_is_the_one_asked_for(rate: float, dialect: str) -> None:
    rng = random.Random(7)
    texts = [text for text in sentences() for _ in range(4)]
    pairs = [(bare(text), bare(garble(text, rate, rng, dialect))) for text in texts]
    slips = sum(edit_distance(heard, said) for said, heard in pairs)
    assert abs(slips / sum(len(said) for said, _ in pairs) - rate) < 0.01


def test_the_same_seed_gives_the_same_slips() -> None:
    assert garble(NEED, 0.3, random.Random(5)) == garble(NEED, 0.3, random.Random(5)) != NEED


def test_nothing_goes_wrong_at_rate_zero_and_something_is_always_left() -> None:
    rng = random.Random(1)
    assert garble(NEED, 0, rng) == NEED
    assert garble("?!", 0.5, rng) == "?!"
    assert garble("", 0.5, rng) == ""
    assert all(garble("好", 1, rng) for _ in range(100))


def test_numbers_and_latin_names_mostly_stay() -> None:
    rng = random.Random(2)
    heard = [garble("要1000并发的机器,能对接我们现在的ERP系统", 0.12, rng) for _ in range(500)]
    assert sum("1000" in text for text in heard) > 430
    assert 330 < sum("ERP" in text for text in heard) < 450


@pytest.mark.parametrize(
    ("said", "heard", "dialect"),
    [
        ("南", "兰", "cmn-sichuan"),
        ("是", "四", "cmn"),
        ("王", "黄", "cmn-wu"),
        ("飞", "灰", "cmn-min"),
        ("人", "银", "cmn-dongbei"),
    ],
)
def test_mergers_of_a_dialect_are_near(said: str, heard: str, dialect: str) -> None:
    assert heard in load(dialect).candidates(said, "near").characters


def test_homophones_have_the_same_syllable_and_the_frequent_come_first() -> None:
    found = load().candidates("服", "same")
    assert {readings(character)[0][0] for character in found.characters} <= {syllable for syllable, _ in readings("服")}
    counts = load().counts
    assert counts[found.characters[0]] > counts[found.characters[-1]]


def test_a_rate_or_a_dialect_that_is_none_is_refused() -> None:
    with pytest.raises(ConfusionError, match=r"0 to 1, not 12"):
        garble(NEED, 12, random.Random(1))
    with pytest.raises(ConfusionError, match=r"no confusions for the dialect 'fr'.*cmn-wu"):
        garble(NEED, 0.1, random.Random(1), "fr")
