"""Figures of merit: F1 over sets of labels, proportions with their intervals, percentiles of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """A proportion with its 95 % interval (Wilson 1927). Of nothing it is 0 with the interval [0, 1]."""

    value: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, hits: int, count: int) -> Share:
        """`hits` of `count`."""
        if count == 0:
            return cls(0.0, 0.0, 1.0, 0)
        z = 1.959964  # the 97.5 % point of the normal distribution
        share = hits / count
        middle = share + z * z / (2 * count)
        spread = z * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5
        scale = 1 + z * z / count
        return cls(share, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale), count)


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1 of one label (or of all); `support` is how often it is gold."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class F1:
    """Micro: over all labels together. Macro: the mean over the labels that occur in gold."""

    micro: float
    macro: float
    per_label: tuple[Scores, ...]


def f1(gold: Sequence[Collection[str]], predicted: Sequence[Collection[str]]) -> F1:
    """F1 of sets of labels, row by row; rows may be empty. Raises ValueError when the lengths differ."""
    pairs = [(set(one), set(other)) for one, other in zip(gold, predicted, strict=True)]
    labels = sorted({label for one, other in pairs for label in one | other})
    per_label = tuple(_scores(label, pairs) for label in labels)
    hits = sum(len(one & other) for one, other in pairs)
    total = scores("all", hits, sum(len(other) for _, other in pairs), sum(len(one) for one, _ in pairs))
    occurring = [one.f1 for one in per_label if one.support]
    return F1(total.f1, sum(occurring) / len(occurring) if occurring else 0.0, per_label)


def per_type(
    gold: Sequence[Collection[tuple[str, int, int]]], predicted: Sequence[Collection[tuple[str, int, int]]]
) -> tuple[Scores, ...]:
    """Scores of each entity type over exact spans (type, start, end), row by row."""
    hits, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    for one, other in zip(gold, predicted, strict=True):
        hits.update(span[0] for span in set(one) & set(other))
        found.update(span[0] for span in other)
        wanted.update(span[0] for span in one)
    return tuple(scores(name, hits[name], found[name], wanted[name]) for name in sorted({*found, *wanted}))


def scores(label: str, hits: int, predicted: int, gold: int) -> Scores:
    """From counts; what is undefined counts as 0."""
    precision = hits / predicted if predicted else 0.0
    recall = hits / gold if gold else 0.0
    both = precision + recall
    return Scores(label, precision, recall, 2 * precision * recall / both if both else 0.0, gold)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (in [0, 1]) of the values do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _scores(label: str, pairs: Sequence[tuple[set[str], set[str]]]) -> Scores:
    hits = sum(label in one and label in other for one, other in pairs)
    return scores(label, hits, sum(label in other for _, other in pairs), sum(label in one for one, _ in pairs))
