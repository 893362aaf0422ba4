"""The linear part's features: tokens and pairs of them, each kept at the token where it ends.

So the features of any part of a sentence are those of its tokens, of the pairs inside, of its two edges and of its length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlu.student.inputs import Ids, letters
from nlu.student.sounds import Sounds
from nlu.text import NUMBER_SIGN, Token, is_han

KINDS = 5
"""The token itself; it and the one before; beginning a part; ending one; speaking for or against a cut before the token."""
BEGINS, ENDS, CUTS = 2, 3, 4
SLOTS = 14
"""Features of one kind at one token, at most (a Latin word has many groups of letters)."""
_LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 17, 23)
"""Lengths in tokens at which a new class of length begins."""
LENGTH_CLASSES = len(_LENGTHS) + 1


@dataclass(frozen=True, slots=True)
class Phrases:
    """Tokens to ids of the linear part's features; `vocabulary` counts from 1."""

    vocabulary: Mapping[str, int]
    sounds: Sounds

    def ids(self, folded: str, found: Sequence[Token]) -> Ids:
        """Shape (tokens, KINDS, SLOTS), 0 where there are fewer."""
        result = np.zeros((len(found), KINDS, SLOTS), dtype=np.int32)
        for token, kinds in enumerate(names(folded, found, self.sounds)):
            for kind, features in enumerate(kinds):
                known = [at for at in map(self.vocabulary.get, features) if at is not None][:SLOTS]
                result[token, kind, : len(known)] = known
        return result


def names(folded: str, found: Sequence[Token], sounds: Sounds) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Each token's features, by kind."""
    written = [folded[token.start : token.end] for token in found]
    spoken = sounds.mandarin.of_word(written)
    for at, (word, sound) in enumerate(zip(written, spoken, strict=True)):
        own = (f"c{word}", f"s{sound}") if is_han(word) else (f"c{word}", *_within(word, found[at]))
        pair = (f"b{written[at - 1]} {word}", f"d{spoken[at - 1]} {sound}", *_glued(found, written, at)) if at else ()
        begins = (f"^{word}", *(f"^{word} {after}" for after in written[at + 1 : at + 2]))
        ends = (f"${word}", *(f"${before} {word}" for before in written[max(0, at - 1) : at]))
        yield own, pair, begins, ends, cut_names(written, at)


def whole(folded: str, found: Sequence[Token], sounds: Sounds) -> list[str]:
    """All features of a sentence as one part, repeated as often as they occur."""
    kinds = list(names(folded, found, sounds))
    inside = [name for token in kinds for kind in token[:BEGINS] for name in kind]
    return [*inside, *(kinds[0][BEGINS] if kinds else ()), *(kinds[-1][ENDS] if kinds else ()), length_name(len(kinds))]


def cut_names(written: Sequence[str], at: int) -> tuple[str, ...]:
    """What stands around a place where a need may begin: tokens by their distance, and rows of two and three."""

    def word(offset: int) -> str:
        return written[at + offset] if 0 <= at + offset < len(written) else "|"

    near = (f">{offset} {word(offset)}" for offset in range(-3, 5))
    pairs = (f">{offset} {word(offset)} {word(offset + 1)}" for offset in range(-2, 3))
    return (*near, *pairs, f">> {word(0)} {word(1)} {word(2)}")


def length_name(tokens: int) -> str:
    """The feature of a part's length."""
    return f"n{length_class(tokens)}"


def length_class(tokens: int) -> int:
    """In [0, LENGTH_CLASSES)."""
    return sum(tokens >= limit for limit in _LENGTHS)


def _glued(found: Sequence[Token], written: Sequence[str], at: int) -> tuple[str, ...]:
    """Latin letters and figures without a space between them (ap57, 4g) are one word to those who write them."""
    before, token = found[at - 1], found[at]
    if before.end < token.start or before.mark or token.mark or not (written[at - 1] + written[at]).isascii():
        return ()
    return (f"g{written[at - 1]}{written[at]}", f"g{before.text}{token.text}")


def _within(word: str, token: Token) -> tuple[str, ...]:
    if token.text == NUMBER_SIGN:
        return (NUMBER_SIGN, f"{NUMBER_SIGN}{len(word)}")
    return () if token.mark else tuple(letters(word))
