"""Text to Understanding with a trained model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nlu.entities.extractor import EntityExtractor, Finder
from nlu.features import Sentence, prepare
from nlu.model_folder import TrainedModel
from nlu.model_folder import load as load_model
from nlu.tagger.bot import load_beside
from nlu.text import NUMBER_SIGN
from nlu.understanding import Entity, Guess, Need, Understanding

LONGEST_TEXT = 400
"""Characters that are looked at: a caller who says more in one breath is not understood better for it."""


@dataclass(frozen=True, slots=True)
class NluParser:
    """Understands utterances. Thread safe: nothing changes after construction."""

    model: TrainedModel
    tagger: Finder | None = None
    extractor: EntityExtractor = field(init=False)

    def __post_init__(self) -> None:
        model = self.model
        extractor = EntityExtractor(model.pipeline, model.tables, model.lexicon.syllables, self.tagger)
        object.__setattr__(self, "extractor", extractor)

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents that the model knows."""
        return tuple(label for label in self.model.intents.classifier.labels if label)

    def parse(self, text: str) -> Understanding:
        """The needs and entities of one utterance. Nothing said, bare figures, emoji and rubbish give no needs."""
        return self._parsed(text, None)

    def parse_in(self, text: str, dialect: str) -> Understanding:
        """The same of speech in a dialect: words that Mandarin has too, with another meaning, are taken for the dialect's."""
        return self._parsed(text, dialect)

    def _parsed(self, text: str, dialect: str | None) -> Understanding:
        heard = text[:LONGEST_TEXT]
        entities = self.extractor.extract(heard)
        sentence = prepare(heard, self.model.lexicon, entities, dialect)
        if not _says_something(sentence, entities):
            return Understanding(text, (), entities)
        intents = self.model.intents
        chart = intents.chart(sentence)
        ranking = intents.ranking(chart)
        if not intents.knows(sentence):
            return Understanding(text, (), entities, 0.0, tuple(replace(guess, confidence=0.0) for guess in ranking))
        needs = intents.needs(sentence, chart)
        confidence = min(need.confidence for need in needs) if needs else (ranking[0].confidence if ranking else 0.0)
        return Understanding(text, needs, entities, confidence, _led(ranking, needs))


def load(folder: Path) -> NluParser:
    """The parser of a trained model's folder. Raises ModelError."""
    return NluParser(load_model(folder), load_beside(folder))


def _led(ranking: tuple[Guess, ...], needs: Sequence[Need]) -> tuple[Guess, ...]:
    """The ranking with the first need at its head, as its own words have it: the whole sentence may speak more of another."""
    if not needs:
        return ranking
    first = Guess(needs[0].intent, needs[0].confidence)
    return (first, *(guess for guess in ranking if guess.intent != first.intent))


def _says_something(sentence: Sentence, entities: Sequence[Entity]) -> bool:
    """Figures alone say nothing, unless they are a phone number or another entity."""
    return bool(entities) or any(word.text != NUMBER_SIGN for word in sentence.words)
