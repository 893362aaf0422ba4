"""What the caller's own set does to the sound: the microphone's colour, its overload, automatic gain."""

from __future__ import annotations

import numpy as np

from synth_data.augmentation.levels import RATE_HZ, Samples
from synth_data.augmentation.libraries import transformed

_FRAME = RATE_HZ // 100
AGC_TARGET_DB = -22.0
"""Where mobile phones level speech to, dBFS (3GPP TS 26.131 asks for about that)."""
AGC_RANGE_DB = 18.0
_RISE_DB_S = 12.0
_FALL_DB_S = 120.0


def coloured(samples: Samples, low_db: float, high_db: float) -> Samples:
    """Shelves: what is below 300 Hz and above 2.5 kHz louder or softer by so much (audiomentations)."""
    shelves = (("LowShelfFilter", 300.0, low_db), ("HighShelfFilter", 2500.0, high_db))
    for transform, centre_hz, gain_db in shelves:
        samples = transformed(samples, transform, {}, center_freq=centre_hz, gain_db=gain_db, q_factor=0.5)
    return samples


def clipped(samples: Samples, percent: int) -> Samples:
    """The highest and lowest `percent` of the samples cut off at one level each, as by an overload (audiomentations)."""
    return transformed(samples, "ClippingDistortion", {}, percentile_threshold=2 * percent)


def levelled(samples: Samples) -> Samples:
    """Automatic gain: what is loud falls fast to AGC_TARGET_DB, what is soft rises slowly, by up to AGC_RANGE_DB; so does noise
    in the pauses."""
    frames = -(-len(samples) // _FRAME)
    padded = np.pad(samples, (0, frames * _FRAME - len(samples))).reshape(frames, _FRAME)
    level_db = 10 * np.log10(np.mean(padded**2, axis=1) + 1e-10)
    wanted_db = np.clip(AGC_TARGET_DB - level_db, -AGC_RANGE_DB, AGC_RANGE_DB).tolist()
    gain_db = np.empty(frames, np.float32)
    present = 0.0
    rise, fall = _RISE_DB_S * _FRAME / RATE_HZ, _FALL_DB_S * _FRAME / RATE_HZ
    for number, wanted in enumerate(wanted_db):
        present += min(max(wanted - present, -fall), rise)
        gain_db[number] = present
    smooth_db = np.interp(np.arange(len(samples)), (np.arange(frames) + 0.5) * _FRAME, gain_db)
    return np.clip(samples * 10 ** (smooth_db / 20), -1.0, 1.0).astype(np.float32)
