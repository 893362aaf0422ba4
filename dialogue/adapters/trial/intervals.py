"""How sure the figures of an arm are: 95 % intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

_95 = 1.959964
RESAMPLES = 1000
LARGE = 2000
"""From so many values on the bootstrap and the normal approximation agree to the digits shown, and only one of them is fast."""


def wilson(hits: float, of: float) -> tuple[float, float]:
    """Of a share (Wilson, JASA 22, 1927, 209-212); (0, 1) of nothing. `of` may be fewer than counted (a design effect)."""
    if of <= 0:
        return 0.0, 1.0
    share = min(max(hits / of, 0.0), 1.0)
    middle = (share + _95**2 / (2 * of)) / (1 + _95**2 / of)
    reach = _95 * math.sqrt(share * (1 - share) / of + _95**2 / (4 * of**2)) / (1 + _95**2 / of)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def mean_interval(values: Sequence[float]) -> tuple[float, float]:
    """Of a mean: the percentile bootstrap (Efron, Ann. Statist. 7, 1979, 1-26), always with the same draws."""
    if len(values) < 2:
        return (-math.inf, math.inf) if not values else (float(values[0]), float(values[0]))
    array = np.asarray(values, dtype=np.float64)
    if len(array) >= LARGE:
        reach = _95 * float(array.std(ddof=1)) / math.sqrt(len(array))
        return float(array.mean()) - reach, float(array.mean()) + reach
    rng = np.random.default_rng(0)
    means = array[rng.integers(0, len(array), (RESAMPLES, len(array)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)
