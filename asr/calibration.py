"""Confidence that means what it says: of texts told with 0.8, four characters in five are right.

A logistic function of what the search found, fitted on clips that the model was not trained on (asr.training.calibration).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

CALIBRATION_FILE = "calibration.json"
_BINS = 10


class CalibrationError(ValueError):
    """A calibration that cannot be read, or nothing to fit one on."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """`weights`, one for each of `features`, and `bias` of a logistic function; `clips`: how many it was fitted on."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    clips: int

    def probability(self, values: Sequence[float]) -> float:
        """The share of characters that are right, in (0, 1)."""
        logit = self.bias + sum(weight * value for weight, value in zip(self.weights, values, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))

    def write(self, folder: Path) -> None:
        """Write calibration.json."""
        (folder / CALIBRATION_FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path, features: Sequence[str]) -> Calibration | None:
        """The calibration of a model folder, none where it has none. Raises CalibrationError for one of other features."""
        file = folder / CALIBRATION_FILE
        if not file.exists():
            return None
        found = json.loads(file.read_text(encoding="utf-8"))
        if tuple(found.get("features", ())) != tuple(features):
            raise CalibrationError(f"{file}: weighs other features than this program; fit it again with `xiangyin calibrate`")
        return cls(tuple(features), tuple(map(float, found["weights"])), float(found["bias"]), int(found["clips"]))


def calibration_error(told: Sequence[float], right: Sequence[float], weights: Sequence[float]) -> float:
    """Expected calibration error in ten bins of equal width (Guo et al. 2017): how far `told` is from the share that is `right`,
    both in [0, 1], weighted; 0 of nothing."""
    sure, true, mass = (np.asarray(values, dtype=np.float64) for values in (told, right, weights))
    if mass.sum() == 0:
        return 0.0
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    error = sum(abs(float(((sure - true) * mass)[bins == one].sum())) for one in range(_BINS))
    return error / float(mass.sum())
