"""Character error rate, with its 95 % interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asr.normalize import fold

_RESAMPLES = 1000
_SEED = 20_261


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Errors per reference character over `n` utterances, at or over 0; `low` and `high` bound the 95 % interval."""

    n: int
    rate: float
    low: float
    high: float


def edit_distance(heard: Sequence[object], said: Sequence[object]) -> int:
    """Levenshtein distance: the fewest insertions, deletions and substitutions from one sequence to the other."""
    row = list(range(len(said) + 1))
    for i, left in enumerate(heard, 1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(said, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[-1]


def cer(heard: str, said: str) -> float:
    """Character error rate of one utterance after folding; 1 for each invented character where nothing was said."""
    reference = fold(said)
    return edit_distance(fold(heard), reference) / max(1, len(reference))


def error_rate(heard: Sequence[str], said: Sequence[str]) -> ErrorRate:
    """CER over a corpus after folding: all errors over all reference characters; the interval is bootstrapped over utterances."""
    references = [fold(text) for text in said]
    errors = np.array([edit_distance(fold(h), r) for h, r in zip(heard, references, strict=True)], dtype=np.int64)
    lengths = np.array([len(reference) for reference in references], dtype=np.int64)
    if lengths.sum() == 0:
        return ErrorRate(len(said), 0.0 if errors.sum() == 0 else 1.0, 0.0, 1.0)
    picks = np.random.default_rng(_SEED).integers(0, len(errors), size=(_RESAMPLES, len(errors)))
    rates = errors[picks].sum(axis=1) / np.maximum(1, lengths[picks].sum(axis=1))
    low, high = np.quantile(rates, (0.025, 0.975))
    return ErrorRate(len(said), float(errors.sum() / lengths.sum()), float(low), float(high))
