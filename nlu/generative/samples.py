"""What the model is trained on: the same sentences, cuts and entities that the classifiers learn from, as answers."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.compounds import Labelled, joined
from nlu.data import TrainingData
from nlu.generative.answers import Marked, Part
from nlu.generative.codes import MOST_NEEDS, Codebook, Kind
from nlu.learning import Rows
from nlu.lexicon import standard
from nlu.pipeline import Pipeline
from nlu.text import fold, trimmed
from nlu.train import rows_of
from nlu.understanding import Entity


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, folded as the model is given it, and what it means; `parts` are in spoken order."""

    text: str
    parts: tuple[Part, ...]

    @property
    def intents(self) -> frozenset[str]:
        """Those of its needs; none where it is out of scope."""
        return frozenset(part.intent for part in self.parts if part.intent)


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences to train on. `uncut` sentences were left out: of several needs, and nobody told where each begins."""

    told: tuple[Told, ...]
    uncut: int


def material(data: TrainingData, pipeline: Pipeline, made: int, seed: int) -> Material:
    """Every sentence of the data, what is out of scope, and `made` sentences of several needs put together from single ones."""
    lexicon = standard(data.words)
    rows = rows_of(data, pipeline, lexicon, seed)
    orders = [row.intents for row in rows.compounds]
    more = joined(rows.singles, orders, made, lexicon, random.Random(seed))
    told = {one.text: one for row in (*more, *_all(rows)) if (one := _told(row)) is not None}
    cut = [row for row in rows.compounds if len(row.begins) == len(row.intents)]
    return Material(tuple(told.values()), len(rows.compounds) - len(cut))


def book_of(told: Sequence[Told]) -> Codebook:
    """The letters of all that the sentences hold; frequent kinds of entities and intents have no better ones."""
    intents = sorted({part.intent for one in told for part in one.parts})
    kinds = Counter(entity.kind for one in told for part in one.parts for entity in part.entities)
    return Codebook(tuple(intents), tuple(sorted(kinds)))


def _all(rows: Rows) -> Iterator[Labelled]:
    yield from rows.nothing
    yield from rows.singles
    yield from (row for row in rows.compounds if len(row.begins) == len(row.intents))


def _told(row: Labelled) -> Told | None:
    """None where a part has no words, or there are more needs than an answer holds."""
    sentence = row.sentence
    text = fold(sentence.text)
    begins = [0, *(sentence.words[at].start for at in row.begins[1:])]
    ends = [*begins[1:], len(text)]
    spans = [trimmed(text, start, end) for start, end in zip(begins, ends, strict=True)]
    if len(spans) > MOST_NEEDS or any(start >= end for start, end in spans):
        return None
    pairs = zip(spans, row.intents, strict=True)
    return Told(text, tuple(Part(*span, intent, tuple(_inside(sentence.entities, *span))) for span, intent in pairs))


def _inside(entities: Sequence[Entity], start: int, end: int) -> Iterator[Marked]:
    for one in entities:
        if start <= one.start and one.end <= end:
            yield Marked(one.start, one.end, Kind(one.entity, one.role or "", one.group or ""), one.value)
