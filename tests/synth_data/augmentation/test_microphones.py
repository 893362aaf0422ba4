from __future__ import annotations

import numpy as np
import pytest

from synth_data.augmentation import RATE_HZ, Samples
from synth_data.augmentation.levels import at_rms, rms
from synth_data.augmentation.microphones import AGC_TARGET_DB, clipped, coloured, levelled
from synth_data.augmentation.speeds import change_speed, change_tempo


def pitch_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * RATE_HZ / len(samples))


def tone(hz: float, duration_s: float = 1.0) -> Samples:
    return np.sin(2 * np.pi * hz * np.arange(int(duration_s * RATE_HZ)) / RATE_HZ).astype(np.float32)


@pytest.mark.parametrize("factor", [0.8, 1.13, 1.25])
def test_speed_moves_the_pitch_and_tempo_leaves_it(factor: float) -> None:
    faster, hurried = change_speed(tone(300), factor), change_tempo(tone(300), factor)
    assert len(faster) == pytest.approx(RATE_HZ / factor, abs=2)
    assert len(hurried) == pytest.approx(RATE_HZ / factor, rel=0.01)
    assert pitch_hz(faster) == pytest.approx(300 * factor, rel=0.01)
    assert pitch_hz(hurried) == pytest.approx(300, rel=0.01)
    assert faster.dtype == hurried.dtype == np.float32


def test_a_microphone_colours_both_ends_of_the_band() -> None:
    low, middle, high = tone(80), tone(1000), tone(6000)
    gains = [20 * np.log10(rms(coloured(sound, -6.0, 6.0)) / rms(sound)) for sound in (low, middle, high)]
    assert gains[0] == pytest.approx(-6, abs=2)
    assert gains[1] == pytest.approx(0, abs=2)
    assert gains[2] == pytest.approx(6, abs=2)


def test_clipping_flattens_the_share_asked_for(speech: Samples) -> None:
    flat = clipped(speech, 2)
    assert flat.shape == speech.shape
    assert np.mean((flat == flat.max()) | (flat == flat.min())) == pytest.approx(0.04, abs=0.005)
    assert np.abs(flat).max() < np.abs(speech).max()


def test_gain_control_brings_soft_and_loud_together() -> None:
    rng = np.random.default_rng(1)
    steady = rng.standard_normal(RATE_HZ * 4).astype(np.float32)
    ends_db = []
    for level in (0.02, 0.3):
        ends_db.append(20 * np.log10(rms(levelled(at_rms(steady, level))[-RATE_HZ:])))
    assert ends_db == pytest.approx([AGC_TARGET_DB, AGC_TARGET_DB], abs=1.0)
