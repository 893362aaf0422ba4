"""How a classifier does on held-out rows, by the definitions of nlu.evaluate; numpy alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlu import metrics
from nlu.lora.settling import Decision, Flags, Floats, scores, separation
from nlu.report.confusion import NOTHING, Confusion


@dataclass(frozen=True, slots=True)
class Measured:
    """`figures` for metrics.json; `confusion` counts rows by the first gold and the surest predicted label."""

    figures: Mapping[str, Any]  # Any: shares, names and counts
    confusion: Confusion


def quick_score(logits: Floats, targets: Flags, multi_label: bool) -> dict[str, float]:
    """What early stopping goes by, before thresholds are settled: exact match of several labels, else accuracy in scope and,
    where there are rows out of scope, a share of how well their energy tells them."""
    inside: Flags = np.asarray(targets.any(1))
    if multi_label:
        exact = float(((logits > 0) == targets).all(1).mean())
        return {"exact_match": exact, "score": exact}
    right = float(targets[np.arange(len(logits)), logits.argmax(1)][inside].mean()) if inside.any() else 0.0
    if inside.all() or not inside.any():
        return {"accuracy": right, "score": right}
    apart = separation(scores(logits, "energy"), inside)
    return {"accuracy": right, "scope_auc": apart, "score": right + 0.1 * apart}


def measured(logits: Floats, targets: Flags, decision: Decision, labels: Sequence[str]) -> Measured:
    """After thresholds and rejection."""
    gold = [[labels[int(at)] for at in np.flatnonzero(row)] for row in targets]
    predicted = [[labels[at] for at in decision.chosen(row)] for row in logits]
    f1 = metrics.f1(gold, predicted)
    pairs = list(zip(gold, predicted, strict=True))
    inside = [pair for pair in pairs if pair[0]]
    outside = [pair for pair in pairs if not pair[0]]
    figures: dict[str, Any] = {
        "held_out": len(pairs),
        "accuracy": _share([bool(found) and set(found) <= set(wanted) for wanted, found in inside]),
        "exact_match": _share([set(wanted) == set(found) for wanted, found in pairs]),
        "oos_recall": _share([not found for _, found in outside]),
        "f1_micro": round(f1.micro, 4),
        "f1_macro": round(f1.macro, 4),
        "rejection": decision.rejection,
        "threshold": round(decision.threshold, 4),
        "temperature": round(decision.temperature, 4),
    }
    counts = Counter((wanted[0] if wanted else NOTHING, found[0] if found else NOTHING) for wanted, found in pairs)
    return Measured(figures, Confusion((*labels, NOTHING), dict(counts)))


def _share(right: Sequence[bool]) -> float | None:
    return round(sum(right) / len(right), 4) if right else None
