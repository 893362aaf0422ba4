"""What a sentence means: the one result of nlu that the rest of the program knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

EntityValue = str | int | float
"""The normal form of an entity: a catalogue id, a number in the unit that the entity's name ends in, or plain text."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity by character span: `text` is what stood at [start, end) of the sentence, `value` its normal form.

    `distance` is that of a name heard wrong: 0.1 for another character of the same sound, 1 for a wrong syllable.
    """

    entity: str
    value: EntityValue
    text: str
    start: int
    end: int
    source: str = "rules"
    confidence: float = 1.0
    role: str | None = None
    group: str | None = None
    distance: float | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """One thing asked for. [start, end) is its span in the sentence; `confidence` is calibrated, in [0, 1]."""

    intent: str
    confidence: float
    entities: tuple[Entity, ...] = ()
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """An intent that was considered; shown to operators and used when the bot asks again."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """A sentence understood. No needs means out of scope; the same intent may occur in two needs.

    `needs` are in spoken order and above the thresholds; `ranking` holds every intent of the whole sentence, best first,
    whether or not it passed; where there are needs, the first of them leads it. `confidence` is that of the weakest need, or
    of the best guess when none passed.
    """

    text: str
    needs: tuple[Need, ...] = ()
    entities: tuple[Entity, ...] = ()
    confidence: float = 0.0
    ranking: tuple[Guess, ...] = ()

    @property
    def intents(self) -> tuple[str, ...]:
        return tuple(need.intent for need in self.needs)


@runtime_checkable
class ReadingsParser(Protocol):
    """A parser that weighs a recogniser's other readings too."""

    def parse_heard(self, text: str, alternatives: Sequence[tuple[str, float]]) -> Understanding:
        """Understand `text` as the best reading; `alternatives` are all readings with their mean log-probabilities."""
        ...


@runtime_checkable
class DialectParser(Protocol):
    """A parser that takes words for those of a dialect where it is told which one is spoken."""

    def parse_in(self, text: str, dialect: str) -> Understanding:
        """Understand an utterance in a dialect, a code of asr.dialects."""
        ...


class Parser(Protocol):
    """Text to meaning. Thread safe; a sentence takes milliseconds."""

    def parse(self, text: str) -> Understanding:
        """Understand one utterance; an empty one gives no needs."""
        ...
