"""Recordings to units: silence trimmed, pitch marked, words cut into their syllables."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from asr.pitch import HOP, Pitch, pitch_of
from synth_data.augmentation.levels import RATE_HZ, Samples
from synth_data.voices.banks.marks import marks_of, voiced_stretches
from synth_data.voices.banks.units import FULL_SCALE, Piece, Unit

NOISE_DB = 7.0
"""What is not this much over the edges of a recording is its room, not its speaker."""
QUIETEST_DB, LOUDEST_DB = -45.0, -24.0
"""Bounds of the threshold under the loudest frame: the f and s of close recordings lie 20-25 dB under the vowels."""
EDGE = 10
"""Frames (50 ms) at either end in which nobody speaks yet."""
CLOSURE, BREATH = 32, 8
"""Frames (160 ms) of quiet that don't part a word: the closure of a stop. Within a syllable 40 ms part speech from a click."""
LONGEST_ONSET = 44
"""Frames (220 ms) before the voice of a recording: longer ones hold breath."""
MARGIN = 2
"""Frames kept on either side of what was heard."""
CORE_DB = -20.0
"""The voiced core of a syllable is what is voiced and within this of its loudest frame; the rest is onset and decay."""


def trimmed(samples: Samples, syllables: int = 1) -> Samples:
    """Without silence and the noise of the room before and after: what hangs together with the loudest frame."""
    sharp = np.append(samples[:1], samples[1:] - np.float32(0.7) * samples[:-1])  # lifts fricatives over the hum of a room
    level = np.convolve(frame_db(sharp), np.full(4, 0.25), "same")
    if len(level) < 3 * EDGE:
        return samples
    edges = float(np.median(np.concatenate([level[2:EDGE], level[-EDGE:-2]])))
    peak = float(level.max())
    heard = np.flatnonzero(level > min(max(edges + NOISE_DB, peak + QUIETEST_DB), peak + LOUDEST_DB))
    groups = np.split(heard, np.flatnonzero(np.diff(heard) > (CLOSURE if syllables > 1 else BREATH)) + 1)
    group = next(group for group in groups if int(level.argmax()) in group)
    first, last = max(int(group[0]) - MARGIN, 0), int(group[-1]) + 1 + MARGIN
    return samples[first * HOP : last * HOP]


def frame_db(samples: Samples) -> NDArray[np.float64]:
    """The level of each frame of HOP samples, in dB of full scale."""
    frames = samples[: len(samples) // HOP * HOP].reshape(-1, HOP)
    return np.asarray(10 * np.log10(np.mean(frames.astype(np.float64) ** 2, axis=1) + 1e-10), np.float64)


def unit_of(
    samples: Samples, range_hz: tuple[float, float], reading: tuple[str, ...], contours: tuple[tuple[int, ...], ...]
) -> Unit | None:
    """A trimmed recording as a unit of as many pieces as its reading has syllables; None where no voice is found.

    Words are cut at first into equal shares of their voice; `align.align` finds the true places.
    """
    pitch = pitch_of(samples, range_hz)
    stretches = list(voiced_stretches(pitch, len(samples)))
    if not stretches:
        return None
    breath = max(stretches[0][0] // HOP - LONGEST_ONSET, 0)
    samples, pitch = samples[breath * HOP :], Pitch(pitch.hz[breath:])
    stretches = list(voiced_stretches(pitch, len(samples)))
    marks = marks_of(samples, pitch)
    if len(marks) < 4:
        return None
    first, last = stretches[0][0], stretches[-1][1]
    bounds = [0, *(first + (last - first) * part // len(reading) for part in range(1, len(reading))), len(samples)]
    pieces = cut(samples, pitch, bounds)
    voiced = np.concatenate([samples[start:stop] for start, stop in stretches])
    kept = np.round(samples * FULL_SCALE).astype(np.int16)
    return Unit(kept, marks, pieces, reading, contours, float(np.sqrt(np.mean(voiced**2))))


def cut(samples: Samples, pitch: Pitch, bounds: list[int]) -> tuple[Piece, ...]:
    """Pieces between rising bounds, each with its voiced core."""
    level = frame_db(samples)
    return tuple(_piece(level, pitch, start, end) for start, end in pairwise(bounds))


def _piece(level: NDArray[np.float64], pitch: Pitch, start: int, end: int) -> Piece:
    """The core is the loudest voiced stretch, without what is CORE_DB under its peak."""
    first, last = start // HOP, max(min(end // HOP, len(level), len(pitch.hz)), start // HOP + 1)
    power, voiced = level[first:last], pitch.voiced[first:last]
    if len(power) == 0 or not voiced.any():
        middle = (start + end) // 2
        return start, min(middle, start + RATE_HZ // 20), max(middle, end - RATE_HZ // 50), end
    peak = float(power[voiced].max())
    core = np.flatnonzero(voiced & (power > peak + CORE_DB))
    return start, start + int(core[0]) * HOP, min(start + (int(core[-1]) + 1) * HOP, end), end
