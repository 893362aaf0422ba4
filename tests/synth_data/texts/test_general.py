"""Everyday words."""

from __future__ import annotations

import numpy as np
from pypinyin import Style, lazy_pinyin

from synth_data.texts.draw import Source
from synth_data.texts.general import general_words
from synth_data.texts.grammar import Kinds, load_grammar


def test_they_have_nearly_every_syllable_of_mandarin() -> None:
    words = general_words()
    syllables = {
        syllable[:-1] for word in words for syllable in lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
    }
    assert {"meng", "niao", "wa", "sang", "nuan", "zhua", "shuan"} <= syllables
    assert len(syllables) > 390
    assert 3000 < len(words) < 5000


def test_common_words_come_first_and_names_do_not_come() -> None:
    words = general_words()
    assert {"我们", "问题", "工作"} <= set(words[:50])
    assert not {"北京", "中国", "邓小平"} & set(words)


def test_training_hears_as_many_of_them_as_are_asked_for() -> None:
    kinds = Kinds(single=0, compound=0, small=0, words=1, digits=0)
    source = Source(load_grammar("cloud_sales"), general_words=1.0)
    known = set(general_words())
    for seed in range(30):
        drawn = source.sample(np.random.default_rng(seed), "cmn", "train", kinds)
        assert {part.removeprefix("word=") for part in drawn.slots.split(";")} <= known
