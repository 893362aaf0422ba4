import numpy as np
import pytest

from asr.transcript import SAMPLE_RATE_HZ, Samples
from asr.windows import cut, has_sound


def noise(seconds: float, level: float) -> Samples:
    return np.random.default_rng(3).normal(0, level, int(seconds * SAMPLE_RATE_HZ)).astype(np.float32)


@pytest.mark.parametrize(
    "samples", [np.zeros(0, np.float32), np.zeros(100, np.float32), np.zeros(32_000, np.float32), noise(2, 1e-4)]
)
def test_silence_has_no_sound(samples: Samples) -> None:
    assert not has_sound(samples)


def test_a_short_word_in_a_long_silence_has_sound() -> None:
    samples = np.zeros(48_000, np.float32)
    samples[20_000:22_000] = noise(0.125, 0.05)
    assert has_sound(samples)


def test_a_long_turn_is_cut_in_its_pauses_and_nothing_is_lost() -> None:
    clauses = (noise(2, 0.1), noise(0.3, 0.001), noise(2.5, 0.1), noise(0.3, 0.001), noise(1.5, 0.1))
    samples = np.concatenate(clauses)
    windows = cut(samples, 4 * SAMPLE_RATE_HZ, 10 * SAMPLE_RATE_HZ)
    assert np.array_equal(np.concatenate(windows), samples)
    assert [len(window) / SAMPLE_RATE_HZ for window in windows] == pytest.approx([2.15, 2.8, 1.65], abs=0.12)


def test_a_short_turn_is_left_whole_and_one_without_pauses_is_cut_at_the_limit_only() -> None:
    assert len(cut(noise(3, 0.1), 4 * SAMPLE_RATE_HZ, 10 * SAMPLE_RATE_HZ)) == 1
    assert len(cut(noise(8, 0.1), 4 * SAMPLE_RATE_HZ, 10 * SAMPLE_RATE_HZ)) == 1
    windows = cut(noise(25, 0.1), 4 * SAMPLE_RATE_HZ, 10 * SAMPLE_RATE_HZ)
    assert len(windows) >= 3
    assert all(len(window) <= 10 * SAMPLE_RATE_HZ for window in windows)
    assert sum(map(len, windows)) == 25 * SAMPLE_RATE_HZ
