"""The telephone: its band, its rate and its coders, as a caller's voice reaches the bot."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy import signal

from synth_data.augmentation.codecs import coded, present
from synth_data.augmentation.levels import RATE_HZ, Samples

LINE_HZ = 8_000
BAND_HZ = (300.0, 3400.0)
"""ITU-T G.712: the band of a telephone line."""
G711: Mapping[str, float] = {"mulaw": 0.5, "alaw": 0.5}
MOBILE: Mapping[str, float] = {"gsm": 0.7, "amr": 0.3}


def lines(mobile: float) -> Mapping[str, float]:
    """Shares of the coders where `mobile` of the calls come through one of a mobile network, the others by G.711 all the way."""
    shares = {name: share * (1 - mobile) for name, share in G711.items()} | {
        name: share * mobile for name, share in MOBILE.items()
    }
    return {name: share for name, share in shares.items() if share}


def telephone(samples: Samples, rng: np.random.Generator, shares: Mapping[str, float] = G711) -> tuple[Samples, str]:
    """16 kHz audio through a line: 300-3400 Hz, 8 kHz, one of the coders by `rng`. Returns 16 kHz audio and the coder's name."""
    name = _drawn(shares, rng)
    line = signal.sosfilt(_band(), soxr.resample(samples, RATE_HZ, LINE_HZ, "MQ")).astype(np.float32)
    back = soxr.resample(coded(line, name), LINE_HZ, RATE_HZ, "MQ")
    return np.clip(_fitted(back, len(samples)), -1.0, 1.0).astype(np.float32), name


def _drawn(shares: Mapping[str, float], rng: np.random.Generator) -> str:
    """A coder that is present; one draw whichever are, so that all that follows is the same on every machine."""
    point = rng.random()
    names = list(shares) if shares.keys() <= G711.keys() else [name for name in shares if name in present()]
    bounds = np.cumsum([shares[name] for name in names])
    return names[int(np.searchsorted(bounds, point * bounds[-1], side="right"))]


def _fitted(samples: Samples, length: int) -> Samples:
    return np.pad(samples[:length], (0, max(0, length - len(samples))))


@cache
def _band() -> NDArray[np.float64]:
    sections: NDArray[np.float64] = signal.butter(6, BAND_HZ, "bandpass", fs=LINE_HZ, output="sos")
    return sections
