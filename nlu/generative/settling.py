"""Calibration and threshold, settled on sentences that the adapter was not trained on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlu import confidence
from nlu.confidence import Calibration

_LEAST = 1e-6
"""Stands for a probability that the server did not tell: below all that it lists."""
_ENOUGH = 20
"""Sentences; fewer would make a calibration of chance."""
_THRESHOLDS = (0.0, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Seen:
    """A held-out sentence as the model read it: shares of intents by part, and the intents that it has."""

    parts: tuple[Mapping[str, float], ...]
    gold: frozenset[str]


def calibrated(shares: Mapping[str, float], calibration: Calibration) -> Mapping[str, float]:
    """Probabilities made to mean what they say, summing to 1; NONE ("") is moved by the calibration's bias."""
    intents = tuple(shares)
    logs = np.array([math.log(max(shares[intent], _LEAST)) for intent in intents], dtype=np.float32)
    likely = np.exp(calibration.log_probabilities(logs, intents))
    return dict(zip(intents, map(float, likely), strict=True))


def settle(seen: Sequence[Seen], intents: Sequence[str]) -> tuple[Calibration, float]:
    """The calibration that makes held-out labels likeliest, and the lowest threshold with the most sentences right."""
    plain = [one for one in seen if len(one.parts) == 1 and len(one.gold) <= 1]
    calibration = Calibration(1.0)
    if len(plain) >= _ENOUGH:
        margins = np.array([[_log(one.parts[0], intent) for intent in intents] for one in plain], dtype=np.float32)
        calibration = confidence.fit(margins, [next(iter(one.gold), confidence.NONE) for one in plain], intents)
    read = [([_best(calibrated(part, calibration)) for part in one.parts], one.gold) for one in seen]
    right = {threshold: sum(_exact(best, gold, threshold) for best, gold in read) for threshold in _THRESHOLDS}
    most = max(right.values(), default=0)
    return calibration, next(threshold for threshold in _THRESHOLDS if right[threshold] == most)


def _log(shares: Mapping[str, float], intent: str) -> float:
    return math.log(max(shares.get(intent, 0.0), _LEAST))


def _best(shares: Mapping[str, float]) -> tuple[str, float]:
    intent = max(shares, key=lambda one: shares[one])
    return intent, shares[intent]


def _exact(best: Sequence[tuple[str, float]], gold: frozenset[str], threshold: float) -> bool:
    return {intent for intent, share in best if intent != confidence.NONE and share >= threshold} == gold
