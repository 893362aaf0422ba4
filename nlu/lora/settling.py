"""What is in scope and how sure that is, settled on rows that were not trained on; numpy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Rejection = Literal["energy", "margin", "confidence", "none"]
_FEW = 10
"""With fewer held-out rows out of scope, the way to reject is not chosen by them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """From logits (labels,) to intents.

    One label: the best, unless its score (`rejection`) is below `threshold`. Several: those whose probability reaches
    `threshold`. `temperature` divides logits before they are read as probabilities (Guo et al. 2017).
    """

    multi_label: bool
    rejection: Rejection = "none"
    threshold: float = 0.0
    temperature: float = 1.0

    def chosen(self, logits: Floats) -> list[int]:
        """Indices of the predicted labels, surest first."""
        if self.multi_label:
            order = np.argsort(-logits)
            return [int(at) for at in order if self.probabilities(logits)[at] >= self.threshold]
        if self.rejection != "none" and float(scores(logits[None], self.rejection)[0]) < self.threshold:
            return []
        return [int(np.argmax(logits))]

    def probabilities(self, logits: Floats) -> Floats:
        """(labels,) in [0, 1]: of competing labels together 1, of several each by itself."""
        warm = logits / self.temperature
        if self.multi_label:
            return np.asarray(1 / (1 + np.exp(-np.clip(warm, -30, 30))), dtype=np.float32)
        return np.asarray(_softmax(warm[None])[0], dtype=np.float32)


def scores(logits: Floats, rejection: Rejection) -> Floats:
    """(rows,): higher is more surely in scope. energy: Liu et al. 2020 (its negative); margin: best over second."""
    if rejection == "energy":
        top = logits.max(1)
        return np.asarray(top + np.log(np.exp(logits - top[:, None]).sum(1)), dtype=np.float32)
    if rejection == "margin":
        ordered = np.sort(logits, axis=1)
        return np.asarray(ordered[:, -1] - ordered[:, -2] if logits.shape[1] > 1 else ordered[:, -1], dtype=np.float32)
    return np.asarray(_softmax(logits).max(1), dtype=np.float32)


def settle(logits: Floats, targets: Flags, decision: Decision, cost: float, choose: bool) -> Decision:
    """Temperature, way to reject and threshold from held-out rows; `targets` (rows, labels), none for a row out of scope.

    `cost`: the share of the rows in scope that rejection may lose. `choose`: take the way that tells the scopes apart best.
    Where nothing out of scope was held out, nothing is rejected.
    """
    inside: Flags = np.asarray(targets.any(1))
    if not inside.any():
        return decision
    decision = replace(decision, temperature=_temperature(logits[inside], targets[inside], decision.multi_label))
    if decision.multi_label:
        return replace(decision, threshold=_label_threshold(logits, targets, decision))
    if inside.all() or decision.rejection == "none":
        return replace(decision, rejection="none")
    if choose and int((~inside).sum()) >= _FEW:
        ways: tuple[Rejection, ...] = ("energy", "margin", "confidence")
        decision = replace(decision, rejection=max(ways, key=lambda way: separation(scores(logits, way), inside)))
    right = targets[np.arange(len(logits)), logits.argmax(1)] & inside
    return replace(decision, threshold=_rejection_threshold(scores(logits, decision.rejection), right, inside, cost))


def separation(values: Floats, inside: Flags) -> float:
    """The chance that a row in scope scores higher than one out of scope (area under the ROC curve)."""
    above = (values[inside][:, None] > values[~inside][None]).mean()
    equal = (values[inside][:, None] == values[~inside][None]).mean()
    return float(above + equal / 2)


def _rejection_threshold(values: Floats, right: Flags, inside: Flags, cost: float) -> float:
    """The highest value that loses at most `cost` of the rows in scope among those read rightly."""
    kept = np.sort(values[right])
    lost = int(cost * int(inside.sum()))
    return float(kept[min(lost, len(kept) - 1)]) if len(kept) else 0.0


def _label_threshold(logits: Floats, targets: Flags, decision: Decision) -> float:
    """The probability with the most rows read exactly; of equals the middle one."""
    probabilities = np.stack([decision.probabilities(row) for row in logits])
    steps = np.arange(0.1, 0.91, 0.05).round(2)
    exact = [int(((probabilities >= step) == targets).all(1).sum()) for step in steps]
    best = [float(step) for step, count in zip(steps, exact, strict=True) if count == max(exact)]
    return best[len(best) // 2]


def _temperature(logits: Floats, targets: Flags, multi_label: bool) -> float:
    steps: Sequence[float] = np.exp(np.linspace(np.log(0.2), np.log(5.0), 33)).tolist()
    return min(steps, key=lambda step: _surprise(logits / step, targets, multi_label))


def _surprise(logits: Floats, targets: Flags, multi_label: bool) -> float:
    if multi_label:
        return float(np.logaddexp(0, np.where(targets, -logits, logits)).mean())
    likely = np.log(_softmax(logits) + 1e-12)
    return float(-(likely * targets).sum() / targets.sum())


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True), dtype=np.float32)
