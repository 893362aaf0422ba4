from pathlib import Path

import pytest

from asr.conditions import line_kind, noise_level, voice_kind
from asr.manifest import Clip


def clip(*done: str) -> Clip:
    return Clip(Path("1.flac"), "好", "cmn", "m1", 1.0, augment=done)


@pytest.mark.parametrize(
    ("done", "band"),
    [
        ((), "no noise"),
        (("peak:-11dB", "telephone:alaw"), "no noise"),
        (("white:12dB",), "10-15 dB"),
        (("pink:10dB", "peak:-3dB"), "10-15 dB"),
        (("babble:2.5dB", "pink:17dB"), "under 5 dB"),
        (("white:27dB",), "20 dB and over"),
    ],
)
def test_the_noise_of_a_clip_is_told_in_bands(done: tuple[str, ...], band: str) -> None:
    assert noise_level(clip(*done)) == band


def test_what_a_manifest_does_not_tell_is_not_made_up() -> None:
    real = Clip(Path("1.flac"), "好", "yue", "王女士", 1.0)
    assert {noise_level(real), line_kind(real), voice_kind(real)} == {"not told"}


def test_a_telephone_is_told_from_a_wide_band() -> None:
    assert line_kind(clip("telephone:mulaw")) == "telephone"
    assert line_kind(clip("white:12dB")) == "wide band"
