"""Labelled sentences as values; nlu.data_files reads them from JSONL, CSV and TSV, dialogue reads them from nlu.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nlu.dialects import Entry as DialectEntry
from nlu.understanding import Entity


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled sentence. No intents means out of scope; several mean a compound one, in spoken order.

    `asr` is what a recogniser heard instead of `text`; `origin` is file:line for reports. `cuts` are the positions in
    `text` where the second and each later need begins, ascending, one for each; empty where nobody told them.
    """

    text: str
    intents: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    asr: str | None = None
    origin: str = ""
    cuts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Everything that understanding is trained from.

    `synonyms` maps a wording to the entity value it stands for; `lookups` an entity to its wordings; `regexes` an
    entity (or feature name) to patterns; `words` are dialect words that the operators added.
    """

    examples: tuple[Example, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    regexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: tuple[DialectEntry, ...] = ()
