"""Margins from what a part of a sentence is about and how it is put (nlu.topics), beside those of its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlu import topics
from nlu.features import Sentence
from nlu.linear import UNKNOWN_SQUARE, Floats
from nlu.topics import Span, Topics

Kinds = tuple[list[str], list[str]]
"""The features of the topics, and those of the shape: each kind is scaled to a length of its own."""
WEIGHTS = (0.7, 0.35)
"""Their lengths beside that of the words, which is 1 (SMP 2017, train only: 0.5 to 0.7 and 0.25 to 0.5 do alike)."""


@dataclass(frozen=True, slots=True)
class Block:
    """Features of one kind. `weights` (features, labels) hold the scales already."""

    vocabulary: Mapping[str, int]
    scales: Floats
    weights: Floats

    def margins(self, names: Sequence[str]) -> Floats:
        """(labels,); features that training did not have make all smaller."""
        rows = [row for row in map(self.vocabulary.get, names) if row is not None]
        square = float((self.scales[rows] ** 2).sum()) + UNKNOWN_SQUARE * (len(names) - len(rows))
        found: Floats = self.weights[rows].sum(axis=0) / np.float32(max(square, 1e-6) ** 0.5)
        return found


@dataclass(frozen=True, slots=True)
class TopicModel:
    """nlu.linear.Beside: one block for each kind of features, over the labels of the model that it stands beside."""

    topics: Topics
    blocks: tuple[Block, ...]

    def parts(self, sentence: Sentence, cuts: Sequence[int]) -> Floats:
        """Shape (cuts, cuts, labels); where i >= j the values are 0."""
        spans = self.topics.spans([word.text for word in sentence.words])
        found = np.zeros((len(cuts), len(cuts), self.blocks[0].weights.shape[1]), dtype=np.float32)
        for at, start in enumerate(cuts):
            for to, end in enumerate(cuts[at + 1 :], at + 1):
                kinds = of_part(sentence, spans, start, end)
                found[at, to] = sum((one.margins(names) for one, names in zip(self.blocks, kinds, strict=True)), found[at, to])
        return found


def of_part(sentence: Sentence, spans: Sequence[Span], start: int, end: int) -> Kinds:
    """The features of the words [start, end); `spans` are those of the whole sentence."""
    inside = [span for span in spans if start <= span[1] and span[2] <= end]
    return topics.about(inside), topics.shape(sentence.words[start:end])


def of_whole(sentence: Sentence, known: Topics) -> Kinds:
    """The features of the sentence as one part."""
    spans = known.spans([word.text for word in sentence.words])
    return of_part(sentence, spans, 0, len(sentence))
