"""A bot's own tagger, learnt from the entities that are marked in its examples; it lies in the folder of its model."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from nlu.data import Example
from nlu.entities.extractor import EntityExtractor, ruled_entities
from nlu.tagger import tagger
from nlu.tagger.words import JIEBA, WordsError, read_words
from nlu.understanding import Entity

FOLDER = "tagger"
_EPOCHS, _LEAST_SENTENCES = 8, 4000
"""Rounds over the examples; as many more as small bots need to see so many sentences in all."""
_LONGEST_NOUN = 4


def train_beside(examples: Sequence[Example], extractor: EntityExtractor, model: Path) -> None:
    """Train into model/tagger. What the tables know counts as marked, since operators mark some examples only.

    Entities that rules find (numbers, periods, phones ...) are left to them. Raises MarkingError when too little is marked,
    WordsError where the packages for it are missing.
    """
    if find_spec("torch") is None:
        raise WordsError("config.yml asks for a tagger, which needs torch; `pip install xiangyin[train]` or set tagger: false")
    from nlu.tagger.rows import rows_from
    from nlu.tagger.settings import EntityTraining
    from nlu.tagger.train import train_on

    marked = [replace(example, entities=tuple(_marked(example, extractor))) for example in examples]
    nouns = [word for word, (_, kind) in read_words(JIEBA).entries.items() if kind == "n" and 2 <= len(word) <= _LONGEST_NOUN]
    made = _renamed(marked, nouns, random.Random(0))
    rows = rows_from((*marked, *made))
    epochs = max(_EPOCHS, _LEAST_SENTENCES // max(len(rows), 1))
    config = EntityTraining("entities", (), model / FOLDER, words=JIEBA, epochs=epochs, checked_folds=0, baseline=False)
    train_on(rows, (), config, lambda _: None)


def load_beside(model: Path) -> tagger.Tagger | None:
    """The tagger in a model's folder; None where there is none. Raises ModelError."""
    folder = model / FOLDER
    return tagger.load(folder) if folder.is_dir() else None


def _renamed(examples: Sequence[Example], nouns: Sequence[str], rng: random.Random) -> Iterator[Example]:
    """Examples with any noun in the place of each entity: what stands around it is to be learnt, not a list of names."""
    for example in (one for one in examples if one.entities):
        text, entities, at = "", [], 0
        for one in sorted(example.entities, key=lambda entity: entity.start):
            text += example.text[at : one.start]
            noun = rng.choice(nouns)
            entities.append(replace(one, text=noun, start=len(text), end=len(text) + len(noun)))
            text, at = text + noun, one.end
        yield replace(example, text=text + example.text[at:], entities=tuple(entities), cuts=())


def _marked(example: Example, extractor: EntityExtractor) -> Iterator[Entity]:
    """Marked entities and known wordings, without overlaps; the marked ones first."""
    ruled = ruled_entities(extractor.pipeline)
    kept: list[Entity] = []
    for one in (*example.entities, *(found for found in extractor.extract(example.text) if found.source == "lookup")):
        if one.entity not in ruled and all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
            yield one
