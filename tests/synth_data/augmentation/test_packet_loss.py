from __future__ import annotations

import numpy as np
import pytest

from synth_data.augmentation import RATE_HZ, Samples
from synth_data.augmentation.levels import rms
from synth_data.augmentation.packet_loss import draw_losses, without_packets

PACKET = RATE_HZ // 50


@pytest.mark.parametrize(("share", "burst"), [(0.05, 1.0), (0.1, 2.0), (0.2, 3.0)])
def test_losses_have_the_share_and_the_bursts_asked_for(share: float, burst: float) -> None:
    lost = draw_losses(60_000, share, burst, np.random.default_rng(1))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], lost.astype(int), [0]])))
    assert lost.mean() == pytest.approx(share, rel=0.1)
    assert np.diff(edges)[::2].mean() == pytest.approx(burst, rel=0.1)


def test_without_concealment_what_is_lost_is_silent_and_the_rest_untouched(speech: Samples) -> None:
    lost = np.zeros(len(speech) // PACKET + 1, np.bool_)
    lost[[10, 11, 40]] = True
    heard = without_packets(speech, lost, concealed=False)
    silent = np.repeat(lost, PACKET)[: len(speech)]
    assert not heard[silent].any()
    np.testing.assert_array_equal(heard[~silent], speech[~silent])


def test_concealment_goes_on_with_the_pitch_and_is_silent_after_60_ms() -> None:
    time_s = np.arange(RATE_HZ) / RATE_HZ
    vowel = (0.2 * sum(np.sin(2 * np.pi * 150 * k * time_s) / k for k in range(1, 8))).astype(np.float32)
    lost = np.zeros(50, np.bool_)
    lost[20:25] = True
    heard = without_packets(vowel, lost, concealed=True)
    first = slice(20 * PACKET, 21 * PACKET)
    assert np.corrcoef(heard[first], vowel[first])[0, 1] > 0.95
    assert rms(heard[22 * PACKET : 23 * PACKET]) < 0.5 * rms(vowel[first])
    assert not heard[23 * PACKET : 25 * PACKET].any()
    np.testing.assert_array_equal(heard[25 * PACKET :], vowel[25 * PACKET :])
