"""Time-domain PSOLA (Moulines and Charpentier 1990): grains of two periods, laid anew at the pitch and length that are wanted.

All grains of a sentence are read, windowed and added in one array operation. A grain read faster or slower than it was recorded
moves the formants and leaves the pitch, which is where the grains lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_data.augmentation.levels import RATE_HZ, Samples
from synth_data.voices.banks.melody import FRAME
from synth_data.voices.banks.timing import Placed
from synth_data.voices.banks.units import FULL_SCALE, period_marks

NEAREST = 0.75
"""A place that has no pitch mark within this share of a period is unvoiced."""
EDGE = 4
"""Samples that the interpolation looks beyond a grain."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grains:
    """Arrays of one shape (n,): where each grain lies, where it was recorded (in the pool), its half length and gain."""

    out: Floats
    source: Floats
    half: Floats
    gain: Floats


def splice(placed: Sequence[Placed], gains: Sequence[float], hz: Floats, formant: float, rng: np.random.Generator) -> Samples:
    """The sentence as sound at RATE_HZ. `gains`: one a syllable; `hz`: of melody.melody; `formant`: 1 leaves the throat."""
    marks, periods = out_marks(hz)
    pool, offsets = _pool(placed)
    parts = [
        _grains(syllable, offset, gain, (marks, periods), (formant, rng))
        for syllable, offset, gain in zip(placed, offsets, gains, strict=True)
    ]
    grains = Grains(*(np.concatenate([getattr(part, name) for part in parts]) for name in Grains.__slots__))
    return _overlap_add(grains, pool, formant, int(placed[-1].out[3]) + 1)


def out_marks(hz: Floats) -> tuple[Floats, Floats]:
    """Where the periods of the result begin, in samples, and their lengths."""
    turns = np.concatenate([[0.0], np.cumsum(hz[:-1] * (FRAME / RATE_HZ))])
    marks = np.interp(np.arange(0, turns[-1]), turns, np.arange(len(hz)) * float(FRAME))
    periods = RATE_HZ / np.interp(marks, np.arange(len(hz)) * float(FRAME), hz)
    return marks, periods


def _pool(placed: Sequence[Placed]) -> tuple[Samples, list[int]]:
    """All recordings used, one after another with silence between, and where each syllable's recording begins in it."""
    starts: dict[int, int] = {}
    sounds: list[NDArray[np.int16]] = [np.zeros(RATE_HZ // 10, np.int16)]
    length = len(sounds[0])
    for syllable in placed:
        if id(syllable.unit) not in starts:
            starts[id(syllable.unit)] = length
            sounds += [syllable.unit.samples, np.zeros(RATE_HZ // 20, np.int16)]
            length += len(syllable.unit.samples) + RATE_HZ // 20
    return np.concatenate(sounds).astype(np.float32) / np.float32(FULL_SCALE), [starts[id(each.unit)] for each in placed]


def _grains(
    syllable: Placed, offset: int, gain: float, grid: tuple[Floats, Floats], drawn: tuple[float, np.random.Generator]
) -> Grains:
    """The grains of one syllable at the marks of the result that it covers."""
    (marks, periods), (formant, rng) = grid, drawn
    first, last = np.searchsorted(marks, [syllable.out[0], syllable.out[3]])
    out, period = marks[first:last], periods[first:last]
    at = np.interp(out, syllable.out, syllable.source)
    slow = np.interp(out + 1, syllable.out, syllable.source) - at < 0.8
    nearest, own = _nearest_mark(syllable, at)
    voiced = np.abs(nearest - at) < NEAREST * own
    stray = rng.uniform(-0.5, 0.5, len(out)) * period * slow
    source = np.where(voiced, nearest, at + stray)
    half = np.where(voiced, np.clip(own / formant, 0.7 * period, 1.6 * period), period)
    return Grains(out, source + offset, half, gain * _fades(syllable, out))


def _nearest_mark(syllable: Placed, at: Floats) -> tuple[Floats, Floats]:
    """The pitch mark nearest to each place and its period; no marks leave everything unvoiced."""
    marks = syllable.unit.marks
    if len(marks) < 2:
        return at, np.zeros(len(at))
    right = np.clip(np.searchsorted(marks, at), 1, len(marks) - 1)
    index = np.where(at - marks[right - 1] < marks[right] - at, right - 1, right)
    return marks[index].astype(np.float64), period_marks(marks)[index]


def _fades(syllable: Placed, out: Floats) -> Floats:
    """Up at the start and down at the end of what is joined; 1 inside words."""
    gain = np.ones(len(out))
    if syllable.fade_in > 0:
        gain *= np.clip((out - syllable.out[0]) / syllable.fade_in, 0.0, 1.0)
    if syllable.fade_out > 0:
        gain *= np.clip((syllable.out[3] - out) / syllable.fade_out, 0.0, 1.0)
    return gain


def _overlap_add(grains: Grains, pool: Samples, formant: float, length: int) -> Samples:
    """Read all grains by cubic interpolation, window them (Hann) and add them up."""
    reach = int(np.ceil(grains.half.max(initial=1.0))) + 1
    centre = np.round(grains.out).astype(np.int64)
    steps = np.arange(-reach, reach + 1)
    time = steps[None, :] - (grains.out - centre)[:, None]
    window = np.where(np.abs(time) < grains.half[:, None], 0.5 + 0.5 * np.cos(np.pi * time / grains.half[:, None]), 0.0)
    place = np.clip(grains.source[:, None] + time * formant, EDGE, len(pool) - EDGE)
    values = cubic(pool, place) * (window * grains.gain[:, None])
    total = np.bincount((centre[:, None] + steps[None, :] + reach).ravel(), weights=values.ravel(), minlength=length + 2 * reach)
    return total[reach : reach + length].astype(np.float32)


def cubic(samples: Samples, place: Floats) -> Floats:
    """Samples between the samples (Catmull-Rom)."""
    whole = place.astype(np.int64)
    part = place - whole
    before, here, after, beyond = (samples[whole + step] for step in (-1, 0, 1, 2))
    slope = 0.5 * (after - before)
    bend = before - 2.5 * here + 2 * after - 0.5 * beyond
    twist = 0.5 * (beyond - before) + 1.5 * (here - after)
    return np.asarray(here + part * (slope + part * (bend + part * twist)), np.float64)
