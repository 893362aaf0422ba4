"""How the arms of a trial stand: their figures with intervals, and how far each metric is from ending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dialogue.adapters.adapter import Trial
from dialogue.adapters.trial.harm import Sums, figure, heaps
from dialogue.adapters.trial.intervals import mean_interval, wilson
from dialogue.adapters.trial.metrics import METRICS
from dialogue.adapters.trial.verdict import NAMES, Outcome, Table, Verdict


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric of one arm: from how many conversations, its value, and the 95 % interval of it."""

    metric: str
    count: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a trial. `adapter` is '' for the base alone."""

    name: str
    adapter: str
    conversations: int
    share: float
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class TrialReport:
    """A trial, its two arms (that on trial first), and what the looks have found."""

    trial: Trial
    arms: tuple[Arm, Arm]
    verdict: Verdict
    history: int = 0
    """Conversations from before that may count with the control."""


def report(trial: Trial, outcomes: Sequence[Outcome], verdict: Verdict, history: int = 0) -> TrialReport:
    """Figures are of all conversations that are over, the verdict of those up to its last look."""
    table = Table.of(outcomes)
    arms = tuple(
        Arm(name, adapter, int(chosen.sum()), float(chosen.mean()) if len(chosen) else 0.0, _figures(table, arm))
        for name, adapter, arm, chosen in (
            ("trial", trial.adapter, True, table.trial),
            ("control", trial.control, False, ~table.trial),
        )
    )
    return TrialReport(trial, (arms[0], arms[1]), verdict, history)


def _figures(table: Table, arm: bool) -> tuple[Figure, ...]:
    return tuple(found for name in NAMES if (found := _figure(table, name, arm)) is not None)


def _figure(table: Table, name: str, arm: bool) -> Figure | None:
    """None where nothing was measured. A mean is that of the values; of times the interval is that of the geometric mean."""
    metric, sums = METRICS[name], table.sums(name, arm).at(len(table.trial))
    if not sums.count:
        return None
    value = figure(metric, sums)
    if metric.kind == "mean":
        column = table.values[table.trial == arm, NAMES.index(name)]
        there = column[~np.isnan(column)]
        low, high = mean_interval(np.log1p(there).tolist() if metric.logarithm else there.tolist())
        low, high = (float(np.expm1(low)), float(np.expm1(high))) if metric.logarithm else (low, high)
    else:
        low, high = wilson(*_effective(metric.kind == "rate", sums))
    return Figure(name, round(sums.count), value, low, high)


def _effective(of_replies: bool, sums: Sums) -> tuple[float, float]:
    """Hits and tries for an interval; replies of one conversation count as fewer, by their design effect."""
    if not of_replies:
        return sums.total, sums.count
    less = heaps(sums)
    return sums.total / less, sums.replies / less
