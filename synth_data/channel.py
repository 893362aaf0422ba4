"""The telephone: band-pass, 8 kHz and G.711, as a caller's voice reaches the bot."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import signal

Samples = NDArray[np.float32]

RATE_HZ = 16_000
LINE_HZ = 8_000
BAND_HZ = (300.0, 3400.0)
"""ITU-T G.712: the band of a telephone line."""
MU = 255.0
A = 87.6


def telephone(samples: Samples, rng: np.random.Generator) -> tuple[Samples, str]:
    """Pass 16 kHz audio through a line: 300-3400 Hz, 8 kHz, mu-law or A-law by `rng`. Returns 16 kHz audio and the law's name."""
    line = signal.resample_poly(signal.sosfiltfilt(_band(), samples), 1, 2)
    law = "mulaw" if rng.random() < 0.5 else "alaw"
    coded = mu_law(line) if law == "mulaw" else a_law(line)
    back = signal.sosfiltfilt(_band(), signal.resample_poly(coded, 2, 1))[: len(samples)]
    return np.clip(back, -1.0, 1.0).astype(np.float32), law


def mu_law(samples: NDArray[np.floating]) -> NDArray[np.float64]:
    """Quantise to the 256 levels of G.711 mu-law (continuous form) and back."""
    clipped = np.clip(samples.astype(np.float64), -1.0, 1.0)
    levels = np.round(np.sign(clipped) * np.log1p(MU * np.abs(clipped)) / np.log1p(MU) * 127) / 127
    expanded: NDArray[np.float64] = np.sign(levels) * np.expm1(np.abs(levels) * np.log1p(MU)) / MU
    return expanded


def a_law(samples: NDArray[np.floating]) -> NDArray[np.float64]:
    """Quantise to the 256 levels of G.711 A-law (continuous form) and back."""
    clipped = np.clip(samples.astype(np.float64), -1.0, 1.0)
    size = np.abs(clipped)
    small = size < 1 / A
    logarithmic = 1 + np.log(np.maximum(A * size, 1.0))
    levels = np.round(np.where(small, A * size, logarithmic) / (1 + np.log(A)) * 127) / 127
    expanded: NDArray[np.float64] = levels * (1 + np.log(A))
    linear = np.where(expanded < 1, expanded / A, np.exp(expanded - 1) / A)
    restored: NDArray[np.float64] = np.sign(clipped) * linear
    return restored


@cache
def _band() -> NDArray[np.float64]:
    sections: NDArray[np.float64] = signal.butter(4, BAND_HZ, "bandpass", fs=RATE_HZ, output="sos")
    return sections
