"""What a bank is made of: recordings of one voice, cut into syllables and marked period by period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_data.augmentation.levels import Samples
from synth_data.voices.banks.marks import Marks

FULL_SCALE = 32767

Piece = tuple[int, int, int, int]
"""One syllable within its recording, in samples: start, first and last sample of its voiced core, end."""
Contours = tuple[tuple[int, ...], ...]
"""The Chao levels of each syllable of a recording."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One recording, trimmed: a syllable or a word. `reading`: its syllables; `contours`: their Chao levels as recorded.

    `samples`: 16 bits, full scale 32767 (a bank is 200 MB that way). `level`: RMS of what is voiced, in [0, 1].
    """

    samples: NDArray[np.int16]
    marks: Marks
    pieces: tuple[Piece, ...]
    reading: tuple[str, ...]
    contours: Contours
    level: float


@dataclass(frozen=True, slots=True)
class RecordedVoice:
    """All units of one voice. `range_hz`: the 5th and 95th percentile of its pitch; `middle_hz`: the median."""

    name: str
    units: tuple[Unit, ...]
    middle_hz: float
    range_hz: tuple[float, float]


def sound_of(unit: Unit) -> Samples:
    """The recording as floats in [-1, 1]."""
    return unit.samples.astype(np.float32) / np.float32(FULL_SCALE)


def period_marks(marks: Marks) -> NDArray[np.float64]:
    """Samples a period at each mark, by its neighbours; empty for fewer than two marks."""
    if len(marks) < 2:
        return np.zeros(len(marks))
    steps = np.diff(marks).astype(np.float64)
    periods: NDArray[np.float64] = np.minimum(np.append(steps, steps[-1]), np.insert(steps, 0, steps[0]))
    return periods


def as_arrays(voice: RecordedVoice) -> dict[str, NDArray[Any]]:  # Any: several types of number
    """Everything but the contours as plain arrays, for numpy.savez."""
    units = voice.units
    return {
        "samples": np.concatenate([unit.samples for unit in units]),
        "marks": np.concatenate([unit.marks for unit in units]),
        "pieces": np.array([piece for unit in units for piece in unit.pieces], np.int32),
        "counts": np.array([(len(unit.samples), len(unit.marks), len(unit.pieces)) for unit in units], np.int64),
        "levels": np.array([unit.level for unit in units], np.float32),
        "readings": np.array([" ".join(unit.reading) for unit in units]),
        "voice": np.array([voice.middle_hz, *voice.range_hz]),
        "name": np.array(voice.name),
    }


def from_arrays(arrays: Mapping[str, NDArray[Any]], contours: Mapping[str, Contours]) -> RecordedVoice:
    """The inverse of as_arrays. `contours` by reading: rules of tone may have changed since the recordings were analysed."""
    ends = np.cumsum(arrays["counts"], axis=0)
    starts = ends - arrays["counts"]
    readings = arrays["readings"].tolist()
    pieces, levels = arrays["pieces"].tolist(), arrays["levels"].tolist()
    units = tuple(
        Unit(
            samples=arrays["samples"][first[0] : last[0]],
            marks=arrays["marks"][first[1] : last[1]],
            pieces=tuple(tuple(piece) for piece in pieces[first[2] : last[2]]),
            reading=tuple(readings[index].split(" ")),
            contours=contours[readings[index]],
            level=levels[index],
        )
        for index, (first, last) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True))
    )
    middle_hz, low_hz, high_hz = (float(value) for value in arrays["voice"])
    return RecordedVoice(str(arrays["name"]), units, middle_hz, (low_hz, high_hz))
