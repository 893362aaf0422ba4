"""One sentence into its needs: the likeliest way to cut it, by dynamic programming over places and parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from nlu.linear import Floats

_PERMUTED = 3
"""Up to so many labels every spoken order is tried; more are taken in the order given."""


@dataclass(frozen=True, slots=True)
class Cutting:
    """How eagerly sentences are cut; settled on held-out sentences. `weight` is that of a part's log-probability beside a cut's log-odds."""

    weight: float = 2.0
    bias: float = 0.0
    max_parts: int = 5
    floor: float = -4.0
    """Places with lower log-odds are not looked at."""
    max_places: int = 14


@dataclass(frozen=True, slots=True)
class Part:
    """The words between the cuts number `start` and `end`, and the index of their label."""

    start: int
    end: int
    label: int


def places(logits: Floats, words: int, cutting: Cutting) -> tuple[int, ...]:
    """The cuts worth looking at, with both edges of the sentence: word positions in ascending order."""
    promising = [int(at) for at in np.flatnonzero(logits > cutting.floor)]
    best = sorted(promising, key=lambda at: -float(logits[at]))[: cutting.max_places]
    return (0, *sorted(best), words)


def best_parts(likely: Floats, odds: Floats, cutting: Cutting) -> tuple[Part, ...]:
    """The best parts of a sentence. `likely` is (cuts, cuts, labels) log-probabilities, `odds` (cuts,) log-odds of each cut."""
    count = len(odds)
    labels = likely.argmax(axis=2)
    values = cutting.weight * likely.max(axis=2)
    values[np.tril_indices(count)] = -np.inf
    values[1:] += (odds[1:] + cutting.bias)[:, None]  # a part that begins at a cut pays or earns for it
    total = np.full((cutting.max_parts + 1, count), -np.inf)
    origin = np.zeros((cutting.max_parts + 1, count), dtype=int)
    total[0, 0] = 0.0
    for parts in range(1, cutting.max_parts + 1):
        ways = total[parts - 1][:, None] + values
        origin[parts] = ways.argmax(axis=0)
        total[parts] = ways.max(axis=0)
    parts = int(total[:, -1].argmax())
    found: list[Part] = []
    end = count - 1
    for left in range(parts, 0, -1):
        start = int(origin[left, end])
        found.append(Part(start, end, int(labels[start, end])))
        end = start
    return tuple(reversed(found))


def align(likely: Floats, odds: Floats, wanted: Sequence[int]) -> tuple[Part, ...]:
    """The best parts of a sentence whose labels are known; () when it has too few places to cut."""
    orders = set(permutations(wanted)) if len(wanted) <= _PERMUTED else {tuple(wanted)}
    ranked = [_aligned(likely, odds, order) for order in sorted(orders)]
    value, parts = max(ranked, key=lambda one: one[0])
    return parts if np.isfinite(value) else ()


def _aligned(likely: Floats, odds: Floats, order: Sequence[int]) -> tuple[float, tuple[Part, ...]]:
    count = len(odds)
    total = np.full(count, -np.inf)
    total[0] = 0.0
    origins = []
    for label in order:
        values = likely[:, :, label].astype(float)
        values[np.tril_indices(count)] = -np.inf
        values[1:] += odds[1:, None]
        ways = total[:, None] + values
        origins.append(ways.argmax(axis=0))
        total = ways.max(axis=0)
    parts: list[Part] = []
    end = count - 1
    for label, origin in zip(reversed(order), reversed(origins), strict=True):
        start = int(origin[end])
        parts.append(Part(start, end, label))
        end = start
    return float(total[-1]), tuple(reversed(parts))
