"""How far the trial's figures lie on the wrong side of the others', in standard normal deviates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtri, stdtr

from dialogue.adapters.trial.metrics import Metric

Floats = NDArray[np.float64]
_LEAST = 1e-300
"""No chance counts as less: a deviate of 37, with which arithmetic still works."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What a test needs of the values of one arm: how many, their sum, the sum of their squares; of a rate also the sums of the
    replies, of their squares, and of the products of both."""

    count: float = 0.0
    total: float = 0.0
    squares: float = 0.0
    replies: float = 0.0
    replies_squares: float = 0.0
    products: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.count + other.count,
            self.total + other.total,
            self.squares + other.squares,
            self.replies + other.replies,
            self.replies_squares + other.replies_squares,
            self.products + other.products,
        )

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0

    @property
    def rate(self) -> float:
        return self.total / self.replies if self.replies else 0.0

    @property
    def variance(self) -> float:
        """The unbiased estimate; 0 below two values."""
        if self.count < 2:
            return 0.0
        return max(self.squares - self.count * self.mean**2, 0.0) / (self.count - 1)

    def scatter(self, rate: float) -> float:
        """The sum of the squares of what conversations have more or less than the rate lets expect."""
        return max(self.squares - 2.0 * rate * self.products + rate**2 * self.replies_squares, 0.0)


def figure(metric: Metric, sums: Sums) -> float:
    """The arm's figure in the metric's own unit."""
    if metric.kind == "rate":
        return sums.rate
    return float(np.expm1(sums.mean)) if metric.logarithm else sums.mean


def harm(metric: Metric, trial: Sums, control: Sums) -> float:
    """Above 0 where the trial is worse; a standard normal deviate where both are alike. 0 while either says nothing."""
    if trial.count < 2 or control.count < 2:
        return 0.0
    higher = {"share": shares, "rate": rates, "mean": means}[metric.kind](trial, control)
    return higher if metric.worse == "higher" else -higher


def shares(trial: Sums, control: Sums) -> float:
    """By how much the trial's share is higher: Fisher's exact test with the mid-P of Lancaster (JASA 56, 1961, 223-234).

    The usual z of two proportions finds harm too often where the share is small and the arms are unequal.
    """
    return _exact((round(trial.total), round(trial.count)), (round(control.total), round(control.count)))


def rates(trial: Sums, control: Sums) -> float:
    """The same of replies. What one caller provokes comes in heaps, so that replies of one conversation say less than as many of
    different ones: all are counted as fewer, by the design effect (Rao and Scott, Biometrics 48, 1992, 577-585)."""
    both = heaps(trial + control)
    ours, theirs = max(both, heaps(trial)), max(both, heaps(control))
    return _exact(
        (round(trial.total / ours), round(trial.replies / ours)), (round(control.total / theirs), round(control.replies / theirs))
    )


def heaps(sums: Sums) -> float:
    """The design effect: how much more conversations differ than replies that have nothing to do with each other; 1 or more."""
    expected = sums.replies * sums.rate * (1.0 - sums.rate)
    return max(sums.scatter(sums.rate) / expected, 1.0) if expected > 0.0 else 1.0


def _exact(trial: tuple[int, int], control: tuple[int, int]) -> float:
    """The deviate of two counts, each (hits, of)."""
    (hits, size), (others, rest) = trial, control
    all_hits = hits + others
    least, most = max(0, all_hits - rest), min(size, all_hits)
    if least == most:
        return 0.0
    possible = np.arange(least, most + 1, dtype=np.float64)
    logs = _choose(size, possible) + _choose(rest, all_hits - possible) - _choose(size + rest, np.array(float(all_hits)))
    chances = np.exp(logs)
    here = float(chances[hits - least]) / 2
    above, below = float(chances[hits - least + 1 :].sum()) + here, float(chances[: hits - least].sum()) + here
    return _deviate(above) if above < below else -_deviate(below)


def means(trial: Sums, control: Sums) -> float:
    """By how much the trial's mean is higher: Welch's t (Biometrika 34, 1947, 28-35), as the deviate of the same probability."""
    ours, theirs = trial.variance / trial.count, control.variance / control.count
    if ours + theirs <= 0.0:
        return 0.0
    t = (trial.mean - control.mean) / np.sqrt(ours + theirs)
    freedom = (ours + theirs) ** 2 / (ours**2 / (trial.count - 1) + theirs**2 / (control.count - 1))
    deviate = _deviate(float(stdtr(freedom, -abs(t))))
    return deviate if t > 0 else -deviate


def _choose(of: float, taken: Floats) -> Floats:
    """The logarithm of the number of ways to take so many of all."""
    found: Floats = gammaln(of + 1.0) - gammaln(taken + 1.0) - gammaln(of - taken + 1.0)
    return found


def _deviate(chance: float) -> float:
    return -float(ndtri(min(max(chance, _LEAST), 0.5)))
