"""Which clip of a corpus is what: the shares of dialects, voices and conditions, met to within a clip or two.

Clip i takes the place of i times the golden ratio, modulo 1, on a line divided by the shares: such points fill the line evenly
however many there are, so no table has to be kept and every worker knows its clips.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Cell:
    """What a clip is: who says it and what happens to it. No voice: nobody speaks."""

    dialect: str
    voice: str
    condition: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All cells of a corpus and where each one's part of the line from 0 to 1 ends."""

    cells: tuple[Cell, ...]
    ends: tuple[float, ...]
    start: float

    def cell(self, index: int) -> Cell:
        """The cell of clip number `index`."""
        place = (self.start + index * GOLDEN) % 1.0
        return self.cells[min(int(np.searchsorted(self.ends, place, side="right")), len(self.cells) - 1)]


def plan_of(
    dialects: Mapping[str, float],
    voices: Mapping[str, Mapping[str, float]],
    conditions: Mapping[str, float],
    silence: float,
    seed: int,
) -> Plan:
    """The plan of these shares, none of which need add up to 1; `voices` are by dialect."""
    cells: list[Cell] = []
    weights: list[float] = []
    total = sum(dialects.values())
    for dialect, share in dialects.items():
        spoken = (1 - silence) * share / total
        for voice, part in voices[dialect].items():
            for condition, rate in conditions.items():
                cells.append(Cell(dialect, voice, condition))
                weights.append(spoken * part / sum(voices[dialect].values()) * rate / sum(conditions.values()))
        if silence:
            cells.append(Cell(dialect, "", ""))
            weights.append(silence * share / total)
    kept = [(cell, weight) for cell, weight in zip(cells, weights, strict=True) if weight > 0]
    ends = np.cumsum([weight for _, weight in kept])
    return Plan(
        tuple(cell for cell, _ in kept), tuple(float(end) for end in ends / ends[-1]), float(np.random.default_rng(seed).random())
    )
