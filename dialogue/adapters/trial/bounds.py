"""How far a figure may be off before a trial is stopped, when it is looked at again and again.

Alpha spending (Lan and DeMets, Biometrika 70, 1983, 659-663): the chance of a false alarm is dealt out over the looks, and each
look's bound follows from the joint law of all statistics so far, integrated numerically (Armitage, McPherson and Rowe, J. R.
Statist. Soc. A 132, 1969, 235-244). So it holds for all looks together that are ever taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]

STEP = 25
"""Conversations between two looks until the decision, and before the first: fewer say nothing that a bound could use."""
GROWTH = 1.25
"""After the decision each look comes when there are so many times as many."""
LOOKS = 40
"""With a decision at 300 the last look is at 150,000 conversations of the trial; by then it is live or gone."""
EARLY = 0.02
"""Part of the chance spent before the decision. It buys the early end of what is very bad, and costs the decision little: harm
that only 300 conversations can show is worth nearly the whole chance at 300."""
LATE = 0.02
"""Part left for after the decision, where ever more conversations make up for a far bound."""
_POINTS = 401
_WIDTH = 8.5
"""Standard deviations on either side of the grid that stands for the line of real numbers."""


@lru_cache(maxsize=16)
def looks(decide_by: int) -> tuple[int, ...]:
    """At how many conversations of the trial it is looked at; `decide_by`, up to a multiple of STEP, is among them."""
    return tuple(_looks(decide_by))


@lru_cache(maxsize=256)
def bounds(alpha: float, decide_by: int) -> tuple[float, ...]:
    """The bound of each look, in standard normal deviates: crossing any of them under no harm has probability `alpha` in all."""
    counts = looks(decide_by)
    decision = counts.index(_decision(decide_by))
    spent = [alpha * _share(index, counts, decision) for index in range(len(counts))]
    return boundaries(counts, spent)


def boundaries(information: Sequence[float], spent: Sequence[float]) -> tuple[float, ...]:
    """One-sided bounds for increasing information, from the chance spent up to each look (increasing, in (0, 0.5))."""
    found: list[float] = []
    grid, mass = np.zeros(1), np.ones(1)  # the score, known to be 0 before anything is known
    before, used = 0.0, 0.0
    for known, chance in zip(information, spent, strict=True):
        deviation = float(np.sqrt(known - before))
        bound = _crossed_with(chance - used, grid, mass, deviation)
        found.append(bound / float(np.sqrt(known)))
        grid, mass = _moved(grid, mass, deviation, bound, float(np.sqrt(known)))
        before, used = known, chance
    return tuple(found)


def _looks(decide_by: int) -> Iterator[int]:
    count = 0
    for _ in range(LOOKS):
        count = count + STEP if count < decide_by else int(np.ceil(count * GROWTH / STEP)) * STEP
        yield count


def _decision(decide_by: int) -> int:
    return -(-decide_by // STEP) * STEP


def _share(index: int, counts: Sequence[int], decision: int) -> float:
    """What of the chance is spent up to a look: first as the cube of the part of the conversations, then all but LATE at once."""
    part = counts[index] / counts[decision]
    if index < decision:
        return EARLY * part**3
    return 1.0 - LATE / part


def _crossed_with(chance: float, grid: Floats, mass: Floats, deviation: float) -> float:
    """The score that is exceeded at this look with this probability."""
    low, high = float(grid[0]) - _WIDTH * deviation, float(grid[-1]) + _WIDTH * deviation
    for _ in range(60):  # halving reaches the precision of floats
        middle = (low + high) / 2
        beyond = float(mass @ ndtr((grid - middle) / deviation))
        low, high = (middle, high) if beyond > chance else (low, middle)
    return (low + high) / 2


def _moved(grid: Floats, mass: Floats, deviation: float, bound: float, scale: float) -> tuple[Floats, Floats]:
    """The law of the score at this look, where no bound was crossed so far: cells of a new grid and their probabilities."""
    edges = np.linspace(-_WIDTH * scale, min(_WIDTH * scale, bound), _POINTS + 1)
    below = ndtr((edges[:, None] - grid[None, :]) / deviation) @ mass
    return (edges[:-1] + edges[1:]) / 2, np.diff(below)


def deviates(chance: float) -> float:
    """The standard normal deviate that is exceeded with this probability."""
    return -float(ndtri(chance))
