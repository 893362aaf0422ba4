"""Strong and weak accents: what one speaker shows, and how often."""

from __future__ import annotations

import numpy as np
import pytest

from synth_data.phonology import Accent, PronunciationError, draw_accent, pronounce

SENTENCE = "牛奶多少钱一瓶，我没听清楚"


def drawn(dialect: str, count: int, strength: float = 1.0) -> list[Accent]:
    return [draw_accent(dialect, np.random.default_rng(seed), strength) for seed in range(count)]


def test_rules_are_shown_as_often_as_their_shares_say() -> None:
    accents = drawn("cmn-min", 600)
    assert 0.5 < np.mean(["f is hu" in accent.rules for accent in accents]) < 0.7
    assert 0.42 < np.mean([accent.place == "xiamen" for accent in accents]) < 0.58


def test_a_rule_of_one_town_is_not_shown_in_another() -> None:
    accents = drawn("cmn-zhongyuan", 300)
    assert {accent.place for accent in accents if "zhu is pfu" in accent.rules} == {"xian"}


def test_no_strength_is_mandarin() -> None:
    for dialect in ("cmn-sichuan", "cmn-yue", "cmn-jianghuai"):
        accent = draw_accent(dialect, np.random.default_rng(1), strength=0)
        assert pronounce(SENTENCE, dialect, accent) == pronounce(SENTENCE, "cmn")


def test_speakers_of_one_dialect_differ_and_each_is_the_same_every_time() -> None:
    accents = drawn("cmn-sichuan", 20)
    ways = [pronounce(SENTENCE, "cmn-sichuan", accent) for accent in accents]
    assert len(set(ways)) > 5
    assert ways == [pronounce(SENTENCE, "cmn-sichuan", accent) for accent in drawn("cmn-sichuan", 20)]


def test_weaker_accents_are_nearer_to_mandarin() -> None:
    def distance(strength: float) -> float:
        plain = pronounce(SENTENCE, "cmn")
        ways = (pronounce(SENTENCE, "cmn-sichuan", accent) for accent in drawn("cmn-sichuan", 60, strength))
        return float(np.mean([sum(a.phones != b.phones for a, b in zip(plain, way, strict=True)) for way in ways]))

    assert distance(0.3) < distance(0.6) < distance(1.0)


def test_lazy_sounds_of_cantonese_are_drawn_and_never_the_default() -> None:
    pytest.importorskip("ToJyutping")
    plain = [syllable.syllable for syllable in pronounce("你我国五", "yue")]
    assert plain == ["nei5", "ngo5", "gwok3", "ng5"]
    rules = frozenset({"n is l", "ng is lost", "gw is g before o", "ng is m as a syllable"})
    lazy = [syllable.syllable for syllable in pronounce("你我国五", "yue", Accent("yue", rules, "hongkong"))]
    assert lazy == ["lei5", "o5", "gok3", "m5"]


def test_an_accent_of_another_dialect_is_refused() -> None:
    with pytest.raises(PronunciationError, match="cmn-wu cannot speak cmn-yue"):
        pronounce("好", "cmn-yue", draw_accent("cmn-wu", np.random.default_rng(1)))
