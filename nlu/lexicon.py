"""What is known of words before any training: how characters sound, and which words do the same work in any dialect."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nlu import dialects, pinyin
from nlu.dialects import DialectLexicon, Entry
from nlu.pinyin import Syllables
from nlu.text import fold, is_han
from nlu.views import Viewer

_FILE = Path(__file__).with_name("thesaurus.txt")
_SOUND_LENGTH = 3
"""Shorter words are not known by sound: two syllables without tones stand for too many words."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sounds, groups of words (folded word -> name of its group), an encoder, dialect words."""

    syllables: Syllables
    groups: Mapping[str, str] = field(default_factory=dict)
    viewer: Viewer | None = None
    dialects: DialectLexicon | None = None
    by_sound: Mapping[tuple[str, ...], str] = field(init=False)
    reach: Mapping[str, int] = field(init=False)
    """First character, or first syllable -> length of its longest word."""

    def __post_init__(self) -> None:
        by_sound: dict[tuple[str, ...], str] = {}
        for word, name in self.groups.items():
            if len(word) >= _SOUND_LENGTH and all(map(is_han, word)):
                by_sound.setdefault(self.syllables.of_word(word), name)
        reach: dict[str, int] = {}
        for known in (*self.groups, *by_sound):
            reach[known[0]] = max(reach.get(known[0], 0), len(known))
        object.__setattr__(self, "by_sound", by_sound)
        object.__setattr__(self, "reach", reach)

    def grouped(self, words: Sequence[str], sounds: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """The words from left to right as (symbol, start, end): the group of the longest known word, else the word itself.

        Words of three characters and more are known by their sound as well: a recogniser writes 鸡多钱 for 几多钱.
        """
        at = 0
        while at < len(words):
            name, end = self._longest(words, sounds, at)
            yield (name or words[at]), at, end
            at = end

    def _longest(self, words: Sequence[str], sounds: Sequence[str], start: int) -> tuple[str, int]:
        longest = max(self.reach.get(words[start][0], 0), self.reach.get(sounds[start], 0))
        for end in range(min(len(words), start + longest), start, -1):
            name = self.groups.get("".join(words[start:end]))
            if name is None and end - start >= _SOUND_LENGTH:
                name = self.by_sound.get(tuple(sounds[start:end]))
            if name is not None:
                return f"<{name}>", end
        return "", start + 1


@functools.cache
def standard(own: tuple[Entry, ...] = ()) -> Lexicon:
    """The lexicon that new models are trained with; `own` are dialect words of the operators' own."""
    groups: dict[str, str] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        name, colon, words = line.partition(": ")
        if colon and not line.startswith("#"):
            for word in words.split():
                groups.setdefault(fold(word), name)
    return Lexicon(pinyin.dictionary(), groups, dialects=dialects.standard().extended(own))
