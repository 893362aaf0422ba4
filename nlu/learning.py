"""How an intent model is learnt: fit, align the compound sentences, fit again; all settings from held-out folds."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nlu import confidence, cuts, linear
from nlu.compounds import Labelled, joined
from nlu.confidence import NONE
from nlu.features import Sentence, part
from nlu.intents import Charted, IntentModel
from nlu.linear import Floats
from nlu.pinyin import Syllables
from nlu.segmentation import Cutting, align

_ABSENT = -3.0
"""The margin of a label that a fold's training rows lacked."""
_REAL_REPEATS = 2
"""Real compound sentences count so many times as much as made ones when cutting is learnt."""
_TUNED = 500
"""Cutting is settled on so many held-out sentences at most."""


@dataclass(frozen=True, slots=True)
class LearningOptions:
    """How an intent model is learnt."""

    compound: bool = True
    max_needs: int = 5
    with_marks: bool = False
    min_count: int = 1
    cost: float = 1.0
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
    """A sentence as a model saw it that had not been trained on it; `margins` are over all labels."""

    row: Labelled
    cuts: tuple[int, ...]
    margins: Floats
    odds: Floats
    made: bool = False


@dataclass(frozen=True, slots=True)
class Learnt:
    """The final model, and what it was settled on."""

    model: IntentModel
    held_out: tuple[HeldOut, ...] = field(repr=False)


def learn(rows: Rows, syllables: Syllables, options: LearningOptions) -> Learnt:
    """Train on all rows; calibration, eagerness to cut and threshold come from folds. Needs two labels or more."""
    aligned = _aligned(rows, syllables, options)
    labels = tuple(sorted({label for row in (*rows.singles, *aligned, *rows.nothing) for label in row.intents}))
    held_out = tuple(_held_out(rows, aligned, syllables, options, labels))
    final = _fit(rows.singles, aligned, rows.nothing, syllables, options)
    return Learnt(_settled(final, held_out, labels, options), held_out)


def chart_of(held_out: HeldOut, model: IntentModel, labels: Sequence[str]) -> Charted:
    """A held-out sentence under the model's calibration."""
    likely = model.calibration.log_probabilities(held_out.margins.copy(), labels)
    return Charted(held_out.cuts, likely, held_out.odds)


def _fit(
    singles: Sequence[Labelled],
    aligned: Sequence[Labelled],
    nothing: Sequence[Labelled],
    syllables: Syllables,
    options: LearningOptions,
) -> IntentModel:
    parts = [piece for row in aligned for piece in _parts(row)]
    rows = [*singles, *parts, *nothing]
    linear_options = linear.LinearOptions(options.cost, options.min_count, options.with_marks, options.seed)
    classifier = linear.fit([row.sentence for row in rows], [row.intents[0] for row in rows], linear_options)
    cutting = Cutting(max_parts=options.max_needs)
    if not options.compound:
        return IntentModel(classifier, cutting=cutting)
    made = joined(singles, min(len(singles), 1500), syllables, random.Random(options.seed))
    sentences = [*singles, *nothing, *made, *aligned * _REAL_REPEATS]
    cut_model = cuts.fit([(row.sentence, row.begins[1:]) for row in sentences], options.seed)
    return IntentModel(classifier, cut_model=cut_model, cutting=cutting)


def _parts(row: Labelled) -> Iterator[Labelled]:
    ends = (*row.begins[1:], len(row.sentence))
    for intent, start, end in zip(row.intents, row.begins, ends, strict=True):
        yield Labelled(part(row.sentence, start, end), (intent,))


def _aligned(rows: Rows, syllables: Syllables, options: LearningOptions) -> tuple[Labelled, ...]:
    """Compound sentences with their likeliest cuts, found by a model of the simple ones."""
    if not options.compound or not rows.compounds:
        return ()
    model = _fit(rows.singles, (), rows.nothing, syllables, options)
    labels = model.classifier.labels
    found: list[Labelled] = []
    for row in rows.compounds:
        if not set(row.intents) <= set(labels):
            continue
        chart = model.chart(row.sentence)
        parts = align(chart.likely, chart.odds, [labels.index(intent) for intent in row.intents])
        if parts:
            begins = tuple(chart.cuts[one.start] for one in parts)
            found.append(Labelled(row.sentence, tuple(labels[one.label] for one in parts), begins))
    return tuple(found)


