"""Two models on the same sentences: whether they differ, by a paired bootstrap (Efron and Tibshirani 1993, chapter 16)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.evaluate import EntityRow, IntentRow

Array = npt.NDArray[np.float64]
RESAMPLES = 2000
_AT_ONCE = 200
"""Resamples worked on together: 200 x 3,000 sentences are 5 MB."""


class ComparisonError(ValueError):
    """Two results that are not about the same sentences."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of the model and of the other one: `difference` is model minus other, [low, high] its 95 % interval, `p` the
    two-sided chance of one as large where there is none."""

    name: str
    model: float
    other: float
    difference: float
    low: float
    high: float
    p: float

    @property
    def figures(self) -> Mapping[str, float]:
        """For --json."""
        names = ("model", "other", "difference", "low", "high", "p")
        return {name: round(getattr(self, name), 4) for name in names}

    @property
    def line(self) -> str:
        """With the verdict in words."""
        verdict = "better" if self.low > 0 else "worse" if self.high < 0 else "no difference that is sure"
        return (
            f"{self.name:12} {self.model:.4f} against {self.other:.4f}: {self.difference:+.4f} "
            f"(95 %: {self.low:+.4f} to {self.high:+.4f}), p {self.p:.4f}: {verdict}"
        )


@dataclass(frozen=True, slots=True)
class _Counts:
    """Per sentence (rows) and label (columns): right, predicted, gold; and hits of figures that are simple means."""

    hits: Array
    predicted: Array
    gold: Array
    means: Mapping[str, tuple[Array, Array]]
    figures: tuple[str, ...]

    def of(self, weights: Array) -> dict[str, Array]:
        """The figures for each row of weights, (resamples, sentences)."""
        hits, predicted, gold = weights @ self.hits, weights @ self.predicted, weights @ self.gold
        known = {
            "precision": _ratio(hits.sum(1), predicted.sum(1)),
            "recall": _ratio(hits.sum(1), gold.sum(1)),
            "f1": _ratio(2 * hits.sum(1), predicted.sum(1) + gold.sum(1)),
            "f1_macro": _ratio((_ratio(2 * hits, predicted + gold) * (gold > 0)).sum(1), (gold > 0).sum(1)),
            **{name: _ratio(weights @ right, weights @ counted) for name, (right, counted) in self.means.items()},
        }
        known["f1_micro"] = known["f1"]
        return {name: known[name] for name in self.figures}


def compare_intents(model: Sequence[IntentRow], other: Sequence[IntentRow], seed: int = 0) -> tuple[Difference, ...]:
    """Differences of accuracy, exact match, F1 and recall of what is out of scope. Raises ComparisonError."""
    _check([(row.origin, row.text, row.gold) for row in model], [(row.origin, row.text, row.gold) for row in other])
    labels = sorted({label for row in (*model, *other) for label in (*row.gold, *row.predicted)})
    names = ["accuracy", "exact_match", "f1_micro", "f1_macro"]
    if any(not row.gold for row in model):
        names.append("oos_recall")
    return _differences(_of_intents(model, labels, tuple(names)), _of_intents(other, labels, tuple(names)), seed)


def compare_entities(model: Sequence[EntityRow], other: Sequence[EntityRow], seed: int = 0) -> tuple[Difference, ...]:
    """Differences of precision, recall and F1. Raises ComparisonError."""
    _check([(row.origin, row.text, row.gold) for row in model], [(row.origin, row.text, row.gold) for row in other])
    return _differences(_of_entities(model), _of_entities(other), seed)


def _check(one: Sequence[object], other: Sequence[object]) -> None:
    if list(one) != list(other):
        raise ComparisonError("the two models were measured on different sentences; measure both on the same file")
    if not one:
        raise ComparisonError("there are no sentences to compare two models on")


def _of_intents(rows: Sequence[IntentRow], labels: Sequence[str], figures: tuple[str, ...]) -> _Counts:
    column = {label: at for at, label in enumerate(labels)}
    gold, predicted = np.zeros((len(rows), len(labels))), np.zeros((len(rows), len(labels)))
    for at, row in enumerate(rows):
        gold[at, [column[label] for label in row.gold]] = 1
        predicted[at, [column[label] for label in row.predicted]] = 1
    in_scope = np.array([bool(row.gold) for row in rows], dtype=float)
    silent = np.array([not row.predicted for row in rows], dtype=float)
    means = {
        "accuracy": (np.array([row.accurate for row in rows], dtype=float) * in_scope, in_scope),
        "exact_match": (np.array([row.exact for row in rows], dtype=float), np.ones(len(rows))),
        "oos_recall": (silent * (1 - in_scope), 1 - in_scope),
    }
    return _Counts(gold * predicted, predicted, gold, means, figures)


def _of_entities(rows: Sequence[EntityRow]) -> _Counts:
    counts = [(len(row.gold & row.predicted), len(row.predicted), len(row.gold)) for row in rows]
    hits, predicted, gold = (np.array([[row[at]] for row in counts], dtype=float) for at in range(3))
    return _Counts(hits, predicted, gold, {}, ("precision", "recall", "f1"))


def _differences(one: _Counts, other: _Counts, seed: int) -> tuple[Difference, ...]:
    """The same sentences are drawn for both, so that what is hard for both cancels out."""
    sentences = len(one.hits)
    whole = np.ones((1, sentences))
    first, second = one.of(whole), other.of(whole)
    drawn: dict[str, list[Array]] = {name: [] for name in one.figures}
    for weights in _resamples(sentences, np.random.default_rng(seed)):
        left, right = one.of(weights), other.of(weights)
        for name in one.figures:
            drawn[name].append(left[name] - right[name])
    return tuple(
        _difference(name, float(first[name][0]), float(second[name][0]), np.concatenate(drawn[name])) for name in one.figures
    )


def _difference(name: str, model: float, other: float, drawn: Array) -> Difference:
    low, high = (float(edge) for edge in np.quantile(drawn, (0.025, 0.975)))
    tail = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    return Difference(name, model, other, model - other, low, high, min(1.0, 2 * (tail + 1) / (len(drawn) + 1)))


def _resamples(sentences: int, rng: np.random.Generator) -> Iterator[Array]:
    for _ in range(RESAMPLES // _AT_ONCE):
        yield rng.multinomial(sentences, np.full(sentences, 1 / sentences), size=_AT_ONCE).astype(float)


def _ratio(part: Array, whole: Array) -> Array:
    shares: Array = np.divide(part, whole, out=np.zeros_like(part, dtype=float), where=whole > 0)
    return shares
