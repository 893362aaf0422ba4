"""Labelled sentences cut into folds: each label spread evenly, the same words never in two folds."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence

from nlu.data import Example
from nlu.text import fold, is_mark


class FoldError(ValueError):
    """There are too few sentences for so many folds."""


def folds(examples: Sequence[Example], count: int, seed: int = 0) -> tuple[tuple[int, ...], ...]:
    """`count` sets of places in `examples`, together all of them. Raises FoldError.

    Sentences of the same words, punctuation and spaces aside, stay together: else a model is asked what it was told.
    """
    if not 2 <= count <= 50:
        raise FoldError(f"folds must be between 2 and 50, got {count}")
    groups = _same_words(examples)
    if len(groups) < count:
        raise FoldError(f"{len(groups)} different sentences are too few for {count} folds")
    random.Random(seed).shuffle(groups)
    of_label: dict[tuple[str, ...], list[list[int]]] = defaultdict(list)
    for group in groups:
        of_label[_labels(examples[group[0]])].append(group)
    sizes = Counter(dict.fromkeys(range(count), 0))
    cut: list[list[int]] = [[] for _ in range(count)]
    for _, same in sorted(of_label.items()):
        order = sorted(range(count), key=lambda at: sizes[at])
        for at, group in enumerate(same):
            cut[order[at % count]] += group
            sizes[order[at % count]] += len(group)
    return tuple(tuple(sorted(one)) for one in cut)


def _same_words(examples: Sequence[Example]) -> list[list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for at, example in enumerate(examples):
        words = "".join(one for one in fold(example.text) if not (one.isspace() or is_mark(one)))
        groups[words or example.text].append(at)
    return list(groups.values())


def _labels(example: Example) -> tuple[str, ...]:
    return tuple(sorted(set(example.intents))) or tuple(sorted({one.entity for one in example.entities}))
