"""Sentences with several needs made from sentences with one, where a bot has too few real ones to learn cutting from."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.features import Sentence, prepare
from nlu.lexicon import Lexicon
from nlu.understanding import Entity

_CUES = (
    *("还要", "另外", "最好", "再", "顺便", "并且", "同时", "还有", "然后", "对了"),
    *("而且", "再就是", "还有就是", "仲要", "同埋", "仲有"),
)
_CUE_SHARE = 0.25
_MARKS = ("", "", "", ",", "。", "、")
"""A recogniser writes no punctuation, so half of the seams have none."""
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence, its label, and the intent of each part with the word at which it begins (one for a simple sentence)."""

    sentence: Sentence
    intents: tuple[str, ...]
    begins: tuple[int, ...] = (0,)


def joined(
    singles: Sequence[Labelled], orders: Sequence[tuple[str, ...]], count: int, lexicon: Lexicon, rng: random.Random
) -> list[Labelled]:
    """Up to `count` sentences of several needs, with and without punctuation and connecting words.

    `orders` are rows of intents that belong together, as real sentences have them; without any, intents are drawn at random.
    """
    by_intent: dict[str, list[Labelled]] = defaultdict(list)
    for one in singles:
        if 1 < len(one.sentence) <= _LONGEST:
            by_intent[one.intents[0]].append(one)
    names = sorted(by_intent)
    possible = [order for order in orders if all(intent in by_intent for intent in order)]
    if len(names) < 2:
        return []
    found: list[Labelled] = []
    for _ in range(count):
        order = rng.choice(possible) if possible else rng.sample(names, 2)
        found.append(_join([rng.choice(by_intent[intent]) for intent in order], lexicon, rng))
    return found


def _join(parts: Sequence[Labelled], lexicon: Lexicon, rng: random.Random) -> Labelled:
    text = ""
    entities: list[Entity] = []
    characters: list[int] = []
    for part in parts:
        if text:
            text += rng.choice(_MARKS) or (" " if text[-1].isascii() and part.sentence.text[:1].isascii() else "")
        characters.append(len(text))
        if text and rng.random() < _CUE_SHARE:
            text += rng.choice(_CUES)
        offset = len(text)
        entities += (replace(one, start=one.start + offset, end=one.end + offset) for one in part.sentence.entities)
        text += part.sentence.text
    sentence = prepare(text, lexicon, entities)
    begins = tuple(next(at for at, word in enumerate(sentence.words) if word.start >= place) for place in characters)
    return Labelled(sentence, tuple(part.intents[0] for part in parts), begins)
