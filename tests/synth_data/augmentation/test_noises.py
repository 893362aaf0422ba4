from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from synth_data.augmentation import RATE_HZ, Samples, babble_from, noise
from synth_data.augmentation.levels import add_noise, at_peak, at_rms, rms
from synth_data.augmentation.noises import NOISES


def power_db(samples: Samples, low_hz: float, high_hz: float) -> float:
    power = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    return float(10 * np.log10(power[(hz >= low_hz) & (hz < high_hz)].mean()))


@pytest.mark.parametrize("snr_db", [-5.0, 10.0, 25.0])
@pytest.mark.parametrize("kind", [*NOISES, "babble"])
def test_noise_comes_at_the_ratio_asked_for(speech: Samples, kind: str, snr_db: float) -> None:
    disturbance = noise(kind, len(speech), np.random.default_rng(3), (speech[::-1].copy(), speech))
    assert disturbance.dtype == np.float32
    mixed = add_noise(speech, disturbance, snr_db)
    assert 20 * np.log10(rms(speech) / rms(mixed - speech)) == pytest.approx(snr_db, abs=0.1)


def test_pink_noise_loses_3_db_an_octave_and_white_none() -> None:
    for kind, lost_db in (("pink", 3.0), ("white", 0.0)):
        sound = noise(kind, 1 << 17, np.random.default_rng(1))
        octaves = [power_db(sound, low, 2 * low) for low in (250, 500, 1000, 2000)]
        assert np.diff(octaves) == pytest.approx([-lost_db] * 3, abs=0.6)


def test_a_street_rumbles_and_swells_and_mains_hum_at_50_hz() -> None:
    street = noise("street", RATE_HZ * 20, np.random.default_rng(2))
    assert power_db(street, 50, 200) > power_db(street, 2000, 4000) + 15
    seconds = street.reshape(20, -1)
    loudness_db = 20 * np.log10(np.sqrt((seconds**2).mean(axis=1)))
    assert np.ptp(loudness_db) > 6
    hum = noise("hum", RATE_HZ * 4, np.random.default_rng(2))
    assert power_db(hum, 49, 51) > power_db(hum, 60, 90) + 20


def test_noise_of_silence_and_silence_as_noise_change_nothing() -> None:
    silence, hiss = np.zeros(1000, np.float32), np.ones(1000, np.float32)
    assert not add_noise(silence, hiss, 10.0).any()
    assert add_noise(hiss, silence, 10.0) is hiss
    assert not at_peak(silence, -3.0).any()
    assert not at_rms(silence, 0.1).any()


def test_babble_is_made_of_recordings_drawn_by_the_seed(tmp_path: Path, speech: Samples) -> None:
    files = []
    for number in range(6):
        files.append(tmp_path / f"{number}.flac")
        soundfile.write(files[-1], np.roll(speech, 1000 * number), RATE_HZ)
    first, again, others = babble_from(files, 3, 1), babble_from(files, 3, 1), babble_from(files, 3, 2)
    assert len(first) == 3
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    assert not all(np.array_equal(one, other) for one, other in zip(first, others, strict=True))
    assert rms(first[0]) == pytest.approx(0.1, rel=0.01)
