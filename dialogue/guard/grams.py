"""A sentence as the check of meaning counts it: normalised, in clauses, pairs of characters, n-grams and what it speaks of."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from dialogue.guard.reading import read
from dialogue.guard.words import concept_words
from nlu import numbers

Rows = npt.NDArray[np.int64]

BUCKETS = 1 << 17
"""Places for n-grams: the lessons have some 60,000."""
LONGEST = 4
"""Characters of an n-gram."""
FIGURE = "#"
_APART = (2, 3)
"""How far apart the two characters of a pair with a gap stand: 退~钱 of 退您钱 and of 退您的钱."""
_PLAIN = frozenset(("一", "百", "千", "万", "亿"))
"""Numerals that are parts of words more often than figures."""
_MARK = re.compile(r"[^\w#?]+")
_PLACEHOLDER = re.compile(r"\{\w+\}")
"""What a response leaves to be filled in; mostly figures."""


def normal(text: str) -> str:
    """A folded text with its figures as # and its marks as commas: what is said, not how much of it."""
    text = _PLACEHOLDER.sub(FIGURE, text)
    parts: list[str] = []
    last = 0
    for number in numbers.find(text):
        if text[number.start : number.end] not in _PLAIN:
            parts += [text[last : number.start], FIGURE]
            last = number.end
    return _MARK.sub(",", "".join((*parts, text[last:]))).strip(",")


def clauses(normalised: str) -> list[str]:
    """Its parts between marks."""
    return [part for part in re.split(r"[,?]", normalised) if part]


def pairs(clause: str) -> Iterator[str]:
    """Each two characters in a row."""
    return (one + other for one, other in pairwise(clause))


def pairs_of(texts: Iterable[str]) -> frozenset[str]:
    """The pairs of characters of texts as somebody said or wrote them."""
    return frozenset(pair for text in texts for clause in clauses(normal(read(text).text)) for pair in pairs(clause))


def places(normalised: str) -> Rows:
    """The places of its n-grams, and of each one and two things that it speaks of, among BUCKETS, each once."""
    text = f"^{normalised}$"
    grams = {text[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(text) - size + 1)}
    spoken_of = [name for name, words in concept_words() if words.search(normalised)]
    grams.update(spoken_of, map("".join, combinations(spoken_of, 2)))
    return _hashed(grams)


def gapped(normalised: str) -> Rows:
    """The places of pairs of characters with one or two others between them, within a clause, among BUCKETS."""
    said = clauses(normalised)
    return _hashed({clause[at] + clause[at + gap] for clause in said for gap in _APART for at in range(len(clause) - gap)})


def _hashed(grams: Iterable[str]) -> Rows:
    return np.fromiter({zlib.crc32(gram.encode()) % BUCKETS for gram in grams}, dtype=np.int64)
