"""A second look at the cuts of a sentence: each is weighed with what is known of the parts beside it, apart and as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nlu.confidence import NONE
from nlu.features import Sentence
from nlu.linear import Floats
from nlu.segmentation import Part
from nlu.understanding import Entity

_FEWEST = 30
"""Right and wrong cuts each, from which the weights can be learnt."""
_LONG, _MANY = 4, 2
"""Words of a part, and entities in it, that are told apart."""
_ALIKE = 2.0
"""The odds that neighbours of one intent need to stay apart (cross-validated: less cuts long single needs in two)."""
_MOST_ODDS = 8.0
_NEAR = 3
"""Words to either side in which a cut may be likelier still."""


@dataclass(frozen=True, slots=True)
class Seamed:
    """Of a chart what counts here: its cuts as word positions, (cuts, cuts, labels) log-probabilities, log-odds of each cut."""

    places: tuple[int, ...]
    likely: Floats
    odds: Floats
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeamModel:
    """The log-odds that a cut is right, linear in its traits. Without weights every cut is."""

    weights: tuple[float, ...] = ()
    bias: float = 0.0

    def odds(self, traits: Sequence[float]) -> float:
        """Above zero: two needs."""
        return self.bias + float(np.dot(self.weights, traits))

    def joined(self, sentence: Sentence, chart: Seamed, parts: Sequence[Part]) -> tuple[Part, ...]:
        """The parts with those put together whose cut is wrong; a new part has its likeliest label."""
        if not self.weights or len(parts) < 2:
            return tuple(parts)
        found = [parts[0]]
        for left, right in pairwise(parts):
            if self.odds(traits(sentence, chart, (left, right))) > _enough(sentence, chart, left, right):
                found.append(right)
            else:
                start = found.pop().start
                found.append(Part(start, right.end, int(chart.likely[start, right.end].argmax())))
        return tuple(found)


NO_SEAMS = SeamModel()


def traits(sentence: Sentence, chart: Seamed, parts: tuple[Part, Part]) -> tuple[float, ...]:
    """What is known of the cut between two neighbouring parts."""
    left, right = parts
    apart = [chart.likely[part.start, part.end, part.label] for part in parts]
    whole = chart.likely[left.start, right.end]
    first, at, last = (chart.places[cut] for cut in (left.start, right.start, right.end))
    lengths = (at - first, last - at)
    names = [chart.labels[part.label] for part in parts]
    found = _entities(sentence, first, at), _entities(sentence, at, last)
    return (
        float(chart.odds[right.start]),
        *map(float, apart),
        float(whole.max()),
        *(float(whole[part.label]) for part in parts),
        float(int(whole.argmax()) in (left.label, right.label)),
        float(left.label == right.label),
        *(float(name == NONE) for name in names),
        *(float(np.log(length)) for length in lengths),
        *(float(min(length, _LONG)) for length in lengths),
        *(float(min(len(entities), _MANY)) for entities in found),
        *_seen(sentence, first, at, last),
    )


def fit(rows: Sequence[Sequence[float]], is_right: Sequence[bool], worth: Sequence[float], seed: int) -> SeamModel:
    """Learn from the traits of cuts; NO_SEAMS where there are too few right or wrong ones."""
    from sklearn.linear_model import LogisticRegression

    if min(sum(is_right), len(is_right) - sum(is_right)) < _FEWEST:
        return NO_SEAMS
    matrix = np.asarray(rows, dtype=float)
    middle, spread = matrix.mean(axis=0), matrix.std(axis=0) + 1e-6
    model = LogisticRegression(C=1.0, max_iter=1000, random_state=seed)
    model.fit((matrix - middle) / spread, list(is_right), sample_weight=list(worth))
    weights = model.coef_[0] / spread
    return SeamModel(tuple(map(float, weights)), float(model.intercept_[0] - weights @ middle))


def _enough(sentence: Sentence, chart: Seamed, left: Part, right: Part) -> float:
    """The odds above which two parts stay two."""
    if left.label != right.label:
        return 0.0
    first, at, last = (chart.places[cut] for cut in (left.start, right.start, right.end))
    return 0.0 if differ(_entities(sentence, first, at), _entities(sentence, at, last)) else _ALIKE


def differ(one: Sequence[Entity], other: Sequence[Entity]) -> bool:
    """Whether the second names another value of an entity that the first names as well."""
    values = {(entity.entity, entity.value) for entity in one}
    named = {entity.entity for entity in one}
    return any(entity.entity in named and (entity.entity, entity.value) not in values for entity in other)


def _entities(sentence: Sentence, start: int, end: int) -> tuple[Entity, ...]:
    """The entities in the words [start, end)."""
    first, last = sentence.words[start].start, sentence.words[end - 1].end
    return tuple(entity for entity in sentence.entities if first <= entity.start and entity.end <= last)


def _seen(sentence: Sentence, first: int, at: int, last: int) -> tuple[float, float, float]:
    """What an encoder says: its log-odds of the cut, the best beside it, and how much the meanings of both parts agree."""
    if sentence.view is None:
        return 0.0, 0.0, 0.0
    odds = np.clip(sentence.view.cut_odds(), -_MOST_ODDS, _MOST_ODDS)
    beside = [float(odds[place]) for place in range(max(1, at - _NEAR), min(len(odds), at + _NEAR + 1)) if place != at]
    shares = sentence.view.parts((first, at, last))
    return float(odds[at]), max(beside, default=-_MOST_ODDS), float(np.minimum(shares[0, 1], shares[1, 2]).sum())
