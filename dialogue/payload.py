"""Messages that name their intent: '/intent{"entity": "value"}', as Rasa's buttons and test stories send them."""

from __future__ import annotations

import json
import math
import re

from dialogue.domain import Domain
from dialogue.script import NOT_UNDERSTOOD
from nlu.understanding import Entity, Guess, Need, Understanding

DEFAULT_INTENTS = ("restart", "back", "session_start", "out_of_scope")
"""Rasa knows these without their being listed."""
PAYLOAD = re.compile(r"\s*/(?P<intents>[^\s{/][^\s{]*)\s*(?P<entities>\{.*\})?\s*", re.DOTALL)


def parse_payload(text: str, domain: Domain) -> Understanding | None:
    """The understanding that a payload states; None for ordinary text and for intents that the domain lacks."""
    match = PAYLOAD.fullmatch(text)
    if match is None:
        return None
    if match["intents"] == NOT_UNDERSTOOD:
        return Understanding(text, (), _entities(match["entities"], text) or (), 1.0)
    intents = match["intents"].split("+")
    known = (*domain.intents, *DEFAULT_INTENTS)
    if not all(intent in known or intent.partition("/")[0] in known for intent in intents):
        return None
    entities = _entities(match["entities"], text)
    if entities is None:
        return None
    needs = tuple(Need(intent, 1.0, entities, 0, len(text)) for intent in intents)
    return Understanding(text, needs, entities, 1.0, tuple(Guess(intent, 1.0) for intent in intents))


def _entities(raw: str | None, text: str) -> tuple[Entity, ...] | None:
    """Entities of a payload's JSON object; a list gives one entity an item. None where it is not an object."""
    if raw is None:
        return ()
    try:
        named = json.loads(raw, parse_constant=lambda _: None)
        json.dumps(named, ensure_ascii=False).encode()  # half a surrogate pair could not be stored
    except (ValueError, RecursionError):
        return None
    pairs = [(name, item) for name, value in named.items() for item in (value if isinstance(value, list) else [value])]
    return tuple(
        Entity(name, value if isinstance(value, (str, int, float)) else json.dumps(value), str(value), 0, len(text), "payload")
        for name, value in pairs
        if value is not None and value not in (math.inf, -math.inf)
    )
