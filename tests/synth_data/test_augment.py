"""Augmentation does what it says."""

from __future__ import annotations

import numpy as np
import pytest

from synth_data.augment import Augment, add_noise, change_speed, in_room, noise, nothing_said, rms
from synth_data.channel import RATE_HZ, Samples, a_law, mu_law, telephone
from synth_data.voices import DialectVoice


@pytest.fixture(scope="module")
def speech() -> Samples:
    import soxr

    voice = DialectVoice()
    spoken = voice.synthesize("我想要四核八G的云服务器")
    voice.close()
    return np.asarray(soxr.resample(spoken.samples, spoken.rate_hz, RATE_HZ), np.float32)


def power_above(samples: Samples, hz: float) -> float:
    """Share of the power above a frequency."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    return float(power[np.fft.rfftfreq(len(samples), 1 / RATE_HZ) > hz].sum() / power.sum())


def test_the_telephone_leaves_nothing_above_its_band(speech: Samples) -> None:
    assert power_above(speech, 3700) > 1e-3
    for seed in range(4):
        heard, law = telephone(speech, np.random.default_rng(seed))
        assert law in {"mulaw", "alaw"}
        assert len(heard) == len(speech)
        assert power_above(heard, 3700) < 1e-4


def test_both_laws_keep_speech_within_telephone_quality(speech: Samples) -> None:
    for law in (mu_law, a_law):
        error = law(speech) - speech
        assert 20 * np.log10(rms(speech) / rms(error)) > 30


@pytest.mark.parametrize("snr_db", [0.0, 10.0, 25.0])
@pytest.mark.parametrize("kind", ["white", "pink", "babble"])
def test_noise_comes_at_the_ratio_asked_for(speech: Samples, kind: str, snr_db: float) -> None:
    rng = np.random.default_rng(3)
    mixed = add_noise(speech, noise(kind, len(speech), rng, (speech[::-1].copy(), speech)), snr_db)
    assert 20 * np.log10(rms(speech) / rms(mixed - speech)) == pytest.approx(snr_db, abs=0.1)


def test_pink_noise_loses_3_db_an_octave() -> None:
    sound = noise("pink", 1 << 16, np.random.default_rng(1))
    power = np.abs(np.fft.rfft(sound)) ** 2
    octaves = [power[low : 2 * low].mean() for low in (512, 1024, 2048, 4096)]
    assert np.diff(10 * np.log10(octaves)) == pytest.approx([-3.0, -3.0, -3.0], abs=0.5)


def test_speed_changes_the_length_and_a_room_does_not_change_the_loudness(speech: Samples) -> None:
    assert len(change_speed(speech, 1.25)) == pytest.approx(len(speech) / 1.25, abs=1)
    wet = in_room(speech, 0.3, np.random.default_rng(1))
    assert len(wet) == len(speech)
    assert rms(wet) == pytest.approx(rms(speech), rel=0.01)


def test_augmentation_says_what_it_did_and_repeats_with_the_seed(speech: Samples) -> None:
    always = Augment(speed=1, room=1, noise=1, telephone=1)
    first, done = always(speech, np.random.default_rng(5))
    second, again = always(speech, np.random.default_rng(5))
    assert done == again
    assert [what.split(":")[0] for what in done[:2]] == ["speed", "room"]
    assert done[-1].startswith("telephone:")
    np.testing.assert_array_equal(first, second)
    assert first.dtype == np.float32
    assert np.abs(first).max() <= 1.0


def test_nothing_said_has_the_length_asked_for() -> None:
    kinds = set()
    for seed in range(20):
        samples, kind = nothing_said(1.5, np.random.default_rng(seed))
        kinds.add(kind)
        assert samples.shape == (24_000,)
        assert np.abs(samples).max() < 1.0
    assert kinds == {"silence", "white", "pink", "music"}
