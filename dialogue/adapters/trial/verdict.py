"""Whether a trial does harm: each metric against its bound at each look, in the order in which the conversations ended.

The looks are taken at fixed numbers of the trial's conversations, whenever the program comes to it: the verdict depends on what
happened, not on how often it was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.adapters.trial.bounds import bounds, looks
from dialogue.adapters.trial.harm import Sums, figure, harm
from dialogue.adapters.trial.metrics import METRICS, HarmLimit, Plan

NAMES = tuple(METRICS)
AGREES = 2.0
"""Earlier conversations count with the control where they differ from it by less than so many deviates ("test then pool":
Viele and others, Pharmaceutical Statistics 13, 2014, 41-54), which notices a change of the traffic."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One conversation that is over: whether the trial answered it, its value of each metric (None: it has none), and how many
    replies were asked of the model. The value of a rate is how many of them."""

    trial: bool
    values: Mapping[str, float | None]
    replies: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Outcomes as arrays: `values` has a row a conversation and a column a metric of NAMES, NaN where there is none."""

    trial: NDArray[np.bool_]
    values: NDArray[np.float64]
    replies: NDArray[np.float64]

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Table:
        rows = [[_number(outcome.values.get(name)) for name in NAMES] for outcome in outcomes]
        return cls(
            np.array([outcome.trial for outcome in outcomes], dtype=bool),
            np.array(rows, dtype=np.float64).reshape(len(rows), len(NAMES)),
            np.array([outcome.replies for outcome in outcomes], dtype=np.float64),
        )

    def sums(self, name: str, arm: bool | None = None) -> Running:
        """The sums of one metric up to any conversation: of the trial (True), of the others (False), of all (None)."""
        column = self.values[:, NAMES.index(name)]
        return Running(name, column if arm is None else np.where(self.trial == arm, column, np.nan), self.replies)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a metric stands at a look: how far it lies on the wrong side, and how far it may, in standard normal deviates."""

    metric: str
    look: int
    deviates: float
    bound: float
    difference: float
    """Trial less control, in the metric's unit."""
    history: bool
    """Whether earlier conversations counted with the control."""

    def breaches(self, limit: HarmLimit) -> bool:
        return self.deviates >= self.bound and abs(self.difference) >= limit.at_least


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the looks so far have found. `look` is the last one (0: none yet), `standings` are those of it."""

    look: int
    standings: tuple[Standing, ...] = ()
    breach: Standing | None = None
    """The first bound crossed: the trial was to end there."""


def verdict(outcomes: Sequence[Outcome], plan: Plan, history: Sequence[Outcome] = ()) -> Verdict:
    """Look at a trial from its first conversation on. `history` are those of the control from before it began."""
    return judged(Table.of(outcomes), plan, Table.of(history))


def judged(outcomes: Table, plan: Plan, history: Table) -> Verdict:
    """The same of arrays."""
    watched = {name: limit for name, limit in plan.harm.items() if limit.alpha > 0.0}
    arms = {name: (outcomes.sums(name, True), outcomes.sums(name, False)) for name in watched}
    earlier = {name: history.sums(name).at(len(history.trial)) for name in watched}
    ends = np.flatnonzero(outcomes.trial)
    found = Verdict(0)
    for index, look in enumerate(looks(plan.decide_by)):
        if look > len(ends):
            break
        end = int(ends[look - 1]) + 1
        standings = tuple(
            _standing(name, look, bounds(limit.alpha, plan.decide_by)[index], (ours.at(end), theirs.at(end), earlier[name]))
            for (name, limit), (ours, theirs) in zip(watched.items(), arms.values(), strict=True)
        )
        crossed = [standing for standing in standings if standing.breaches(watched[standing.metric])]
        if crossed:
            worst = max(crossed, key=lambda standing: standing.deviates - standing.bound)
            return Verdict(look, standings, worst)
        found = Verdict(look, standings)
    return found


def _standing(name: str, look: int, bound: float, sums: tuple[Sums, Sums, Sums]) -> Standing:
    metric = METRICS[name]
    trial, control, earlier = sums
    agrees = earlier.count >= 2 and abs(harm(metric, control, earlier)) < AGREES
    against = control + earlier if agrees else control
    difference = figure(metric, trial) - figure(metric, against)
    return Standing(name, look, harm(metric, trial, against), bound, difference, agrees)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


class Running:
    """Sums of one metric up to any place of a row of conversations."""

    def __init__(self, name: str, column: NDArray[np.float64], replies: NDArray[np.float64]) -> None:
        there = ~np.isnan(column)
        values = np.where(there, column, 0.0)
        if METRICS[name].logarithm:
            values = np.where(there, np.log1p(np.maximum(values, 0.0)), 0.0)
        of = np.where(there, replies, 0.0)
        columns: tuple[NDArray[np.float64], ...] = (there.astype(np.float64), values, values**2)
        if METRICS[name].kind == "rate":
            columns = (*columns, of, of**2, values * of)
        self._sums = [np.cumsum(each) for each in columns]

    def at(self, end: int) -> Sums:
        """Of the first so many conversations."""
        return Sums(*(float(each[end - 1]) for each in self._sums)) if end else Sums()
