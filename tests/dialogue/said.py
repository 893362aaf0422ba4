"""Utterances and domains in few words, for the tests of dialogue."""

from __future__ import annotations

from pathlib import Path

from dialogue.domain import Domain
from dialogue.domain_file import read_domain
from dialogue.events import UserUttered
from dialogue.yaml_file import parse
from nlu.understanding import Entity, EntityValue, Guess, Need, Understanding


def entity(name: str, value: EntityValue, words: str, text: str, role: str | None = None) -> Entity:
    """An entity where its words stand in the text."""
    start = text.index(words)
    return Entity(name, value, words, start, start + len(words), role=role)


def said(text: str, *intents: str, entities: tuple[Entity, ...] = (), channel: str = "rest") -> UserUttered:
    """Someone says this and means these needs."""
    needs = tuple(Need(intent, 0.9, entities, 0, len(text)) for intent in intents)
    ranking = tuple(Guess(intent, 0.9) for intent in intents)
    return UserUttered(text, Understanding(text, needs, entities, 0.9 if needs else 0.0, ranking), channel)


def domain_of(text: str) -> Domain:
    """A domain from YAML that has no faults."""
    found = read_domain([parse(text, Path("domain.yml"))])
    if found.faults:
        raise ValueError("; ".join(map(str, found.faults)))
    return found.domain
