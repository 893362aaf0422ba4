"""Real pairs of what was said and what was heard, aligned by sound and counted by kind of slip: to compare garbling with."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.confusion.table import Slip, load, parts, readings
from nlu.text import fold, is_han, is_mark

_GAP = 0.8
_COSTS: dict[Slip, float] = {"same": 0.3, "near": 0.5, "half": 0.7, "other": 1.0}
"""What a slip costs in the alignment: sounds decide which character stands for which."""
_MISHEARD = 0.5
"""Pairs with more slips than this are cut off or of other speech: they say nothing about sounds."""
_LONGEST_RUN = 4


@dataclass(frozen=True, slots=True)
class SlipStatistics:
    """Shares of the kinds of slips (they add up to 1) and of run lengths, 1 to 4 and more; `right` is that of sentences."""

    sentences: int
    right: float
    error_rate: float
    kinds: dict[Slip, float]
    runs: dict[int, float]


def slips(said: str, heard: str) -> tuple[Slip | None, ...]:
    """The kinds of slips from left to right; None is a character heard rightly. Texts are folded, punctuation left out."""
    one, other = _bare(said), _bare(heard)
    kinds = [[_kind(left, right) for right in other] for left in one]
    costs = _distances(kinds, len(one), len(other))
    found: list[Slip | None] = []
    row, column = len(one), len(other)
    while row or column:
        if row and column and np.isclose(costs[row, column], costs[row - 1, column - 1] + _cost(kinds[row - 1][column - 1])):
            row, column = row - 1, column - 1
            found.append(kinds[row][column])
        elif row and np.isclose(costs[row, column], costs[row - 1, column] + _GAP):
            row -= 1
            found.append("deleted")
        else:
            column -= 1
            found.append("inserted")
    return tuple(reversed(found))


def statistics(pairs: Iterable[tuple[str, str]]) -> SlipStatistics:
    """The statistics of (said, heard) pairs, those left out in which more than half goes wrong."""
    rows = [steps for said, heard in pairs if (steps := slips(said, heard)) and _share(steps) <= _MISHEARD]
    kinds = Counter(slip for steps in rows for slip in steps if slip)
    runs = Counter(min(length, _LONGEST_RUN) for steps in rows for length in _runs(steps))
    length = sum(len(steps) - steps.count("inserted") for steps in rows)
    return SlipStatistics(
        len(rows),
        sum(not any(steps) for steps in rows) / len(rows),
        kinds.total() / length,
        {slip: count / kinds.total() for slip, count in kinds.most_common()},
        {run: count / runs.total() for run, count in sorted(runs.items())},
    )


def _bare(text: str) -> str:
    return "".join(character for character in fold(text) if not is_mark(character) and not character.isspace())


def _kind(one: str, other: str) -> Slip | None:
    """The slip that writes one character for another; the nearest over all their readings."""
    if one == other:
        return None
    if not is_han(one) or not is_han(other):
        return "other"
    pairs = [(left, right) for left, _ in readings(one) for right, _ in readings(other)]
    if any(left == right for left, right in pairs):
        return "same"
    near = load().near
    if any(right in {name for name, _ in near.get(left, ())} for left, right in pairs):
        return "near"
    halves = [(parts(left), parts(right)) for left, right in pairs]
    shared = any((left[0] and left[0] == right[0]) or left[1] == right[1] for left, right in halves)
    return "half" if shared else "other"


def _cost(slip: Slip | None) -> float:
    return 0.0 if slip is None else _COSTS[slip]


def _distances(kinds: list[list[Slip | None]], rows: int, columns: int) -> NDArray[np.float64]:
    costs = np.zeros((rows + 1, columns + 1))
    costs[:, 0] = np.arange(rows + 1) * _GAP
    costs[0, :] = np.arange(columns + 1) * _GAP
    for row, column in itertools.product(range(1, rows + 1), range(1, columns + 1)):
        replaced = costs[row - 1, column - 1] + _cost(kinds[row - 1][column - 1])
        costs[row, column] = min(replaced, costs[row - 1, column] + _GAP, costs[row, column - 1] + _GAP)
    return costs


def _share(steps: tuple[Slip | None, ...]) -> float:
    return sum(step is not None for step in steps) / max(1, len(steps) - steps.count("inserted"))


def _runs(steps: tuple[Slip | None, ...]) -> list[int]:
    return [len(list(group)) for wrong, group in itertools.groupby(steps, key=lambda step: step is not None) if wrong]
