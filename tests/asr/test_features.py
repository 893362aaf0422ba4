from pathlib import Path

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor

from asr.features import SHORT, MelSettings, log_mel


def test_features_are_those_of_whisper() -> None:
    sound = np.random.default_rng(1).normal(0, 0.1, 24_000).astype(np.float32)
    theirs = FeatureExtractor(feature_size=80)(sound, padding=0)
    ours = log_mel(sound)
    assert np.abs(ours - theirs[:, : ours.shape[1]]).max() < 1e-3


def test_a_long_hop_gives_half_the_frames() -> None:
    sound = np.zeros(16_000, np.float32)
    assert log_mel(sound).shape == (80, 100)
    assert log_mel(sound, SHORT).shape == (80, 50)


def test_a_click_shorter_than_a_window_still_has_features() -> None:
    assert log_mel(np.ones(10, np.float32), SHORT).shape[1] >= 1


def test_settings_travel_with_the_model(tmp_path: Path) -> None:
    SHORT.write(tmp_path)
    assert MelSettings.read(tmp_path) == SHORT
    assert MelSettings.read(tmp_path / "nowhere") == MelSettings()
