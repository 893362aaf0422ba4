"""Clips in which nobody speaks: what a recogniser must hear nothing in."""

from __future__ import annotations

import numpy as np

from synth_data.augmentation.levels import RATE_HZ, Samples, at_rms
from synth_data.augmentation.noises import noise
from synth_data.augmentation.tones import call_tone, dtmf, hold_music

KINDS = ("silence", "white", "pink", "street", "hum", "music", "dtmf", "ringback", "engaged")
_SHARES = np.array([4, 3, 4, 3, 2, 4, 1, 1, 1], float)


def nothing_said(duration_s: float, rng: np.random.Generator) -> tuple[Samples, str]:
    """A clip without speech at -70 to -25 dBFS (tones and music up to -15). Returns it with its name, one of KINDS."""
    kind = KINDS[int(rng.choice(len(KINDS), p=_SHARES / _SHARES.sum()))]
    return nothing(kind, duration_s, rng), kind


def nothing(kind: str, duration_s: float, rng: np.random.Generator) -> Samples:
    """A clip of one of KINDS."""
    length = int(duration_s * RATE_HZ)
    if kind == "silence":
        return np.zeros(length, np.float32)
    loudest_db = -15 if kind in ("music", "dtmf", "ringback", "engaged") else -25
    level = 10 ** (float(rng.uniform(-70, loudest_db)) / 20)
    return at_rms(_sound(kind, length, rng), level)


def _sound(kind: str, length: int, rng: np.random.Generator) -> Samples:
    match kind:
        case "music":
            return hold_music(length, rng)
        case "dtmf":
            keys = "".join(rng.choice(list("0123456789*#"), size=int(rng.integers(1, 12))))
            pressed = dtmf(keys)[:length]
            return np.pad(pressed, (0, length - len(pressed)))
        case "ringback":
            return call_tone(length, 1.0, 4.0)
        case "engaged":
            return call_tone(length, 0.35, 0.35)
        case _:
            return noise(kind, length, rng)
