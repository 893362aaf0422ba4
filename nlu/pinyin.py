"""Syllables without tones, with the sounds merged that speakers and recognisers confuse (zh/z, n/l, ing/in ...)."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_FIRST, _LAST = 0x4E00, 0x9FFF
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


@dataclass(frozen=True, slots=True)
class Syllables:
    """The merged syllable of every Chinese character; it travels in the model's folder, so that parsing needs no dictionary."""

    names: tuple[str, ...]
    of_character: tuple[int, ...]
    """Index into `names` for U+4E00 to U+9FFF."""

    def of(self, character: str) -> str:
        """The syllable of a Chinese character; anything else stands for itself."""
        if len(character) == 1 and _FIRST <= ord(character) <= _LAST:
            return self.names[self.of_character[ord(character) - _FIRST]]
        return character

    def of_word(self, word: Iterable[str]) -> tuple[str, ...]:
        """The syllables of a word or a row of words, one for each item."""
        return tuple(map(self.of, word))


@functools.cache
def dictionary() -> Syllables:
    """The table from pypinyin's dictionary: each character's most frequent reading."""
    from pypinyin.constants import PINYIN_DICT

    readings = [_merged(PINYIN_DICT.get(code, "").split(",")[0]) for code in range(_FIRST, _LAST + 1)]
    names = tuple(sorted(set(readings)))
    index = {name: at for at, name in enumerate(names)}
    return Syllables(names, tuple(index[reading] for reading in readings))


def _merged(reading: str) -> str:
    # Decomposed, the tone is a mark of its own; the dots of ü go too, which only merges more.
    plain = "".join(letter for letter in unicodedata.normalize("NFD", reading) if letter.isascii())
    for long, short in _INITIALS:
        if plain.startswith(long):
            plain = short + plain[len(long) :]
            break
    for long, short in _FINALS:
        if plain.endswith(long):
            return plain[: -len(long)] + short
    return plain
