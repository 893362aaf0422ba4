from __future__ import annotations

import numpy as np
import pytest

from synth_data.augmentation import RATE_HZ, hold_music, nothing_said
from synth_data.augmentation.nothing import KINDS, nothing
from synth_data.augmentation.tones import DTMF_HZ, call_tone, dtmf


def strongest_hz(samples: np.ndarray, count: int) -> list[float]:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 15))
    peaks = [at for at in range(1, len(spectrum) - 1) if spectrum[at - 1] < spectrum[at] >= spectrum[at + 1]]
    loudest = sorted(peaks, key=lambda at: -spectrum[at])[:count]
    return sorted(at * RATE_HZ / (1 << 15) for at in loudest)


@pytest.mark.parametrize("key", ["1", "5", "#", "D"])
def test_a_key_is_its_two_tones(key: str) -> None:
    assert strongest_hz(dtmf(key)[: int(0.12 * RATE_HZ)], 2) == pytest.approx(DTMF_HZ[key], abs=10)


def test_ring_back_is_450_hz_one_second_on_and_four_off() -> None:
    tone = call_tone(6 * RATE_HZ, 1.0, 4.0)
    assert strongest_hz(tone[:RATE_HZ], 1) == pytest.approx([450], abs=3)
    assert not tone[RATE_HZ + 1 : 5 * RATE_HZ].any()
    assert tone[5 * RATE_HZ + 100 :].any()


def test_hold_music_has_notes_and_another_tune_with_another_seed() -> None:
    first, second = (hold_music(2 * RATE_HZ, np.random.default_rng(seed)) for seed in (1, 2))
    assert first.shape == second.shape == (2 * RATE_HZ,)
    assert first.dtype == np.float32
    power = np.sort(np.abs(np.fft.rfft(first)) ** 2)[::-1]
    assert power[:200].sum() > 0.8 * power.sum()
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.5


def test_nothing_said_has_every_kind_the_length_asked_for_and_no_full_scale() -> None:
    kinds = set()
    for seed in range(120):
        samples, kind = nothing_said(1.5, np.random.default_rng(seed))
        kinds.add(kind)
        assert samples.shape == (24_000,)
        assert samples.dtype == np.float32
        assert np.abs(samples).max() < 1.0
    assert kinds == set(KINDS)
    assert not nothing("silence", 0.5, np.random.default_rng(0)).any()
