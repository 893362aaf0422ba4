"""Look-up tables: known wordings of entities, matched longest first, and by sound where a recogniser slipped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlu.data import TrainingData
from nlu.entities.words import alternation
from nlu.pinyin import Syllables
from nlu.text import fold, is_han
from nlu.understanding import Entity, EntityValue

_SOUND_LENGTH = 3
"""Shorter words are not matched by sound: two toneless syllables stand for too many words."""
_SOUND_CONFIDENCE = 0.8


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
    syllables: Syllables
    by_text: Mapping[str, tuple[Wording, ...]] = field(init=False)
    by_sound: Mapping[tuple[str, ...], Wording] = field(init=False)
    pattern: re.Pattern[str] | None = field(init=False)

    def __post_init__(self) -> None:
        by_text: dict[str, tuple[Wording, ...]] = {}
        by_sound: dict[tuple[str, ...], Wording] = {}
        for wording in self.wordings:
            by_text[wording.text] = (*by_text.get(wording.text, ()), wording)
            if sum(map(is_han, wording.text)) >= _SOUND_LENGTH:
                by_sound.setdefault(self.syllables.of_word(wording.text), wording)
        object.__setattr__(self, "by_text", by_text)
        object.__setattr__(self, "by_sound", by_sound)
        object.__setattr__(self, "pattern", re.compile(alternation(by_text)) if by_text else None)

    def find(self, folded: str) -> Iterator[Entity]:
        """Exact wordings first; then, where none stands, words that sound like one (允服务器)."""
        if self.pattern is None:
            return
        taken = [False] * len(folded)
        for match in self.pattern.finditer(folded):
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
            for wording in self.by_text[match.group()]:
                yield _entity(wording, folded, match.span(), 1.0)
        yield from self._by_sound(folded, taken)

    def _by_sound(self, folded: str, taken: list[bool]) -> Iterator[Entity]:
        sounds = self.syllables.of_word(folded)
        lengths = sorted({len(key) for key in self.by_sound}, reverse=True)
        start = 0
        while start < len(folded):
            ends = (start + length for length in lengths if not any(taken[start : start + length]))
            end = next((end for end in ends if end <= len(folded) and sounds[start:end] in self.by_sound), None)
            if end is not None:
                yield _entity(self.by_sound[sounds[start:end]], folded, (start, end), _SOUND_CONFIDENCE)
            start = end or start + 1


def _entity(wording: Wording, folded: str, span: tuple[int, int], confidence: float) -> Entity:
    start, end = span
    return Entity(wording.entity, wording.value, folded[start:end], start, end, "lookup", confidence)