def _held_out(
    rows: Rows, aligned: Sequence[Labelled], syllables: Syllables, options: LearningOptions, labels: Sequence[str]
) -> Iterator[HeldOut]:
    groups = [_dealt(group, options) for group in (rows.singles, aligned, rows.nothing)]
    for fold in range(options.folds):
        kept, left = zip(*(_split(group, fold) for group in groups), strict=True)
        if len({row.intents for row in (*kept[0], *kept[2])}) < 2:
            continue
        model = _fit(kept[0], kept[1], kept[2], syllables, options)
        for row in (*left[0], *left[1], *left[2]):
            yield _seen(model, row, labels)
        if options.compound:
            for row in joined(left[0], _TUNED // 2 // options.folds, syllables, random.Random(fold)):
                yield replace(_seen(model, row, labels), made=True)


def _seen(model: IntentModel, row: Labelled, labels: Sequence[str]) -> HeldOut:
    chart = model.chart(row.sentence)
    raw = model.classifier.scores(row.sentence, chart.cuts)
    margins = np.full((*raw.shape[:2], len(labels)), _ABSENT, dtype=np.float32)
    margins[:, :, [labels.index(label) for label in model.classifier.labels]] = raw
    return HeldOut(row, chart.cuts, margins, chart.odds)


def _dealt(rows: Sequence[Labelled], options: LearningOptions) -> list[tuple[int, Labelled]]:
    """Rows with their fold; the rows of each label are spread evenly. The first row of a label alone is never held out."""
    rng = random.Random(options.seed)
    by_label: dict[tuple[str, ...], list[Labelled]] = defaultdict(list)
    for row in rows:
        by_label[row.intents].append(row)
    dealt: list[tuple[int, Labelled]] = []
    turn = 0
    for group in by_label.values():
        rng.shuffle(group)
        for row in group:
            dealt.append((turn % options.folds if len(group) > 1 else -1, row))
            turn += 1
    return dealt


def _split(dealt: Sequence[tuple[int, Labelled]], fold: int) -> tuple[tuple[Labelled, ...], tuple[Labelled, ...]]:
    kept = tuple(row for place, row in dealt if place != fold)
    return kept, tuple(row for place, row in dealt if place == fold)


def _settled(final: IntentModel, held_out: Sequence[HeldOut], labels: Sequence[str], options: LearningOptions) -> IntentModel:
    """The model with calibration, cutting and threshold that did best on sentences not trained on."""
    simple = [one for one in held_out if len(one.row.intents) == 1]
    if not simple:
        return final
    whole = np.stack([one.margins[0, -1] for one in simple])
    calibration = confidence.fit(whole, [one.row.intents[0] for one in simple], labels)
    model = replace(final, calibration=calibration)
    if options.compound:
        model = replace(model, cutting=_best_cutting(model, held_out, labels, options))
    return replace(model, threshold=_best_threshold(model, simple, labels))


def _best_cutting(model: IntentModel, held_out: Sequence[HeldOut], labels: Sequence[str], options: LearningOptions) -> Cutting:
    """The weight and bias with the most sentences read exactly; made compounds count half of a real one."""
    rng = random.Random(options.seed)
    real = [one for one in held_out if len(one.row.intents) > 1 and not one.made]
    others = [one for one in held_out if len(one.row.intents) == 1 or one.made]
    sample = [*real, *rng.sample(others, min(len(others), _TUNED))]
    charts = [(chart_of(one, model, labels), one) for one in sample]
    best, most = model.cutting, -1.0
    for weight in (1.0, 1.5, 2.0, 3.0):
        for bias in (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0):
            trial = replace(model, cutting=replace(model.cutting, weight=weight, bias=bias))
            right = sum((0.5 if one.made else 1.0) * exact(trial, one, chart, labels) for chart, one in charts)
            if right > most:
                best, most = trial.cutting, right
    return best


def _best_threshold(model: IntentModel, simple: Sequence[HeldOut], labels: Sequence[str]) -> float:
    """The highest threshold that costs no more than half a point; none where training knew nothing outside the intents."""
    if not any(one.row.intents == (NONE,) for one in simple):
        return 0.0
    charts = [(chart_of(one, model, labels), one) for one in simple]
    rated = [(threshold / 100, replace(model, threshold=threshold / 100)) for threshold in range(0, 75, 5)]
    right = {value: sum(exact(trial, one, chart, labels) for chart, one in charts) for value, trial in rated}
    enough = max(right.values()) - 0.005 * len(simple)
    return max(value for value, count in right.items() if count >= enough)


def exact(model: IntentModel, one: HeldOut, chart: Charted, labels: Sequence[str]) -> bool:
    """Whether exactly the gold intents are found."""
    return found(model, one.row.sentence, chart, labels) == {intent for intent in one.row.intents if intent != NONE}


def found(model: IntentModel, sentence: Sentence, chart: Charted, labels: Sequence[str]) -> set[str]:
    """The intents of a charted sentence over `labels`, which may differ from the model's own order."""
    over = replace(model, classifier=replace(model.classifier, labels=tuple(labels)))
    return {need.intent for need in over.needs(sentence, chart)}
