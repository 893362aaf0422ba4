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
    """How eagerly sentences are cut; settled on held-out sentences.

    `weight` is that of a part's log-probability beside a cut's log-odds.
    """

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
    labels = likely.argmax(axis=2)
    if len(odds) == 2:
        return (Part(0, 1, int(labels[0, 1])),)
    worth = cutting.weight * likely.max(axis=2)
    worth[1:] += (odds[1:] + cutting.bias)[:, None]  # a part that begins at a cut pays or earns for it
    values: list[list[float]] = worth.tolist()
    spans = _path(values)
    if len(spans) > cutting.max_parts:
        spans = _short_path(values, cutting.max_parts)
    return tuple(Part(start, end, int(labels[start, end])) for start, end in spans)


def _path(values: list[list[float]]) -> list[tuple[int, int]]:
    """The best way from the first cut to the last, in as many steps as it likes."""
    count = len(values)
    total, origin = [0.0] * count, [0] * count
    for end in range(1, count):
        total[end], origin[end] = max((total[start] + values[start][end], start) for start in range(end))
    spans: list[tuple[int, int]] = []
    end = count - 1
    while end:
        spans.append((origin[end], end))
        end = origin[end]
    return spans[::-1]


def _short_path(values: list[list[float]], most: int) -> list[tuple[int, int]]:
    """The best way in at most so many steps."""
    count = len(values)
    total: list[float] = [0.0] + [-np.inf] * (count - 1)
    best: tuple[float, list[tuple[int, int]]] = (-np.inf, [])
    origins: list[list[int]] = []
    for _ in range(most):
        ways = [(-np.inf, 0)]
        ways += [max((total[start] + values[start][end], start) for start in range(end)) for end in range(1, count)]
        origins.append([start for _, start in ways])
        total = [value for value, _ in ways]
        if total[-1] > best[0]:
            best = total[-1], _traced(origins)
    return best[1]


def _traced(origins: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    end = len(origins[0]) - 1
    spans: list[tuple[int, int]] = []
    for origin in reversed(origins):
        spans.append((origin[end], end))
        end = origin[end]
    return spans[::-1]


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
