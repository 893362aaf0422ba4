"""Samples and how loud they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from asr.transcript import SAMPLE_RATE_HZ, Samples

__all__ = ["RATE_HZ", "Samples", "add_noise", "at_peak", "at_rms", "rms"]

RATE_HZ = SAMPLE_RATE_HZ
"""The rate of everything in this package, where a name doesn't say otherwise."""


def rms(samples: NDArray[np.floating]) -> float:
    """Root mean square; 0 for no samples."""
    if len(samples) == 0:
        return 0.0
    return float(np.sqrt(np.vdot(samples, samples) / len(samples)))


def at_rms(samples: Samples, level: float) -> Samples:
    """Scaled to a root mean square of `level`; silence stays as it is."""
    present = rms(samples)
    return samples if present == 0.0 else (samples * np.float32(level / present)).astype(np.float32, copy=False)


def at_peak(samples: Samples, peak_db: float) -> Samples:
    """Scaled so that the loudest sample is `peak_db` under full scale."""
    peak = float(np.abs(samples).max()) if len(samples) else 0.0
    factor = np.float32(10 ** (peak_db / 20) / peak) if peak else np.float32(1)
    return (samples * factor).astype(np.float32, copy=False)


def add_noise(samples: Samples, disturbance: Samples, snr_db: float) -> Samples:
    """Mix so that the power of speech over that of noise, both over the whole clip and band, is `snr_db`. Silence stays so."""
    speech, level = rms(samples), rms(disturbance)
    if speech == 0.0 or level == 0.0:
        return samples
    return np.asarray(samples + disturbance * np.float32(speech / level / 10 ** (snr_db / 20)), np.float32)
