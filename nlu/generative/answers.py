"""An answer of the model as text: written for training, read and held against the sentence at run time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nlu.generative.codes import ENTITIES, INTENT, KIND, NEEDS, TEXT, VALUE, Codebook, Kind
from nlu.understanding import EntityValue

_INTENT_AT = re.compile(rf'"{INTENT}"\s*:\s*"')
"""Where an intent's letter follows; inside a string the quotation marks would be escaped."""


@dataclass(frozen=True, slots=True)
class Marked:
    """An entity in a sentence: [start, end) holds its words; `value` is its normal form."""

    start: int
    end: int
    kind: Kind
    value: EntityValue


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a sentence with one intent ("": none of the bot's); `at` is where its letter stands in the answer."""

    start: int
    end: int
    intent: str
    entities: tuple[Marked, ...] = ()
    at: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """A readable answer. `invented` counts entities left out because their words stand nowhere in the need."""

    parts: tuple[Part, ...]
    invented: int = 0


class AnswerError(ValueError):
    """An answer that cannot be used: it is no such JSON, or a need's words are not those of the sentence."""


def written(text: str, parts: tuple[Part, ...], book: Codebook) -> str:
    """The answer that says this of a sentence, as short as JSON can be."""
    intents = {intent: code for code, intent in book.intent_of.items()}
    kinds = {kind: code for code, kind in book.kind_of.items()}
    needs = [
        {
            TEXT: text[part.start : part.end],
            INTENT: intents[part.intent],
            ENTITIES: [_entity(text, one, kinds[one.kind]) for one in part.entities if one.kind in kinds],
        }
        for part in parts
    ]
    return json.dumps({NEEDS: needs}, ensure_ascii=False, separators=(",", ":"))


def _entity(text: str, one: Marked, code: str) -> Mapping[str, str]:
    words = text[one.start : one.end]
    value = str(one.value)
    return {TEXT: words, KIND: code} if value == words else {TEXT: words, KIND: code, VALUE: value}


def read(answer: str, text: str, book: Codebook) -> Read:
    """The parts of `text` that an answer names, left to right. Raises AnswerError; `text` is as the model was given it."""
    try:
        needs = json.loads(answer)[NEEDS]
        places = [match.end() for match in _INTENT_AT.finditer(answer)]
        parts: list[Part] = []
        invented, end = 0, 0
        for need, place in zip(needs, places, strict=True):
            start = text.find(need[TEXT], end)
            if start < 0 or not need[TEXT]:
                raise AnswerError("a need whose words are not in the sentence")
            end = start + len(need[TEXT])
            entities = tuple(_entities(need[ENTITIES], text, (start, end), book))
            invented += len(need[ENTITIES]) - len(entities)
            parts.append(Part(start, end, book.intent_of[need[INTENT]], entities, place))
    except AnswerError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError):
        raise AnswerError("not the JSON that was asked for") from None
    return Read(tuple(parts), invented)


def _entities(rows: Any, text: str, inside: tuple[int, int], book: Codebook) -> Iterator[Marked]:
    """Those whose words stand in the need; words that occur twice are taken in order."""
    taken: list[Marked] = []
    for row in rows:
        words, kind = row[TEXT], book.kind_of[row[KIND]]
        value = row.get(VALUE, words)
        if not (isinstance(words, str) and words and isinstance(value, str)):
            raise AnswerError("an entity without words")
        start = next((at for at in _places(words, text, inside) if _free(at, at + len(words), kind, taken)), None)
        if start is not None:
            taken.append(Marked(start, start + len(words), kind, value))
    yield from taken


def _places(words: str, text: str, inside: tuple[int, int]) -> Iterator[int]:
    at = text.find(words, *inside)
    while at >= 0:
        yield at
        at = text.find(words, at + 1, inside[1])


def _free(start: int, end: int, kind: Kind, taken: list[Marked]) -> bool:
    """Entities don't overlap; only one span may have several kinds (两年 is a period and a count)."""
    return all(
        end <= one.start or one.end <= start or ((start, end) == (one.start, one.end) and kind != one.kind) for one in taken
    )
