"""Pitch marks: one sample a period, at its peak, where PSOLA takes its grains."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from asr.pitch import HOP, Pitch
from synth_data.augmentation.levels import RATE_HZ, Samples

BRIDGE = 4
"""Frames without voice (20 ms) that don't break a voiced stretch: creak in a third tone."""
SHORTEST = 5
"""Frames (25 ms): shorter voiced stretches are noise that happened to repeat."""
STRAY = 0.25
"""How far from the expected period a peak is looked for, as a share of the period."""

Marks = NDArray[np.int32]


def marks_of(samples: Samples, pitch: Pitch) -> Marks:
    """Rising sample numbers, one a period, in the voiced stretches only."""
    smooth = np.convolve(samples, np.hanning(9) / np.hanning(9).sum(), "same")
    if -smooth.min(initial=0.0) > smooth.max(initial=0.0):  # the stronger side of the wave is the steadier one
        smooth = -smooth
    period = _periods(pitch, len(samples))
    found = [mark for first, last in voiced_stretches(pitch, len(samples)) for mark in _stretch(smooth, period, first, last)]
    return np.asarray(found, np.int32)


def voiced_stretches(pitch: Pitch, length: int) -> Iterator[tuple[int, int]]:
    """First and last sample of each voiced stretch, short gaps bridged and short stretches left out."""
    at = np.flatnonzero(pitch.voiced)
    if len(at) == 0:
        return
    for run in np.split(at, np.flatnonzero(np.diff(at) > BRIDGE) + 1):
        if len(run) >= SHORTEST:
            yield int(run[0]) * HOP, min(int(run[-1]) * HOP, length - 1)


def _periods(pitch: Pitch, length: int) -> NDArray[np.float64]:
    """Samples a period at each sample, gaps filled from the voice beside them."""
    voiced = np.flatnonzero(pitch.voiced)
    if len(voiced) == 0:
        return np.zeros(length)
    return np.asarray(np.interp(np.arange(length), voiced * HOP, RATE_HZ / pitch.hz[voiced]), np.float64)


def _stretch(wave: NDArray[np.floating], period: NDArray[np.float64], first: int, last: int) -> list[int]:
    start = first + int(wave[first : last + 1].argmax())
    forward = _walk(wave, period, (start, last), 1)
    backward = _walk(wave, period, (start, first), -1)
    return [*reversed(backward), start, *forward]


def _walk(wave: NDArray[np.floating], period: NDArray[np.float64], way: tuple[int, int], step: int) -> list[int]:
    """Peak after peak from way[0] towards way[1]; a peak at the expected distance is preferred."""
    at, end = way
    marks: list[int] = []
    while True:
        length = period[at]
        near, far = round(length * (1 - STRAY)), round(length * (1 + STRAY))
        places = at + step * np.arange(near, far + 1)
        places = places[(places >= min(way)) & (places <= max(way))] if step * (end - at) > 0 else places[:0]
        if len(places) == 0:
            return marks
        closeness = 1 - (np.abs(places - at) / length - 1) ** 2 / (2 * STRAY) ** 2
        heard = wave[places] - min(0.0, float(wave[places].min()))
        at = int(places[int((heard * closeness).argmax())])
        marks.append(at)
