"""What the model may write: a letter for each intent and each kind of entity, and the JSON Schema of an answer.

A letter is one token for every tokenizer: the odds of all intents stand at one place of the answer, and answers are short.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NEEDS, TEXT, INTENT, ENTITIES, KIND, VALUE = "n", "t", "i", "e", "k", "v"
"""Keys of an answer: {"n": [{"t": words, "i": letter, "e": [{"t": words, "k": letter, "v": value}]}]}; `v` may be missing."""
MOST_NEEDS, MOST_ENTITIES = 8, 12
_LONGEST_VALUE = 32
"""Characters of a normal form: ids of catalogues and numbers are short."""
_LETTERS = string.ascii_uppercase + string.ascii_lowercase


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """A kind of entity as it is marked: role and group as Rasa has them; empty where there is none."""

    entity: str
    role: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Codebook:
    """`intents` ("" stands for what is out of scope) and `kinds` in the order of their letters."""

    intents: tuple[str, ...]
    kinds: tuple[Kind, ...] = ()

    @property
    def intent_codes(self) -> tuple[str, ...]:
        """One for each intent, in their order."""
        return codes(len(self.intents))

    @property
    def kind_codes(self) -> tuple[str, ...]:
        """One for each kind, in their order."""
        return codes(len(self.kinds))

    @property
    def intent_of(self) -> Mapping[str, str]:
        """Letter to intent."""
        return dict(zip(self.intent_codes, self.intents, strict=True))

    @property
    def kind_of(self) -> Mapping[str, Kind]:
        """Letter to kind of entity."""
        return dict(zip(self.kind_codes, self.kinds, strict=True))


def codes(count: int) -> tuple[str, ...]:
    """So many codes of one length: a letter each, two from the fifty-third on."""
    if count <= len(_LETTERS):
        return tuple(_LETTERS[:count])
    return tuple(f"{_LETTERS[at // len(_LETTERS)]}{_LETTERS[at % len(_LETTERS)]}" for at in range(count))


def schema(book: Codebook, longest: int) -> Mapping[str, Any]:
    """The JSON Schema of an answer; a server that keeps to it can write no intent that is not in the book.

    `longest`: characters of the sentence, beyond which no words run on. It is rounded up to a power of two, since servers keep
    what they have made of a schema.
    """
    words = _words(max(8, 1 << (longest - 1).bit_length()))
    need: dict[str, Any] = {TEXT: words, INTENT: {"enum": list(book.intent_codes)}, ENTITIES: _entities(book, words)}
    needs = {"type": "array", "items": _object(need, (TEXT, INTENT, ENTITIES)), "minItems": 1, "maxItems": MOST_NEEDS}
    return _object({NEEDS: needs}, (NEEDS,))


def _words(longest: int) -> Mapping[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


def _entities(book: Codebook, words: Mapping[str, Any]) -> Mapping[str, Any]:
    if not book.kinds:
        return {"type": "array", "maxItems": 0}
    entity = {TEXT: words, KIND: {"enum": list(book.kind_codes)}, VALUE: _words(_LONGEST_VALUE)}
    return {"type": "array", "items": _object(entity, (TEXT, KIND)), "maxItems": MOST_ENTITIES}


def _object(properties: Mapping[str, Any], required: Sequence[str]) -> Mapping[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": list(required), "additionalProperties": False}
