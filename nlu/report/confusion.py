"""Which label was read as which, for one label a sentence or several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlu.evaluate import EntityRow, IntentRow

NOTHING = "(nothing)"
"""Stands for out of scope: gold, or read."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """`counts[gold, read]`; labels are in the order of their names, (nothing) last."""

    labels: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]

    def confused_with(self, label: str) -> Mapping[str, int]:
        """What this label was read as when it was read wrongly, most often first."""
        wrong = {other: self.counts.get((label, other), 0) for other in self.labels if other != label}
        return dict(sorted(((name, count) for name, count in wrong.items() if count), key=lambda item: (-item[1], item[0])))

    def worst(self, most: int) -> Confusion:
        """Only the labels that take part in most mistakes, so that a picture can be read."""
        mistakes: Counter[str] = Counter()
        for (gold, read), count in self.counts.items():
            if gold != read:
                mistakes[gold] += count
                mistakes[read] += count
        seen = {label for pair in self.counts for label in pair}
        ranked = sorted((label for label in self.labels if label in seen), key=lambda label: (-mistakes[label], label))
        kept = set(ranked[:most])
        labels = tuple(label for label in self.labels if label in kept)
        return Confusion(labels, {pair: count for pair, count in self.counts.items() if set(pair) <= kept})


def confusion_of_intents(rows: Sequence[IntentRow]) -> Confusion:
    """What was gold and read counts as right; of the rest each gold label is confused with each label that was read."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts.update(_pairs(set(row.gold), set(row.predicted)))
    return _sorted(counts)


def confusion_of_entities(rows: Sequence[EntityRow]) -> Confusion:
    """By place: entities with the same span are compared by type; one whose span was not found was read as nothing."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        gold = {(start, end, name) for name, start, end in row.gold}
        read = {(start, end, name) for name, start, end in row.predicted}
        for start, end in {(one[0], one[1]) for one in gold | read}:
            here = [{name for at, until, name in side if (at, until) == (start, end)} for side in (gold, read)]
            counts.update(_pairs(here[0], here[1]))
    return _sorted(counts)


def _pairs(gold: set[str], read: set[str]) -> list[tuple[str, str]]:
    right = [(label, label) for label in gold & read]
    missed, added = sorted(gold - read), sorted(read - gold)
    if missed and added:
        return right + [(one, other) for one in missed for other in added]
    if not gold and not read:
        return [(NOTHING, NOTHING)]
    return right + [(one, NOTHING) for one in missed] + [(NOTHING, other) for other in added]


def _sorted(counts: Counter[tuple[str, str]]) -> Confusion:
    names = sorted({label for pair in counts for label in pair} - {NOTHING})
    return Confusion((*names, *([NOTHING] if any(NOTHING in pair for pair in counts) else [])), dict(counts))
