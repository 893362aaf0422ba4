"""A sentence into needs of different intents, for data in which no sentence asks for the same thing twice.

Where two parts look alike, the less likely reading of one of them, or one part instead of two, is then the better answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nlu.linear import Floats
from nlu.segmentation import Cutting, Part, best_parts

_KEPT = 8
"""Ways kept at each place (beam search)."""
_LABELS = 4
"""Labels tried for each part, the likeliest ones: a sentence has few more needs than that."""


@dataclass(frozen=True, slots=True)
class _Way:
    """Parts up to a place, what they are worth, and their labels without the free ones."""

    worth: float
    parts: tuple[Part, ...] = ()
    labels: frozenset[int] = frozenset()


def best_distinct(likely: Floats, odds: Floats, cutting: Cutting, free: frozenset[int] = frozenset()) -> tuple[Part, ...]:
    """As nlu.segmentation.best_parts, but no two parts of one label, save those in `free`.

    `likely` is (cuts, cuts, labels) log-probabilities, `odds` (cuts,) log-odds of each cut.
    """
    plain = best_parts(likely, odds, cutting)
    labels = [part.label for part in plain if part.label not in free]
    return plain if len(set(labels)) == len(labels) else _searched(likely, odds, cutting, free)


def _searched(likely: Floats, odds: Floats, cutting: Cutting, free: frozenset[int]) -> tuple[Part, ...]:
    best = np.argsort(-likely, axis=2)[:, :, :_LABELS]
    ways: list[list[_Way]] = [[_Way(0.0)]]
    for end in range(1, len(odds)):
        found: dict[frozenset[int], _Way] = {}
        for start in range(end):
            begun = float(odds[start]) + cutting.bias if start else 0.0
            tried = [(int(label), cutting.weight * float(likely[start, end, label]) + begun) for label in best[start, end]]
            for way in _longer(ways[start], start, end, tried, free):
                known = found.get(way.labels)
                if len(way.parts) <= cutting.max_parts and (known is None or way.worth > known.worth):
                    found[way.labels] = way
        ways.append(sorted(found.values(), key=lambda way: -way.worth)[:_KEPT])
    return ways[-1][0].parts


def _longer(
    ways: Sequence[_Way], start: int, end: int, tried: Sequence[tuple[int, float]], free: frozenset[int]
) -> Iterator[_Way]:
    for way in ways:
        for label, worth in tried:
            if label not in way.labels:
                labels = way.labels if label in free else way.labels | {label}
                yield _Way(way.worth + worth, (*way.parts, Part(start, end, label)), labels)
