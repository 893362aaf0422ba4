"""How an intent model is learnt: fit, align the compound sentences, fit again; all settings from held-out folds."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from nlu import cuts, linear
from nlu.compounds import Labelled, joined
from nlu.confidence import NONE
from nlu.cuts import NO_CUTS, CutModel, CutTable
from nlu.features import part
from nlu.intents import IntentModel
from nlu.lexicon import Lexicon
from nlu.linear import Floats
from nlu.segmentation import Cutting, align

_ABSENT = -3.0
"""The margin of a label that a fold's training rows lacked."""
_MADE = 1000
"""Compound sentences made from simple ones, at most."""
_REAL_WEIGHT = 3
"""Real compound sentences count so many times as much as made ones when cutting is learnt."""

_EVERYWHERE = Cutting(floor=-1e6, max_places=40)
"""Where it is known that there are cuts, no place is left out."""


@dataclass(frozen=True, slots=True)
class LearningOptions:
    """How an intent model is learnt."""

    compound: bool = True
    max_needs: int = 5
    with_marks: bool = False
    min_count: int = 1
    cost: float = 2.0
    folds: int = 4
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """Training sentences. `compounds` have several intents and no known cuts; those of `nothing` have the label NONE."""

    singles: tuple[Labelled, ...]
    compounds: tuple[Labelled, ...] = ()
    nothing: tuple[Labelled, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A sentence as a model saw it that had not been trained on it; `margins` are (cuts, cuts, labels) over all labels."""

    row: Labelled
    cuts: tuple[int, ...]
    margins: Floats
    odds: Floats
    complete: npt.NDArray[np.bool_]
    made: bool = False


@dataclass(frozen=True, slots=True)
class Learnt:
    """A model trained on everything, its settings still the standard ones, and what to settle them on.

    `labels` are those of the held-out margins.
    """

    model: IntentModel
    labels: tuple[str, ...]
    held_out: tuple[HeldOut, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Item:
    """A training sentence, the fold that leaves it out (-1: none does), and its rows for the classifier."""

    row: Labelled
    fold: int
    counts: tuple[Mapping[str, int], ...]
    labels: tuple[str, ...]
    made: bool = False


def learn(rows: Rows, lexicon: Lexicon, options: LearningOptions) -> Learnt:
    """Train on all rows, and on all but each fold. Needs two labels or more."""
    plain = [_item(row, fold, options) for group in (rows.singles, rows.nothing) for fold, row in _dealt(group, options)]
    made = _made(plain, [row.intents for row in rows.compounds], lexicon, options)
    if options.compound and rows.compounds:
        aligned = _aligned(rows.compounds, [*plain, *made], options)
        plain += [_item(row, fold, options) for fold, row in _dealt(aligned, options)]
    items = [*plain, *made]
    table = _tabulated(items, options)
    held_out = tuple(one for fold in range(options.folds) for one in _held_out(items, fold, table, options))
    return Learnt(_fit(items, table, -1, options), _all_labels(items), held_out)


def _all_labels(items: Sequence[_Item]) -> tuple[str, ...]:
    return tuple(sorted({label for item in items for label in item.labels}))


def _item(row: Labelled, fold: int, options: LearningOptions) -> _Item:
    ends = (*row.begins[1:], len(row.sentence))
    pieces = [row.sentence]
    if len(row.begins) > 1:
        pieces = [part(row.sentence, start, end) for start, end in zip(row.begins, ends, strict=True)]
    counts = tuple(linear.counted(piece, options.with_marks) for piece in pieces)
    return _Item(row, fold, counts, row.intents)


def _made(plain: Sequence[_Item], orders: Sequence[tuple[str, ...]], lexicon: Lexicon, options: LearningOptions) -> list[_Item]:
    """Compound sentences made within each fold, so that what is held out is so as a whole; they teach cutting only."""
    if not options.compound:
        return []
    made: list[_Item] = []
    for fold in range(options.folds):
        singles = [item.row for item in plain if item.fold == fold and item.labels != (NONE,)]
        count = min(len(singles), _MADE // options.folds)
        rows = joined(singles, orders, count, lexicon, random.Random(options.seed + fold))
        made += [_Item(row, fold, (), (), made=True) for row in rows]
    return made


def _tabulated(items: Sequence[_Item], options: LearningOptions) -> CutTable | None:
    return cuts.tabulate([(item.row.sentence, item.row.begins[1:]) for item in items]) if options.compound else None


def _fit(items: Sequence[_Item], table: CutTable | None, without: int, options: LearningOptions) -> IntentModel:
    """A model of all items but those of the fold `without` (-1: of all)."""
    kept = [at for at, item in enumerate(items) if without < 0 or item.fold != without]
    rows = [(counts, label) for at in kept for counts, label in zip(items[at].counts, items[at].labels, strict=True)]
    linear_options = linear.LinearOptions(options.cost, options.min_count, options.with_marks, options.seed)
    classifier = linear.fit([counts for counts, _ in rows], [label for _, label in rows], linear_options)
    cutting = Cutting(max_parts=options.max_needs)
    return IntentModel(classifier, cut_model=_cut_model(items, kept, table, options), cutting=cutting)


def _cut_model(items: Sequence[_Item], kept: Sequence[int], table: CutTable | None, options: LearningOptions) -> CutModel:
    if table is None:
        return NO_CUTS
    real = [at for at in kept if len(items[at].labels) > 1]
    return cuts.fit(table, [*kept, *real * (_REAL_WEIGHT - 1)], options.seed)


def _aligned(compounds: Sequence[Labelled], items: Sequence[_Item], options: LearningOptions) -> tuple[Labelled, ...]:
    """Compound sentences with their likeliest cuts, found by a model of the simple ones."""
    model = _fit(items, _tabulated(items, options), -1, options)
    model = replace(model, cutting=_EVERYWHERE)
    labels = model.classifier.labels
    found: list[Labelled] = []
    for row in compounds:
        if not set(row.intents) <= set(labels):
            continue
        chart = model.chart(row.sentence)
        parts = align(chart.likely, chart.odds, [labels.index(intent) for intent in row.intents])
        if parts:
            begins = tuple(chart.cuts[one.start] for one in parts)
            found.append(Labelled(row.sentence, tuple(labels[one.label] for one in parts), begins))
    return tuple(found)


def _held_out(items: Sequence[_Item], fold: int, table: CutTable | None, options: LearningOptions) -> Iterator[HeldOut]:
    left = [item for item in items if item.fold == fold]
    if not left or len({label for item in items if item.fold != fold for label in item.labels}) < 2:
        return
    model = _fit(items, table, fold, options)
    labels = _all_labels(items)
    columns = [labels.index(label) for label in model.classifier.labels]
    for item in left:
        chart = model.chart(item.row.sentence)
        raw = model.classifier.scores(item.row.sentence, chart.cuts)
        margins = np.full((*raw.shape[:2], len(labels)), _ABSENT, dtype=np.float32)
        margins[:, :, columns] = raw
        yield HeldOut(item.row, chart.cuts, margins, chart.odds, chart.complete, item.made)


def _dealt(rows: Sequence[Labelled], options: LearningOptions) -> list[tuple[int, Labelled]]:
    """Rows with their fold; the rows of each label are spread evenly. The only row of a label is never held out."""
    rng = random.Random(options.seed)
    by_label: dict[tuple[str, ...], list[Labelled]] = defaultdict(list)
    for row in rows:
        by_label[row.intents].append(row)
    dealt: list[tuple[int, Labelled]] = []
    for group in by_label.values():
        rng.shuffle(group)
        begin = len(dealt)
        dealt += [((begin + at) % options.folds if len(group) > 1 else -1, row) for at, row in enumerate(group)]
    return dealt
