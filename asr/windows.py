"""Where a turn may be cut: levels, pauses, and windows that fit a model."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from asr.transcript import SAMPLE_RATE_HZ, Samples

SHORTEST_S = 0.12
"""Less than this cannot hold a syllable."""
QUIETEST_DBFS = -60.0
"""The loudest 30 ms of a turn must reach this level; line noise of a telephone lies at -65 to -70 dBFS."""
_FRAME = int(0.03 * SAMPLE_RATE_HZ)
_PAUSE_FRAMES = 5  # 150 ms: longer than the closure of a stop, shorter than the breath at a comma
_PAUSE_DB = 15.0  # under the turn's loudest frame; telephone noise at 10 dB SNR still leaves its pauses there or just above
_FLOOR_DB = 3.0


def has_sound(samples: Samples) -> bool:
    """Whether a turn is long enough and anywhere loud enough to hold speech."""
    return len(samples) >= SHORTEST_S * SAMPLE_RATE_HZ and float(levels_db(samples).max()) > QUIETEST_DBFS


def levels_db(samples: Samples) -> NDArray[np.float64]:
    """Level of each 30 ms in dBFS, (len // 480,); at least one."""
    whole = max(_FRAME, len(samples) // _FRAME * _FRAME)
    padded = np.pad(samples, (0, max(0, whole - len(samples))))[:whole]
    power: NDArray[np.float64] = np.square(padded.reshape(-1, _FRAME), dtype=np.float64).mean(axis=1)
    return 10 * np.log10(power + 1e-12)


def cut(samples: Samples, preferred: int, longest: int) -> list[Samples]:
    """Windows of about `preferred` samples, cut in pauses, and of at most `longest`, cut at the quietest place without one."""
    windows: list[Samples] = []
    rest = samples
    while len(rest) > preferred:
        at = _pause(rest, preferred // 3, longest)
        if at is None and len(rest) > longest:
            at = _quietest(rest, longest * 2 // 3, longest)
        if at is None:
            break
        windows.append(rest[:at])
        rest = rest[at:]
    return [*windows, rest]


def _pause(samples: Samples, earliest: int, latest: int) -> int | None:
    """The middle of the first real pause after `earliest`; none when speech goes on, or when almost nothing follows."""
    levels = levels_db(samples)
    smooth = np.convolve(levels, np.ones(_PAUSE_FRAMES) / _PAUSE_FRAMES, mode="valid")
    limit = min(float(levels.max()) - _PAUSE_DB, float(np.quantile(levels, 0.1)) + _FLOOR_DB)
    first, last = earliest // _FRAME, min(latest, len(samples) - SAMPLE_RATE_HZ // 2) // _FRAME - _PAUSE_FRAMES
    quiet = np.flatnonzero(smooth[first : max(first, last)] <= limit)
    if len(quiet) == 0:
        return None
    run = int(np.argmax(np.diff(quiet, append=quiet[-1] + 2) > 1))
    return (first + int(quiet[run // 2]) + _PAUSE_FRAMES // 2) * _FRAME


def _quietest(samples: Samples, earliest: int, latest: int) -> int:
    first = math.ceil(earliest / _FRAME)
    return (first + int(levels_db(samples)[first : latest // _FRAME].argmin())) * _FRAME + _FRAME // 2
