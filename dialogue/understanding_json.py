"""An understanding in the shape of Rasa's /model/parse, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlu.understanding import Entity, Guess, Need, Understanding

Json = dict[str, Any]
"""A JSON object: the wire format of others, so plain dicts are right here."""


def parse_result(understanding: Understanding) -> Json:
    """Rasa's shape: `intent` is the first need's, `intents` holds all of them with their spans and entities.

    Out of scope is the intent null, with the confidence of the best guess.
    """
    needs = understanding.needs
    first = {"name": needs[0].intent, "confidence": needs[0].confidence} if needs else None
    return {
        "text": understanding.text,
        "intent": first or {"name": None, "confidence": understanding.confidence},
        "intents": [_need(need) for need in needs],
        "entities": [_entity(entity) for entity in understanding.entities],
        "intent_ranking": [{"name": guess.intent, "confidence": guess.confidence} for guess in understanding.ranking],
        "confidence": understanding.confidence,
    }


def understanding_of(parsed: Mapping[str, Any]) -> Understanding:
    """The way back. What another program wrote may lack `intents`; then `intent` is the only need. Raises KeyError."""
    text = str(parsed.get("text") or "")
    entities = tuple(entity_of(entity) for entity in parsed.get("entities") or ())
    intent = parsed.get("intent") or {}
    if "intents" in parsed:
        needs = tuple(_need_of(need) for need in parsed["intents"])
    elif intent.get("name"):
        needs = (Need(intent["name"], float(intent.get("confidence", 1.0)), entities, 0, len(text)),)
    else:
        needs = ()
    ranking = tuple(Guess(guess["name"], float(guess["confidence"])) for guess in parsed.get("intent_ranking") or ())
    weakest = min((need.confidence for need in needs), default=float(intent.get("confidence") or 0.0))
    return Understanding(text, needs, entities, float(parsed.get("confidence", weakest)), ranking)


def entity_of(entity: Mapping[str, Any]) -> Entity:
    """One entity of Rasa's shape; without a text its value stands for it. Raises KeyError."""
    text = entity.get("text", str(entity["value"]))
    return Entity(
        entity["entity"],
        entity["value"],
        text,
        int(entity.get("start", 0)),
        int(entity.get("end", len(text))),
        str(entity.get("extractor", "rules")),
        float(entity.get("confidence_entity", 1.0)),
        entity.get("role"),
        entity.get("group"),
        entity.get("distance"),
    )


def _need(need: Need) -> Json:
    return {
        "name": need.intent,
        "confidence": need.confidence,
        "start": need.start,
        "end": need.end,
        "entities": [_entity(entity) for entity in need.entities],
    }


def _need_of(need: Mapping[str, Any]) -> Need:
    entities = tuple(entity_of(entity) for entity in need.get("entities") or ())
    return Need(need["name"], float(need["confidence"]), entities, int(need.get("start", 0)), int(need.get("end", 0)))


def _entity(entity: Entity) -> Json:
    told = (("role", entity.role), ("group", entity.group), ("distance", entity.distance))
    marks = {name: mark for name, mark in told if mark is not None}
    return {
        "entity": entity.entity,
        "value": entity.value,
        "text": entity.text,
        "start": entity.start,
        "end": entity.end,
        "extractor": entity.source,
        "confidence_entity": entity.confidence,
        **marks,
    }
