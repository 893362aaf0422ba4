"""The intent model: which needs a sentence holds, where each begins and ends, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nlu.confidence import NONE, Calibration
from nlu.cuts import NO_CUTS, CutModel, says
from nlu.features import Sentence, inner
from nlu.linear import Floats, LinearModel
from nlu.seams import NO_SEAMS, Seamed, SeamModel, differ
from nlu.segmentation import Cutting, Part, best_parts, places
from nlu.text import NUMBER_SIGN, is_han, trimmed
from nlu.understanding import Guess, Need

_NOT = np.float32(-1e6)


@dataclass(frozen=True, slots=True)
class Looked:
    """A sentence with the margins of its parts, (cuts, cuts, labels); the rest as in Charted."""

    cuts: tuple[int, ...]
    margins: Floats
    odds: Floats
    complete: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Charted:
    """A sentence with the log-probabilities of its parts: `likely` is (cuts, cuts, labels), `odds` the log-odds of each cut.

    `complete` (cuts, cuts) is false of parts that only name a topic: they belong to a neighbour.
    """

    cuts: tuple[int, ...]
    likely: Floats
    odds: Floats
    complete: npt.NDArray[np.bool_]


def charted(looked: Looked, calibration: Calibration, labels: Sequence[str]) -> Charted:
    """Margins over `labels` as log-probabilities."""
    likely = calibration.log_probabilities(looked.margins, labels)
    return Charted(looked.cuts, likely, looked.odds, looked.complete)


def complete(sentence: Sentence, cuts: Sequence[int]) -> npt.NDArray[np.bool_]:
    """For each part between two cuts whether it says something; a whole sentence may be a bare topic."""
    said = np.concatenate([[0], np.cumsum(says(sentence))])[list(cuts)]
    result: npt.NDArray[np.bool_] = said[None, :] - said[:, None] > 0
    result[0, -1] = True
    return result


@dataclass(frozen=True, slots=True)
class IntentModel:
    """What training settled. A need below `threshold` is none."""

    classifier: LinearModel
    calibration: Calibration = field(default_factory=Calibration)
    cut_model: CutModel = NO_CUTS
    cutting: Cutting = field(default_factory=Cutting)
    threshold: float = 0.0
    seams: SeamModel = NO_SEAMS
    """Where there is none, neighbours of one intent are one need unless they speak of other things."""

    def knows(self, sentence: Sentence) -> bool:
        """Whether any word of the sentence occurred in training; a few letters of it are enough beside Chinese."""
        known = self.classifier.vocabulary
        if any(is_han(word.text) for word in sentence.words):
            return any(feature.name in known for feature in inner(sentence))
        return bool(sentence.entities) or any(f"c{word.text}" in known for word in sentence.words if word.text != NUMBER_SIGN)

    def chart(self, sentence: Sentence) -> Charted:
        """All parts of a sentence that are worth looking at, scored. The sentence must have a word."""
        return charted(self.look(sentence), self.calibration, self.classifier.labels)

    def look(self, sentence: Sentence) -> Looked:
        """The same, not yet as probabilities."""
        if not self.cut_model.weights:
            logits = np.zeros(len(sentence) + 1, dtype=np.float32)
            cuts: tuple[int, ...] = (0, len(sentence))
        else:
            logits = self.cut_model.logits(sentence)
            cuts = places(logits, len(sentence), self.cutting)
        odds = logits[list(cuts)]
        odds[[0, -1]] = 0.0
        margins = self.classifier.scores(sentence, cuts)
        return Looked(cuts, margins, odds, complete(sentence, cuts))

    def needs(self, sentence: Sentence, chart: Charted) -> tuple[Need, ...]:
        """The needs in spoken order, each above the threshold. Parts that are none join a neighbour."""
        labels = self.classifier.labels
        parts = self.seams.joined(sentence, self.seamed(chart), self.parts(chart))
        sure = [part for part in parts if labels[part.label] != NONE and self._confidence(chart, part) >= self.threshold]
        needs = [self._need(sentence, chart, part) for part in sure]
        widened = _widened(sentence, needs)
        return tuple(widened if self.seams.weights else _merged(widened))

    def parts(self, chart: Charted) -> tuple[Part, ...]:
        """The likeliest parts; none that only names a topic."""
        return best_parts(np.where(chart.complete[:, :, None], chart.likely, _NOT), chart.odds, self.cutting)

    def seamed(self, chart: Charted) -> Seamed:
        """The chart as its cuts are weighed."""
        return Seamed(chart.cuts, chart.likely, chart.odds, self.classifier.labels)

    def ranking(self, chart: Charted) -> tuple[Guess, ...]:
        """Every intent of the whole sentence, likeliest first."""
        probabilities = np.exp(chart.likely[0, -1])
        order: list[int] = np.argsort(-probabilities).tolist()
        labels = self.classifier.labels
        return tuple(Guess(labels[at], round(float(probabilities[at]), 4)) for at in order if labels[at] != NONE)

    def _confidence(self, chart: Charted, part: Part) -> float:
        return float(np.exp(chart.likely[part.start, part.end, part.label]))

    def _need(self, sentence: Sentence, chart: Charted, part: Part) -> Need:
        first, last = sentence.words[chart.cuts[part.start]], sentence.words[chart.cuts[part.end] - 1]
        confidence = round(self._confidence(chart, part), 4)
        return Need(self.classifier.labels[part.label], confidence, (), first.start, last.end)


def _widened(sentence: Sentence, needs: Sequence[Need]) -> list[Need]:
    """Let what is none join its neighbour: the need before it, or the first one where it stands in front of all."""
    widened: list[Need] = []
    for at, need in enumerate(needs):
        start = need.start if at else 0
        end = needs[at + 1].start if at + 1 < len(needs) else len(sentence.text)
        start, end = trimmed(sentence.text, start, end)
        inside = tuple(entity for entity in sentence.entities if start <= entity.start and entity.end <= end)
        widened.append(Need(need.intent, need.confidence, inside, start, end))
    return widened


def _merged(needs: Sequence[Need]) -> list[Need]:
    """Neighbours with the same intent are one need, unless each names another value of the same entity (要备份,还要扩容)."""
    merged: list[Need] = []
    for need in needs:
        last = merged[-1] if merged else None
        if last is not None and last.intent == need.intent and not differ(last.entities, need.entities):
            both = (*last.entities, *need.entities)
            merged[-1] = Need(need.intent, max(last.confidence, need.confidence), both, last.start, need.end)
        else:
            merged.append(need)
    return merged
