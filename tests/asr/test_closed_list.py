import itertools
import math

import numpy as np
import pytest

from asr.bundle import bundled_folder
from asr.closed_list import ClosedList, by_tone, forward, ranking, spoken_part
from asr.hot_words import HotWord, HotWordError
from asr.recogniser import WhisperRecogniser
from asr.transcript import SAMPLE_RATE_HZ
from deploy.hot_words import pronounced
from synth_data.speakers import Speaker
from synth_data.voices import DialectVoice
from tests.asr.spoken import at_16k

WORDS = ("是的", "不要", "转人工", "再听一遍")
needs_bundled = pytest.mark.skipif(not (bundled_folder() / "model.bin").exists(), reason="no bundled recogniser")


@pytest.mark.parametrize("units", [(1,), (1, 2), (1, 1), (2, 1, 2)])
def test_a_word_is_scored_by_all_its_alignments(units: tuple[int, ...]) -> None:
    chances = np.random.default_rng(1).dirichlet(np.ones(3), size=5)
    total = 0.0
    for path in itertools.product(range(3), repeat=5):
        said = tuple(unit for unit, _ in itertools.groupby(path) if unit)
        if said == units:
            total += math.prod(float(chances[frame, unit]) for frame, unit in enumerate(path))
    assert forward(np.log(chances).astype(np.float32), units) == pytest.approx(math.log(total), abs=1e-4)


def test_the_likeliest_way_of_saying_a_word_counts() -> None:
    scores = np.log(np.array([[0.1, 0.8, 0.1], [0.1, 0.1, 0.8]], np.float32))
    ranked = ranking(scores, {"甲": [(2, 1), (1, 2)], "乙": [(2, 1)]})
    assert [text for text, _ in ranked] == ["甲", "乙"]


def test_nothing_is_spoken_in_silence() -> None:
    assert spoken_part(np.zeros(SAMPLE_RATE_HZ, np.float32)) is None
    assert spoken_part(np.random.default_rng(0).normal(0, 0.01, SAMPLE_RATE_HZ).astype(np.float32)) is None


@needs_bundled
def test_only_listed_words_are_heard_and_each_is_heard() -> None:
    listed = ClosedList(WhisperRecogniser(bundled_folder()), pronounced(WORDS))
    voice = DialectVoice("cmn", Speaker("f3", 150))
    pause = np.zeros(SAMPLE_RATE_HZ // 2, np.float32)
    heard = [listed.transcribe(np.concatenate([pause, at_16k(voice.synthesize(word)), pause])) for word in WORDS]
    other = listed.transcribe(at_16k(voice.synthesize("今天天气怎么样")))
    voice.close()
    assert [one.text for one in heard] == list(WORDS)
    assert all(one.confidence > 0.5 for one in heard)
    assert other.text in WORDS
    assert listed.transcribe(np.zeros(SAMPLE_RATE_HZ, np.float32)).text == ""


def test_words_of_the_same_phones_are_told_apart_by_their_tones() -> None:
    ranked = [("北京", -3.0), ("背景", -3.0), ("识别", -9.0)]
    tones = {word.text: word.tones[0] for word in pronounced(["北京", "背景", "识别"])}
    levels = {"北京": [2, 1, 1, 5, 5, 5], "背景": [5, 3, 1, 2, 1, 3]}  # of Chao's five, a third of an octave apart each
    for text, wanted in levels.items():
        octaves = np.interp(np.linspace(0, 1, SAMPLE_RATE_HZ), np.linspace(0, 1, len(wanted)), wanted) / 5
        phase = 2 * np.pi * np.cumsum(110 * 2**octaves) / SAMPLE_RATE_HZ
        voice = np.sum([np.sin(harmonic * phase) / harmonic for harmonic in range(1, 6)], axis=0).astype(np.float32)
        found = by_tone(ranked, tones, voice)
        assert found[0] == (text, -3.0)
        assert ("识别", -9.0) in found
    assert by_tone(ranked, {}, voice) == ranked
    assert by_tone(ranked[1:], tones, voice) == ranked[1:]


@needs_bundled
def test_words_that_no_model_can_tell_are_refused() -> None:
    recogniser = WhisperRecogniser(bundled_folder())
    with pytest.raises(HotWordError, match="甲"):
        ClosedList(recogniser, [HotWord("甲", (("nowhere",),))])
    with pytest.raises(HotWordError, match="a word or more"):
        ClosedList(recogniser, [])
