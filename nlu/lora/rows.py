"""Labelled sentences as rows of a training: split, weighed, repeated, dealt into batches. Pure but for tensors."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.data import Example

_SORTED_TOGETHER = 16
"""Batches of sentences of like length are cut from so many batches' worth of shuffled ones: little padding, still at random."""
_MOST_WEIGHT = 10.0
"""The rarest label counts so many times as much as an even share, at most."""


class RowsError(ValueError):
    """There is too little to train on; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence with its labels by index, each once; none means out of scope."""

    text: str
    labels: tuple[int, ...]


def labels_of(examples: Sequence[Example]) -> tuple[str, ...]:
    """All intents, sorted. Raises RowsError for fewer than two kinds of rows."""
    labels = tuple(sorted({intent for example in examples for intent in example.intents}))
    if len(labels) + any(not example.intents for example in examples) < 2:
        raise RowsError(f"an intent classifier needs sentences of two intents or more, got {len(labels)}: {', '.join(labels)}")
    return labels


def rows_of(examples: Sequence[Example], labels: Sequence[str]) -> tuple[Row, ...]:
    """As typed and, where it differs, also as a recogniser heard it; the same sentence with the same labels only once."""
    index = {label: at for at, label in enumerate(labels)}
    rows: dict[Row, None] = {}
    for example in examples:
        known = tuple(dict.fromkeys(index[intent] for intent in example.intents))
        for text in (example.text, example.asr):
            if text:
                rows[Row(text, known)] = None
    return tuple(rows)


def split(rows: Sequence[Row], size: float, seed: int) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Rows to train on and rows held out, each set of labels evenly in both; a label's only row is trained on.

    `size` below 1 is a share, otherwise a number of rows.
    """
    share = size if size < 1 else min(0.5, size / max(1, len(rows)))
    if share <= 0:
        return tuple(rows), ()
    rng = random.Random(seed)
    groups: dict[tuple[int, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.labels].append(row)
    held_out: set[Row] = set()
    owed = 0.0
    for group in groups.values():
        rng.shuffle(group)
        owed += share * len(group)
        count = min(int(owed), len(group) - 1)
        owed -= count
        held_out.update(group[:count])
    return tuple(row for row in rows if row not in held_out), tuple(row for row in rows if row in held_out)


def over_sampled(rows: Sequence[Row], seed: int) -> tuple[Row, ...]:
    """Rows of rare labels repeated, until every label has half as many as the commonest, or ten times its own."""
    counts = Counter(label for row in rows for label in row.labels)
    most = max(counts.values(), default=0)
    rng = random.Random(seed)
    repeated = list(rows)
    for row in rows:
        rarest = min((counts[label] for label in row.labels), default=most)
        wanted = min(_MOST_WEIGHT, max(1.0, most / 2 / max(1, rarest))) - 1
        repeated += [row] * (int(wanted) + (rng.random() < wanted % 1))
    return tuple(repeated)


def balanced_weights(rows: Sequence[Row], labels: int) -> tuple[float, ...]:
    """One weight a label, in inverse proportion to how often it occurs, 1 in the mean over rows, 10 at most."""
    counts = Counter(label for row in rows for label in row.labels)
    total = sum(counts.values())
    return tuple(min(_MOST_WEIGHT, total / labels / max(1, counts[label])) for label in range(labels))


def batches(lengths: Sequence[int], size: int, epoch: int, seed: int) -> list[list[int]]:
    """Indices of rows, dealt into batches of like length in an order of the epoch's own."""
    rng = random.Random(seed * 1_000_003 + epoch)
    order = list(range(len(lengths)))
    rng.shuffle(order)
    dealt: list[list[int]] = []
    for begin in range(0, len(order), size * _SORTED_TOGETHER):
        chunk = sorted(order[begin : begin + size * _SORTED_TOGETHER], key=lambda at: lengths[at])
        dealt += [chunk[at : at + size] for at in range(0, len(chunk), size)]
    rng.shuffle(dealt)
    return dealt
