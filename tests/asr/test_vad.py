from __future__ import annotations

import numpy as np
import pytest
import soxr

from asr.transcript import SAMPLE_RATE_HZ, Samples
from asr.vad import WINDOW, VoiceActivity
from synth_data.augmentation.telephone import telephone
from synth_data.speakers import Speaker
from synth_data.voices import DialectVoice
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


@pytest.fixture(scope="module")
def faint() -> Samples:
    """A sentence as a telephone line passes it on, faintly."""
    voice = DialectVoice("cmn", Speaker("f2", 170))
    speech = voice.synthesize("那这个的年费是多少")
    voice.close()
    line, _ = telephone(soxr.resample(speech.samples, speech.rate_hz, SAMPLE_RATE_HZ), np.random.default_rng(2))
    return np.asarray(0.1 * line / np.abs(line).max(), np.float32)


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


@pytest.mark.parametrize("level", [0.0, 1e-3])
def test_a_voice_after_a_long_quiet_is_heard_as_one_after_a_short_one(faint: Samples, level: float) -> None:
    heard = []
    for quiet_s in (0.6, 25.0):
        quiet = np.zeros(int(quiet_s * SAMPLE_RATE_HZ) // WINDOW * WINDOW, np.float32)
        sound = np.concatenate([quiet, faint])
        sound += np.random.default_rng(2).normal(0.0, level, len(sound)).astype(np.float32)
        probabilities = VoiceActivity().hear(sound)[len(quiet) // WINDOW :]
        heard.append(sum(probability > 0.5 for probability in probabilities))
    assert heard[0] > 20
    assert heard[1] > 0.8 * heard[0]


def test_pieces_give_what_the_whole_gives_across_a_long_quiet(spoken: Samples) -> None:
    sound = np.concatenate([spoken, np.zeros(5 * SAMPLE_RATE_HZ, np.float32), spoken])
    ear, parts = VoiceActivity(), []
    for start in range(0, len(sound), 2900):
        parts += ear.hear(sound[start : start + 2900])
    assert parts == pytest.approx(VoiceActivity().hear(sound), abs=1e-3)


def test_calls_do_not_disturb_one_another(spoken: Samples) -> None:
    alone = VoiceActivity().hear(spoken)
    one, other, heard = VoiceActivity(), VoiceActivity(), []
    for start in range(0, len(spoken), 2048):
        heard += one.hear(spoken[start : start + 2048])
        other.hear(spoken[::-1][start : start + 2048])
    assert heard == pytest.approx(alone, abs=1e-4)
