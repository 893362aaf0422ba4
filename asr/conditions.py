"""Under what conditions a clip was recorded, read from what its manifest says was done to it."""

from __future__ import annotations

import re

from asr.manifest import Clip

QUIET = "no noise"
UNKNOWN = "not told"
_NOISE = re.compile(r"^(?!peak\b)[\w-]+:(-?\d+(?:\.\d+)?)dB$")
_STEPS_DB = (5, 10, 15, 20)


def noise_level(clip: Clip) -> str:
    """The band of its signal-to-noise ratio in dB: under 5, 5-10, ... 20 and over; 'no noise' where none was added.

    A manifest tells it as `"augment": ["pink:12dB", ...]`; of several noises the strongest counts. Real recordings, whose
    manifests say nothing of noise, are 'not told'.
    """
    if clip.augment is None:
        return UNKNOWN
    ratios_db = [float(found.group(1)) for done in clip.augment if (found := _NOISE.match(done))]
    if not ratios_db:
        return QUIET
    ratio_db = min(ratios_db)
    below = [step for step in _STEPS_DB if step <= ratio_db]
    above = [step for step in _STEPS_DB if step > ratio_db]
    if not below:
        return f"under {_STEPS_DB[0]} dB"
    return f"{below[-1]}-{above[0]} dB" if above else f"{_STEPS_DB[-1]} dB and over"


def line_kind(clip: Clip) -> str:
    """'telephone' or 'wide band', by what was done to the clip."""
    if clip.augment is None:
        return UNKNOWN
    return "telephone" if any(done.startswith("telephone") for done in clip.augment) else "wide band"


def voice_kind(clip: Clip) -> str:
    """What spoke: espeak, bank, http ... as the manifest's key `voice` says."""
    return clip.voice or UNKNOWN
