from __future__ import annotations

import numpy as np
import pytest
import soxr

from asr.transcript import SAMPLE_RATE_HZ, Samples
from asr.vad import WINDOW, VoiceActivity
from synth_data.voices.espeak import EspeakEngine, EspeakOptions


@pytest.fixture(scope="module")
def spoken() -> Samples:
    """One second of faint noise, a sentence, one second of faint noise."""
    engine = EspeakEngine()
    speech = engine.speak("那这个的年费是多少", EspeakOptions())
    engine.close()
    voice = soxr.resample(speech.samples, speech.rate_hz, SAMPLE_RATE_HZ)
    noise = np.random.default_rng(1).normal(0.0, 1e-4, (2, SAMPLE_RATE_HZ)).astype(np.float32)
    return np.concatenate([noise[0], voice, noise[1]])


def test_speech_is_told_from_silence(spoken: Samples) -> None:
    probabilities = np.array(VoiceActivity().hear(spoken))
    second = SAMPLE_RATE_HZ // WINDOW
    assert probabilities[: second - 1].max() < 0.3
    assert probabilities[second + 2 : -second - 2].mean() > 0.8
    assert probabilities[-second + 4 :].max() < 0.3


def test_pieces_of_any_length_give_what_the_whole_gives(spoken: Samples) -> None:
    ear, parts = VoiceActivity(), []
    for start in range(0, len(spoken), 317):
        parts += ear.hear(spoken[start : start + 317])
    assert parts == pytest.approx(VoiceActivity().hear(spoken), abs=1e-4)


def test_calls_do_not_disturb_one_another(spoken: Samples) -> None:
    alone = VoiceActivity().hear(spoken)
    one, other, heard = VoiceActivity(), VoiceActivity(), []
    for start in range(0, len(spoken), 2048):
        heard += one.hear(spoken[start : start + 2048])
        other.hear(spoken[::-1][start : start + 2048])
    assert heard == pytest.approx(alone, abs=1e-4)
