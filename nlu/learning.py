"""How an intent model is learnt: fit, align the compound sentences, fit again; all settings from held-out folds."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nlu import cuts, linear
from nlu.compounds import Labelled, joined
from nlu.confidence import NONE
from nlu.cuts import NO_CUTS, CutModel, CutTable
from nlu.features import Sentence, part
from nlu.intents import IntentModel, Looked
from nlu.lexicon import Lexicon
from nlu.linear import RowTable
from nlu.segmentation import Cutting, align

_ABSENT = -3.0
"""The margin of a label that a fold's training rows lacked."""
_MADE = 1000
"""Compound sentences in all, where there are so many simple ones to make them from: real ones, and some made."""
_SIMPLE_HELD_OUT, _REAL_HELD_OUT, _MADE_HELD_OUT = 1600, 800, 400
"""So many sentences of each kind are looked at when held out, at most: enough to settle four figures."""
_SIMPLE_CUTS = 3000
"""So many simple sentences teach where not to cut, at most."""
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
    """Training sentences. `compounds` have several intents, and their cuts where known; `nothing` has the label NONE."""

    singles: tuple[Labelled, ...]
    compounds: tuple[Labelled, ...] = ()
    nothing: tuple[Labelled, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A sentence as a model saw it that had not been trained on it; its margins are over all labels."""

    row: Labelled
    looked: Looked
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
    """A training sentence, the fold that leaves it out (-1: none does), and its parts with one label each."""

    row: Labelled
    fold: int
    pieces: tuple[Sentence, ...]
    labels: tuple[str, ...]
    made: bool = False


@dataclass(frozen=True, slots=True)
class _Tables:
    """The features of all pieces of all items, in order, and of all places of all items."""

    rows: RowTable
    cuts: CutTable | None


def learn(rows: Rows, lexicon: Lexicon, options: LearningOptions) -> Learnt:
    """Train on all rows, and on all but each fold. Needs two labels or more."""
    items, tables = _ready(rows, lexicon, options)
    held_out = tuple(one for fold in range(options.folds) for one in _held_out(items, fold, tables, options))
    return Learnt(_fit(items, tables, -1, options), _all_labels(items), held_out)


def align_compounds(rows: Rows, lexicon: Lexicon, options: LearningOptions) -> tuple[Labelled, ...]:
    """The compound sentences with their cuts, where unknown the likeliest ones; those that cannot be cut so are left out."""
    if all(map(_is_cut, rows.compounds)):
        return rows.compounds
    items, _ = _ready(rows, lexicon, options)
    return tuple(item.row for item in items if len(item.pieces) > 1)


def _ready(rows: Rows, lexicon: Lexicon, options: LearningOptions) -> tuple[list[_Item], _Tables]:
    """All that is learnt from; compound sentences whose cuts are unknown come last, cut by a model of all the others."""
    plain = [_item(row, fold) for group in (rows.singles, rows.nothing) for fold, row in _dealt(group, options)]
    compounds = rows.compounds if options.compound else ()
    cut = [_item(row, fold) for fold, row in _dealt(tuple(filter(_is_cut, compounds)), options)]
    made = _made(plain, [row.intents for row in compounds], max(0, _MADE - len(compounds)), lexicon, options)
    items = [*plain, *cut, *made]
    tables = _tabulated(items, options)
    uncut = [row for row in compounds if not _is_cut(row)]
    if uncut:
        more = [_item(row, fold) for fold, row in _dealt(_likeliest(uncut, items, tables, options), options)]
        items, tables = [*items, *more], _tabulated(more, options, after=tables)
    return items, tables


def _is_cut(row: Labelled) -> bool:
    return len(row.begins) == len(row.intents)


def _all_labels(items: Sequence[_Item]) -> tuple[str, ...]:
    return tuple(sorted({label for item in items for label in item.labels}))


def _item(row: Labelled, fold: int) -> _Item:
    ends = (*row.begins[1:], len(row.sentence))
    pieces = [row.sentence]
    if len(row.begins) > 1:
        pieces = [part(row.sentence, start, end) for start, end in zip(row.begins, ends, strict=True)]
    return _Item(row, fold, tuple(pieces), row.intents)


def _made(
    plain: Sequence[_Item], orders: Sequence[tuple[str, ...]], count: int, lexicon: Lexicon, options: LearningOptions
) -> list[_Item]:
    """Compound sentences made within each fold, so that what is held out is so as a whole; they teach cutting only."""
    if not options.compound:
        return []
    made: list[_Item] = []
    for fold in range(options.folds):
        singles = [item.row for item in plain if item.fold == fold and item.labels != (NONE,)]
        rows = joined(singles, orders, min(len(singles), count // options.folds), lexicon, random.Random(options.seed + fold))
        made += [_Item(row, fold, (), row.intents, made=True) for row in rows]
    return made


def _tabulated(items: Sequence[_Item], options: LearningOptions, after: _Tables | None = None) -> _Tables:
    """The items behind those of `after`, where there are some."""
    pieces = [piece for item in items for piece in item.pieces]
    rows = linear.tabulate(pieces, options.with_marks, None if after is None else after.rows)
    if not options.compound:
        return _Tables(rows, None)
    simple = [at for at, item in enumerate(items) if len(item.labels) == 1]
    silent = set(random.Random(options.seed).sample(simple, max(0, len(simple) - _SIMPLE_CUTS)))
    taught = [(item.row.sentence, None if at in silent else item.row.begins[1:]) for at, item in enumerate(items)]
    return _Tables(rows, cuts.tabulate(taught, None if after is None else after.cuts))


def _fit(items: Sequence[_Item], tables: _Tables, without: int, options: LearningOptions) -> IntentModel:
    """A model of all items but those of the fold `without` (-1: of all)."""
    kept = [at for at, item in enumerate(items) if without < 0 or item.fold != without]
    rows = [item.fold for item in items for _ in item.pieces]
    chosen = [row for row, fold in enumerate(rows) if without < 0 or fold != without]
    labels = [label for at in kept for _, label in zip(items[at].pieces, items[at].labels, strict=False)]
    linear_options = linear.LinearOptions(options.cost, options.min_count, options.with_marks, options.seed)
    classifier = linear.fit(tables.rows, chosen, labels, linear_options)
    cutting = Cutting(max_parts=options.max_needs)
    return IntentModel(classifier, cut_model=_cut_model(items, kept, tables.cuts, options), cutting=cutting)


def _cut_model(items: Sequence[_Item], kept: Sequence[int], table: CutTable | None, options: LearningOptions) -> CutModel:
    if table is None:
        return NO_CUTS
    real = [at for at in kept if len(items[at].pieces) > 1]
    return cuts.fit(table, [*kept, *real * (_REAL_WEIGHT - 1)], options.seed)


def _likeliest(
    compounds: Sequence[Labelled], items: Sequence[_Item], tables: _Tables, options: LearningOptions
) -> tuple[Labelled, ...]:
    """Compound sentences with their likeliest cuts."""
    model = _fit(items, tables, -1, options)
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


def _held_out(items: Sequence[_Item], fold: int, tables: _Tables, options: LearningOptions) -> Iterator[HeldOut]:
    left = _chosen([item for item in items if item.fold == fold], options)
    if not left or len({label for item in items if item.fold != fold for label in item.labels}) < 2:
        return
    model = _fit(items, tables, fold, options)
    labels = _all_labels(items)
    columns = [labels.index(label) for label in model.classifier.labels]
    for item in left:
        looked = model.look(item.row.sentence)
        margins = np.full((*looked.margins.shape[:2], len(labels)), _ABSENT, dtype=np.float32)
        margins[:, :, columns] = looked.margins
        yield HeldOut(item.row, replace(looked, margins=margins), item.made)


def _chosen(items: Sequence[_Item], options: LearningOptions) -> list[_Item]:
    """The items of a fold that are looked at: a share of the simple ones, of the real compounds and of those made."""
    rng = random.Random(options.seed)
    simple = [item for item in items if len(item.labels) == 1]
    made = [item for item in items if item.made]
    real = [item for item in items if len(item.labels) > 1 and not item.made]
    shares = ((simple, _SIMPLE_HELD_OUT), (real, _REAL_HELD_OUT), (made, _MADE_HELD_OUT))
    return [one for group, most in shares for one in rng.sample(group, min(len(group), most // options.folds))]


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
