"""Confidence that means something: margins to probabilities, fitted on sentences that the classifier has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.linear import Floats

NONE = ""
"""The label of what is none of the intents."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """softmax(sharpness * margins), with `none_bias` added to the label NONE where the model has one.

    Temperature scaling as in Guo 2017.
    """

    sharpness: float = 3.0
    none_bias: float = 0.0

    def log_probabilities(self, margins: Floats, labels: Sequence[str]) -> Floats:
        """Over the last axis, which is that of `labels`."""
        logits = margins * np.float32(self.sharpness)  # a copy: the next line changes it
        if NONE in labels:
            logits[..., list(labels).index(NONE)] += np.float32(self.none_bias)
        logits = logits - logits.max(axis=-1, keepdims=True)
        result: Floats = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        return result


def fit(margins: Floats, gold: Sequence[str], labels: Sequence[str]) -> Calibration:
    """The calibration that makes the gold labels of held-out sentences likeliest. `margins` is (sentences, labels)."""
    from scipy.optimize import minimize

    index = {label: at for at, label in enumerate(labels)}
    known = [row for row, label in enumerate(gold) if label in index]
    columns = [index[gold[row]] for row in known]
    start = Calibration()

    def loss(values: npt.NDArray[np.float64]) -> float:
        calibration = Calibration(float(np.exp(values[0])), float(values[1]))
        likely = calibration.log_probabilities(margins[known], labels)[np.arange(len(known)), columns]
        return -float(likely.mean()) + 1e-3 * float(values[1] ** 2)

    found = minimize(loss, [np.log(start.sharpness), start.none_bias], method="Nelder-Mead", options={"maxiter": 80})
    return Calibration(float(np.exp(found.x[0])), float(found.x[1]))


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: the mean gap between confidence and share of right answers, over equal bins of [0, 1]."""
    if not confidences:
        return 0.0
    values, hits = np.asarray(confidences), np.asarray(right, dtype=float)
    places = np.minimum((values * bins).astype(int), bins - 1)
    inside = [places == at for at in range(bins) if (places == at).any()]
    return float(sum(abs(values[chosen].mean() - hits[chosen].mean()) * chosen.sum() for chosen in inside) / len(values))
