import numpy as np
import pytest

from asr.tones import likeness
from asr.transcript import SAMPLE_RATE_HZ, Samples


def said(levels: list[float], base_hz: float, seconds: float = 0.6) -> Samples:
    """A buzz whose pitch moves through Chao levels, a fifth of an octave each, above `base_hz`."""
    count = int(seconds * SAMPLE_RATE_HZ)
    octaves = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(levels)), levels) / 5
    phase = 2 * np.pi * np.cumsum(base_hz * 2**octaves) / SAMPLE_RATE_HZ
    return np.sum([np.sin(harmonic * phase) / harmonic for harmonic in range(1, 6)], axis=0).astype(np.float32)


@pytest.mark.parametrize("base_hz", [90, 180])
def test_a_melody_is_like_its_own_tones_in_any_voice(base_hz: float) -> None:
    rising, falling = said([3, 4, 5], base_hz), said([5, 3, 1], base_hz)
    assert likeness(rising, [(3, 5)]) > 0.9
    assert likeness(falling, [(5, 1)]) > 0.9
    assert likeness(rising, [(5, 1)]) < -0.9


def test_level_tones_and_silence_tell_nothing() -> None:
    assert likeness(said([3, 4, 5], 120), [(5, 5), (5,)]) == 0.0
    assert likeness(said([3, 4, 5], 120), []) == 0.0
    assert likeness(np.zeros(SAMPLE_RATE_HZ, np.float32), [(3, 5)]) == 0.0
    assert likeness(np.zeros(10, np.float32), [(3, 5)]) == 0.0
