"""The chain does what its settings say, says what it did, and repeats with the seed."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from asr.conditions import QUIET, line_kind, noise_level
from asr.manifest import Clip
from dialogue.yaml_file import fill, parse
from synth_data.augmentation import Augment, AugmentationError, AugmentSettings, Samples
from synth_data.augmentation.settings import KINDS_OF_NOISE, SHARES

EVERYTHING = AugmentSettings(**dict.fromkeys(SHARES, 1.0), far=1.0)


def clip_with(done: list[str]) -> Clip:
    return Clip(Path("a.flac"), "好", "cmn", "s", 1.0, augment=tuple(done))


def test_everything_at_once_is_told_in_its_order(speech: Samples) -> None:
    heard, done = Augment(EVERYTHING, (speech[::-1].copy(),))(speech, np.random.default_rng(5))
    kinds = [what.split(":")[0] for what in done]
    assert kinds[:4] == ["speed", "tempo", "room", "far"]
    assert kinds[4] in KINDS_OF_NOISE
    assert kinds[5:] == ["microphone", "agc", "clipped", "peak", "telephone", "loss"]
    assert heard.dtype == np.float32
    assert np.abs(heard).max() <= 1.0


def test_the_same_seed_gives_the_same_clip_in_any_thread_and_after_pickling(speech: Samples) -> None:
    augment = Augment(EVERYTHING, (speech[::-1].copy(),))
    seeds = [[7, passed, clip] for passed in range(2) for clip in range(4)]
    alone = [augment(speech, np.random.default_rng(seed)) for seed in seeds]
    copy: Augment = pickle.loads(pickle.dumps(augment))
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: copy(speech, np.random.default_rng(seed)), seeds))
    for (samples, done), (again, done_again) in zip(alone, together, strict=True):
        assert done == done_again
        np.testing.assert_array_equal(samples, again)
    assert len({tuple(done) for _, done in alone}) == len(seeds)


def test_nothing_is_done_but_what_is_named(speech: Samples) -> None:
    augment = Augment(AugmentSettings.only(peak_db=(-6.0, -6.0)))
    heard, done = augment(speech, np.random.default_rng(1))
    assert done == ["peak:-6dB"]
    np.testing.assert_allclose(heard / np.abs(heard).max(), speech / np.abs(speech).max(), atol=1e-5)


def test_an_evaluations_condition_is_met_exactly(speech: Samples) -> None:
    augment = Augment(AugmentSettings.only(telephone=1, noise=1, snr_db_min=10, snr_db_max=10))
    for seed in range(5):
        heard, done = augment(speech, np.random.default_rng(seed))
        assert line_kind(clip_with(done)) == "telephone"
        assert noise_level(clip_with(done)) == "10-15 dB"
        assert len(heard) == len(speech)


@pytest.mark.parametrize("kind", KINDS_OF_NOISE)
def test_the_report_reads_every_kind_of_noise(speech: Samples, kind: str) -> None:
    settings = AugmentSettings.only(noise=1, snr_db_min=17, snr_db_max=17, noises=(kind,))
    _, done = Augment(settings, (speech,))(speech, np.random.default_rng(1))
    assert noise_level(clip_with(done)) == "15-20 dB"


def test_the_report_takes_no_other_damage_for_noise(speech: Samples) -> None:
    settings = AugmentSettings(**{**dict.fromkeys(SHARES, 1.0), "noise": 0.0})
    _, done = Augment(settings)(speech, np.random.default_rng(1))
    assert noise_level(clip_with(done)) == QUIET


def test_shares_are_those_of_the_settings(speech: Samples) -> None:
    augment = Augment(AugmentSettings.only(noise=0.5, telephone=0.25, noises=("white",)))
    done = [augment(speech[:3200], np.random.default_rng(seed))[1] for seed in range(400)]
    assert sum(any("white" in what for what in clip) for clip in done) == pytest.approx(200, abs=35)
    assert sum(any("telephone" in what for what in clip) for clip in done) == pytest.approx(100, abs=30)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"room": 1.5}, "'room' is a share from 0 to 1, got 1.5"),
        ({"rt60_s": (0.6, 0.2)}, r"'rt60_s' must be \[lowest, highest\], got \[0.6, 0.2\]"),
        ({"speed_range": (0.1, 1.0)}, "factors from 0.5 to 2"),
        ({"snr_db_min": 40.0}, r"'snr_db_min' \(40\) must not be over 'snr_db_max' \(30\)"),
        ({"noises": ("wind",)}, "'noises': wind; known are white"),
    ],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(AugmentationError, match=told):
        AugmentSettings(**wrong)  # type: ignore[arg-type]


def test_a_clip_of_no_length_comes_through() -> None:
    heard, done = Augment(EVERYTHING)(np.zeros(0, np.float32), np.random.default_rng(0))
    assert (len(heard), done) == (0, [])


def test_a_config_names_shares_and_ranges() -> None:
    node = parse("{speed: 0, rt60_s: [0.2, 0.4], noises: [pink, street]}", Path("synth.yaml"))
    filled = fill(AugmentSettings, node, "augment")
    assert (filled.speed, filled.rt60_s, filled.noises, filled.room) == (0.0, (0.2, 0.4), ("pink", "street"), 0.25)
