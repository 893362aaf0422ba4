"""All extractors together: every candidate, then one reading of the sentence without overlaps.

Which of two that overlap is kept (docs/operators.md tells operators so):

| first | rule |
|---|---|
| 1 | a guess (linking: heard wrong; tagger: learnt) never cuts what a rule or a table found; it may only hold the whole of it |
| 2 | the longer one: 轻量服务器 before 服务器 |
| 3 | the source, in this order: phone, quantity, money, period, lookup, regex, person, company, linking, tagger, date |
| 4 | the higher confidence, then the one that begins earlier |

What the tagger finds gets its value from the tables where they know the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from nlu.data import TrainingData
from nlu.entities import dates, names, periods, phones
from nlu.entities.linking import Linker
from nlu.entities.lookups import LookupFinder, Wording, wordings_of
from nlu.entities.money import MoneyFinder
from nlu.entities.ordinary import OrdinaryWords
from nlu.entities.quantities import QuantityFinder
from nlu.entities.roles import RoleModels, learn_roles, with_roles
from nlu.pinyin import Syllables
from nlu.pipeline import Pipeline
from nlu.text import fold
from nlu.understanding import Entity

_ORDER = ("phone", "quantity", "money", "period", "lookup", "regex", "person", "company", "linking", "tagger", "date")
"""Of two candidates of one length the earlier source wins; before that, the longer one wins."""
_GUESSES = ("linking", "tagger")


class Finder(Protocol):
    """What finds entities in a sentence by itself, such as a trained tagger."""

    def find(self, text: str) -> Sequence[Entity]:
        """The entities of a sentence; their source is "tagger"."""
        ...


@dataclass(frozen=True, slots=True)
class EntityTables:
    """What the extractors learn from training data; the rest is rules."""

    wordings: tuple[Wording, ...] = ()
    regexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: RoleModels = field(default_factory=dict)
    ordinary: str = ""
    """The examples, folded and without the wordings: what is said there was not heard wrong."""


def ruled_entities(pipeline: Pipeline) -> tuple[str, ...]:
    """The entities that rules find, so that annotated examples of them become no look-ups."""
    period = () if pipeline.period is None else (pipeline.period.unit, pipeline.period.count)
    single = (pipeline.phone, pipeline.person, pipeline.company, pipeline.date)
    return tuple(name for name in (*pipeline.quantities, *pipeline.money, *period, *single) if name)


def learn_tables(data: TrainingData, pipeline: Pipeline) -> EntityTables:
    """Wordings and patterns from training data. A regex counts as an entity's when that entity is known to the data."""
    ruled = ruled_entities(pipeline)
    known = {item.entity for example in data.examples for item in example.entities} | set(data.lookups) | set(ruled)
    regexes = {name: patterns for name, patterns in data.regexes.items() if name in known}
    wordings = wordings_of(data, ruled)
    ordinary = LookupFinder(wordings).others(fold(example.text) for example in data.examples)
    return EntityTables(wordings, regexes, learn_roles(data.examples), ordinary)


@dataclass(frozen=True, slots=True)
class EntityExtractor:
    """Finds entities by the stated order of sources. Thread safe."""

    pipeline: Pipeline
    tables: EntityTables
    syllables: Syllables
    tagger: Finder | None = None
    links: bool = True
    """Whether names that were heard wrong are linked."""
    lookups: LookupFinder = field(init=False)
    linker: Linker = field(init=False)
    quantities: QuantityFinder = field(init=False)
    money: MoneyFinder = field(init=False)
    regexes: tuple[tuple[str, re.Pattern[str]], ...] = field(init=False)

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "lookups", LookupFinder(self.tables.wordings))
        set_(
            self,
            "linker",
            Linker(self.tables.wordings if self.links else (), self.syllables, OrdinaryWords(self.tables.ordinary)),
        )
        set_(self, "quantities", QuantityFinder(self.pipeline.quantities))
        set_(self, "money", MoneyFinder(self.pipeline.money))
        patterns = ((name, re.compile(text, re.IGNORECASE)) for name, texts in self.tables.regexes.items() for text in texts)
        set_(self, "regexes", tuple(patterns))

    def extract(self, text: str) -> tuple[Entity, ...]:
        """The entities of a sentence, left to right; spans and `text` are those of the original."""
        folded = fold(text)
        kept = with_roles(folded, resolve(self._candidates(folded, text)), self.tables.roles)
        return tuple(replace(entity, text=text[entity.start : entity.end]) for entity in kept)

    def _candidates(self, folded: str, text: str) -> Iterator[Entity]:
        pipeline = self.pipeline
        exact = tuple(self.lookups.find(folded))
        yield from exact
        yield from self.linker.find(folded, exact)
        if self.tagger is not None:
            yield from (self._tagged(entity) for entity in self.tagger.find(text))
        yield from self.quantities.find(folded)
        yield from self.money.find(folded)
        if pipeline.period is not None:
            yield from periods.find(folded, pipeline.period)
        if pipeline.phone:
            yield from phones.find(folded, pipeline.phone)
        if pipeline.person:
            yield from (_original(entity, text) for entity in names.find_persons(folded, pipeline.person))
        if pipeline.company:
            yield from (_original(entity, text) for entity in names.find_companies(folded, pipeline.company))
        if pipeline.date:
            yield from dates.find(folded, pipeline.date)
        yield from self._by_regex(text)

    def _tagged(self, entity: Entity) -> Entity:
        value = self.lookups.value_of(entity.entity, fold(entity.text))
        return entity if value is None else replace(entity, value=value)

    def _by_regex(self, text: str) -> Iterator[Entity]:
        for name, pattern in self.regexes:
            for match in pattern.finditer(text):
                if match.group():
                    yield Entity(name, match.group(), match.group(), match.start(), match.end(), "regex")


def resolve(candidates: Iterable[Entity]) -> tuple[Entity, ...]:
    """One reading: the longest first, then the order of sources; a source may say several things of one span (两年)."""
    every = set(candidates)
    sure = [one for one in every if one.source not in _GUESSES]
    standing = (one for one in every if one.source not in _GUESSES or not any(_cuts(one, other) for other in sure))
    ranked = sorted(standing, key=lambda one: (one.start - one.end, _ORDER.index(one.source), -one.confidence, one.start))
    kept: list[Entity] = []
    for entity in ranked:
        if all(_same_place(entity, other) for other in kept if _overlap(entity, other)):
            kept.append(entity)
    return tuple(sorted(kept, key=lambda entity: (entity.start, entity.end, entity.entity)))


def _overlap(one: Entity, other: Entity) -> bool:
    return other.start < one.end and one.start < other.end


def _cuts(guess: Entity, sure: Entity) -> bool:
    return _overlap(guess, sure) and not (guess.start <= sure.start and sure.end <= guess.end)


def _same_place(one: Entity, other: Entity) -> bool:
    same_span = (one.start, one.end, one.source) == (other.start, other.end, other.source)
    return same_span and one.entity != other.entity


def _original(entity: Entity, text: str) -> Entity:
    """A name is kept as it was written, traditional characters and capitals included."""
    return replace(entity, value=text[entity.start : entity.end])
