"""The settings of an intent model, from sentences that it was not trained on: calibration, eagerness to cut, threshold."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from nlu import confidence, seams
from nlu.confidence import NONE
from nlu.intents import Charted, IntentModel, charted
from nlu.learning import HeldOut, Learnt
from nlu.linear import LinearModel
from nlu.seams import traits
from nlu.segmentation import Cutting

_TUNED = 600
"""Cutting is settled on so many simple and made sentences at most, beside all real compound ones."""
_REAL_WORTH, _MADE_WORTH = 1.5, 0.2
"""Of a compound sentence, real or made, beside a simple one: fewer of them are held out than callers say."""
_WEIGHTS, _BIASES = (1.0, 2.0, 4.0, 8.0), (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0)
_EAGER, _SHIFTS = 1.0, (0.0, 0.4, 0.8, 1.2, -0.4)
"""How much more is cut at first where cuts are weighed again, and how much more of that may stay than is likely right."""
_ALLOWED_LOSS = 0.003
"""The threshold may cost this share of the held-out sentences: what callers say is stranger than what is held out."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A held-out sentence as the settled model reads it."""

    gold: tuple[str, ...]
    found: tuple[str, ...]
    confidence: float
    best: str
    made: bool

    @property
    def exact(self) -> bool:
        return set(self.gold) == set(self.found)


@dataclass(frozen=True, slots=True)
class _Seen:
    one: HeldOut
    chart: Charted
    gold: frozenset[str]


def settle(learnt: Learnt, compound: bool, seed: int) -> tuple[IntentModel, tuple[Judged, ...]]:
    """The model with the settings that did best on held-out sentences, and how it reads them."""
    simple = [one for one in learnt.held_out if len(one.row.intents) == 1]
    if not simple:
        return learnt.model, ()
    whole = np.stack([one.looked.margins[0, -1] for one in simple])
    calibration = confidence.fit(whole, [one.row.intents[0] for one in simple], learnt.labels)
    model = replace(learnt.model, calibration=calibration)
    over = replace(model, classifier=_labels_only(learnt.labels))
    seen = [_charted(one, over, learnt.labels) for one in learnt.held_out]
    cutting = _best_cutting(over, seen, seed) if compound else model.cutting
    over = replace(over, cutting=cutting)
    over = _with_seams(over, seen, seed) if compound else over
    threshold = _best_threshold(over, [one for one in seen if len(one.one.row.intents) == 1])
    over = replace(over, threshold=threshold)
    model = replace(model, cutting=over.cutting, threshold=threshold, seams=over.seams)
    return model, tuple(_judged(one, over) for one in seen)


def _labels_only(labels: Sequence[str]) -> LinearModel:
    """The held-out margins are there already: of the classifier only its labels are needed."""
    nothing = np.zeros(0, dtype=np.float32)
    return LinearModel(tuple(labels), {}, nothing, nothing.reshape(0, 1), nothing)


def _charted(one: HeldOut, model: IntentModel, labels: Sequence[str]) -> _Seen:
    return _Seen(one, charted(one.looked, model.calibration, labels), frozenset(one.row.intents) - {NONE})


def _found(model: IntentModel, seen: _Seen) -> tuple[str, ...]:
    return tuple(need.intent for need in model.needs(seen.one.row.sentence, seen.chart))


def _judged(seen: _Seen, model: IntentModel) -> Judged:
    row = seen.one.row
    best = model.ranking(seen.chart)[0]
    gold = tuple(intent for intent in row.intents if intent != NONE)
    return Judged(gold, _found(model, seen), best.confidence, best.intent, seen.one.made)


def _best_cutting(model: IntentModel, seen: Sequence[_Seen], seed: int) -> Cutting:
    """The settings with the most sentences read exactly, one after the other."""
    weighed = _weighed(seen, seed)

    def right(cutting: Cutting) -> float:
        return _right(replace(model, cutting=cutting), weighed)

    best = max((replace(model.cutting, bias=bias) for bias in _BIASES), key=right)
    best = max((replace(best, weight=weight) for weight in _WEIGHTS), key=right)
    return max((replace(best, bias=bias) for bias in _BIASES), key=right)


def _with_seams(model: IntentModel, seen: Sequence[_Seen], seed: int) -> IntentModel:
    """The model cutting more eagerly, each cut weighed a second time; as it was where there are too few cuts to learn from."""
    eager = replace(model, cutting=replace(model.cutting, bias=model.cutting.bias + _EAGER))
    rows: list[tuple[float, ...]] = []
    right: list[bool] = []
    worth: list[float] = []
    for one in (one for one in seen if len(one.chart.cuts) > 2):
        sentence, begins = one.one.row.sentence, one.one.row.begins
        for pair in pairwise(eager.parts(one.chart)):
            rows.append(traits(sentence, eager.seamed(one.chart), pair))
            right.append(one.chart.cuts[pair[1].start] in begins)
            worth.append(_MADE_WORTH if one.one.made else 1.0)
    found = seams.fit(rows, right, worth, seed)
    if not found.weights:
        return model
    weighed = _weighed(seen, seed)
    trials = [replace(eager, seams=replace(found, bias=found.bias + shift)) for shift in _SHIFTS]
    return max(trials, key=lambda trial: _right(trial, weighed))


def _weighed(seen: Sequence[_Seen], seed: int) -> list[tuple[float, _Seen]]:
    """The sentences that may be cut, with what they count: some of the simple and made ones, and all real compounds."""
    open_ones = [one for one in seen if len(one.chart.cuts) > 2]
    real = [one for one in open_ones if len(one.gold) > 1 and not one.one.made]
    others = [one for one in open_ones if len(one.gold) <= 1 or one.one.made]
    sample = random.Random(seed).sample(others, min(len(others), _TUNED))
    return [(_REAL_WORTH, one) for one in real] + [(_MADE_WORTH if one.one.made else 1.0, one) for one in sample]


def _right(model: IntentModel, weighed: Sequence[tuple[float, _Seen]]) -> float:
    return sum(worth * _is_right(model, one) for worth, one in weighed)


def _is_right(model: IntentModel, seen: _Seen) -> bool:
    """Whether the needs are the right ones in order, each beginning at its word where that is known."""
    row = seen.one.row
    needs = model.needs(row.sentence, seen.chart)
    if len(row.intents) == 1 or len(row.begins) < len(row.intents):
        return {need.intent for need in needs} == seen.gold and len(needs) == len(seen.gold)
    return [(need.intent, need.start) for need in needs] == [
        (intent, row.sentence.words[at].start) for intent, at in zip(row.intents, row.begins, strict=True)
    ]


def _best_threshold(model: IntentModel, simple: Sequence[_Seen]) -> float:
    """The highest threshold that costs next to nothing; none where training knew nothing outside the intents."""
    if all(one.gold for one in simple):
        return 0.0
    open_model = replace(model, threshold=0.0)
    read = [(open_model.needs(one.one.row.sentence, one.chart), one.gold) for one in simple]
    rated: dict[float, int] = {}
    for threshold in np.arange(0.0, 0.75, 0.05).round(2).tolist():
        rated[threshold] = sum({need.intent for need in needs if need.confidence >= threshold} == gold for needs, gold in read)
    enough = max(rated.values()) - _ALLOWED_LOSS * len(simple)
    return max(value for value, count in rated.items() if count >= enough)
