"""Tones of the telephone network."""

from __future__ import annotations

import numpy as np

from deploy.media.transport import Sound

BUSY_HZ = 450
BUSY_S = 0.35
"""On and off, as China's network has it (GB/T 3380; ITU-T E.180 supplement 2)."""


def busy_tone(rate_hz: int, bursts: int = 3) -> Sound:
    """Two seconds of 'engaged'."""
    times = np.arange(int(BUSY_S * rate_hz)) / rate_hz
    burst = 0.2 * np.sin(2 * np.pi * BUSY_HZ * times)
    return np.tile(np.concatenate([burst, np.zeros_like(burst)]), bursts).astype(np.float32)
