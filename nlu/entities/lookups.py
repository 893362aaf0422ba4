"""Look-up tables: known wordings of entities, matched longest first. What was heard wrong is for nlu.entities.linking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlu.data import TrainingData
from nlu.entities.words import alternation
from nlu.text import fold
from nlu.understanding import Entity, EntityValue

SOURCE = "lookup"


@dataclass(frozen=True, slots=True)
class Wording:
    """A folded wording of an entity and the value that it stands for."""

    text: str
    entity: str
    value: EntityValue


def wordings_of(data: TrainingData, ruled: Sequence[str]) -> tuple[Wording, ...]:
    """Look-ups, annotated examples and synonyms as wordings. `ruled` names entities that rules find: they get none.

    A synonym belongs to the entities that know its value or another wording of that value.
    """
    synonyms = {fold(word): value for word, value in data.synonyms.items()}
    found: dict[tuple[str, str], EntityValue] = {}
    for entity, words in data.lookups.items():
        for word in words:
            found.setdefault((fold(word), entity), synonyms.get(fold(word), word))
    for example in data.examples:
        for item in example.entities:
            key = (fold(item.text), item.entity)
            if found.get(key) in (None, item.text):
                same = item.value == item.text
                found[key] = synonyms.get(fold(item.text), item.value) if same else item.value
    values = {(entity, str(value)) for (_, entity), value in found.items()} | {(entity, word) for word, entity in found}
    for word, value in synonyms.items():
        for entity in sorted({entity for entity, known in values if known in (value, fold(str(value)))}):
            found.setdefault((word, entity), value)
    kept = ((word, entity, value) for (word, entity), value in found.items() if entity not in ruled and word.strip())
    return tuple(Wording(*item) for item in kept if not item[0].isdigit())


@dataclass(frozen=True, slots=True)
class LookupFinder:
    """Finds wordings in folded text."""

    wordings: tuple[Wording, ...]
    by_text: Mapping[str, tuple[Wording, ...]] = field(init=False)
    pattern: re.Pattern[str] | None = field(init=False)

    def __post_init__(self) -> None:
        by_text: dict[str, tuple[Wording, ...]] = {}
        for wording in self.wordings:
            by_text[wording.text] = (*by_text.get(wording.text, ()), wording)
        object.__setattr__(self, "by_text", by_text)
        object.__setattr__(self, "pattern", re.compile(alternation(by_text)) if by_text else None)

    def find(self, folded: str) -> Iterator[Entity]:
        """Every wording as it stands, the longest where several begin."""
        if self.pattern is None:
            return
        for match in self.pattern.finditer(folded):
            start, end = match.span()
            for wording in self.by_text[match.group()]:
                yield Entity(wording.entity, wording.value, match.group(), start, end, SOURCE)

    def value_of(self, entity: str, words: str) -> EntityValue | None:
        """What a wording of an entity stands for; None where no table has it."""
        return next((one.value for one in self.by_text.get(words, ()) if one.entity == entity), None)

    def others(self, folded: Iterable[str]) -> str:
        """Texts without the wordings, a line each."""
        return "\n".join(folded if self.pattern is None else (self.pattern.sub("|", text) for text in folded))
