"""Garble a sentence as a recogniser would: other characters by sound, small words dropped or added, runs of slips."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.confusion.table import SLIPS, ConfusionError, Confusions, Slip, load
from nlu.text import NUMBER_SIGN, fold, is_han, tokens

_SHARE = {"han": 1.0, "latin": 0.6, "number": 0.2}
"""How often a character of a Latin name or a number goes wrong beside a Chinese one: recognisers mostly keep them."""
_SPELLED_OUT = 0.1
"""So much of what goes wrong in Latin names is the whole name written as Chinese characters (ERP as 一二屁)."""
_FITS = 6.0
"""A character that often stands beside its neighbour is so much likelier: the language model of the recogniser."""
_SHORT = 2
"""Of texts up to this length nothing is dropped, so that something is left."""
_DOUBLED = 0.3
"""So much of what is added is the character before, said or written twice."""
_DIGITS = dict(zip("0123456789", ("", "7", "两", "2", "十", "", "9", "1", "", "6"), strict=True))
_NUMERALS = dict(zip("一二两三四五六七八九十", ("七", "两", "二", "山", "十", "我", "九", "一", "把", "六", "四"), strict=True))
_INSTEAD: tuple[Slip, ...] = ("same", "near", "half", "other")
"""Where the sounds allow no slip of one kind, the next one is taken."""


def garble(text: str, rate: float, rng: random.Random, dialect: str = "cmn") -> str:
    """The text with slips at an expected character error rate of `rate` in [0, 1], punctuation not counted.

    Slips come in runs as recognisers make them, so single sentences lie far from the rate. Latin names and numbers slip more
    rarely, Chinese characters make up for it. Never empty. `dialect` is a code of asr.dialects; its mergers are likelier.
    Raises ConfusionError for a rate outside [0, 1] or an unknown dialect.
    """
    if not 0 <= rate <= 1:
        raise ConfusionError(f"rate is the share of characters that go wrong, 0 to 1, not {rate}")
    pieces = tuple(_pieces(text))
    lengths = {kind: sum(len(piece) for name, piece in pieces if name == kind) for kind in _SHARE}
    counted = sum(lengths.values())
    if not counted or not rate:
        return text
    scale = counted / sum(_SHARE[kind] * length for kind, length in lengths.items())
    recogniser = _Recogniser(load(dialect), rng, min(1.0, rate * scale), counted > _SHORT)
    return "".join(recogniser.write(pieces)) or text


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text as (kind, piece): han, one character each; latin words; numbers; and what is kept."""
    at = 0
    for token in tokens(fold(text)):
        if token.start > at:
            yield "kept", text[at : token.start]
        piece = text[token.start : token.end]
        at = token.end
        if token.text == NUMBER_SIGN:
            yield "number", piece
        elif is_han(token.text):
            yield "han", piece
        else:
            yield ("latin" if piece.isascii() and piece.isalpha() else "kept"), piece
    yield "kept", text[at:]


@dataclass(frozen=True, slots=True)
class _Recogniser:
    """Writes a sentence with slips. `rate` is that of Chinese characters; `drops` is false where nothing may be left out."""

    table: Confusions
    rng: random.Random
    rate: float
    drops: bool

    def write(self, pieces: tuple[tuple[str, str], ...]) -> Iterator[str]:
        before, chance = "", self.rate
        for at, (kind, piece) in enumerate(pieces):
            written = piece
            if kind == "latin":
                written = self._latin(piece)
            elif kind == "number":
                written = "".join(map(self._digit, piece))
            elif kind == "han":
                slipped = self.rng.random() < chance
                if slipped:
                    following = pieces[at + 1][1][:1]
                    written = self._slip(piece, before, following)
                chance = self._next_chance(slipped)
            before = written[-1:] or before
            yield written

    def _next_chance(self, slipped: bool) -> float:
        """Runs have the right length and the mean stays the rate: a chain of two states."""
        more = self.table.kinds.more
        if self.rate >= more:
            return self.rate
        return more if slipped else self.rate * (1 - more) / (1 - self.rate)

    def _slip(self, character: str, before: str, after: str) -> str:
        """What is written for a Chinese character that goes wrong."""
        kinds = self.table.particle_kinds if character in self.table.particles else self.table.kinds
        slip = SLIPS[min(bisect(kinds.summed, self.rng.random()), len(SLIPS) - 1)]
        if slip == "inserted":
            return character + self._added(character, after)
        if slip == "deleted":
            if self.drops:
                return ""
            slip = "same"
        for instead in _INSTEAD[_INSTEAD.index(slip) :]:
            found = self.table.candidates(character, instead)
            if found.characters:
                return self._fitting(found.characters, found.weights, before, after)
        return ""

    def _fitting(self, characters: tuple[str, ...], weights: tuple[float, ...], before: str, after: str) -> str:
        pairs = self.table.pairs
        fitted = [
            weight * (1 + _FITS * (before + character in pairs) + _FITS * (character + after in pairs))
            for character, weight in zip(characters, weights, strict=True)
        ]
        return self.rng.choices(characters, fitted)[0]

    def _added(self, character: str, after: str) -> str:
        if self.rng.random() < _DOUBLED:
            return character
        return self._fitting(tuple(self.table.particles), tuple(self.table.particles.values()), character, after)

    def _digit(self, digit: str) -> str:
        wrong = self.rng.random() < self.rate * _SHARE["number"]
        return _DIGITS.get(digit, _NUMERALS.get(digit, digit)) if wrong else digit

    def _latin(self, word: str) -> str:
        chance = self.rate * _SHARE["latin"]
        if self.rng.random() < chance * _SPELLED_OUT:
            return "".join(self.rng.choice(self.table.letters[letter][0]) for letter in word.lower())
        return "".join(self._letter(letter) if self.rng.random() < chance * (1 - _SPELLED_OUT) else letter for letter in word)

    def _letter(self, letter: str) -> str:
        """A letter that goes wrong: one that sounds alike, or none."""
        like = self.rng.choice((*self.table.letters[letter.lower()][1], ""))
        return like.upper() if letter.isupper() else like
