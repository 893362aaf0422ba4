"""Words that a recogniser should expect though it was never trained on them: an operator's product names.

They join the pronunciation tree of the search as whole words, with a language-model score of their own in place of the one that
unseen words would get. A word is only ever found where its sounds are heard: silence and noise have no phones to begin with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from asr.lexicon import Node, Pronunciation, Word
from asr.normalize import spoken_text
from asr.tones import Contour


@runtime_checkable
class Expecting(Protocol):
    """A recogniser that can be told which words to expect."""

    def expect(self, words: Sequence[HotWord]) -> None:
        """Listen for these, and no longer for those of before, from the next turn on."""
        ...


class HotWordError(ValueError):
    """A word that cannot be listened for; the message names file and line where there is one."""


@dataclass(frozen=True, slots=True)
class HotWord:
    """`text` as a transcript writes it; `pronunciations`: its phones without tones, one tuple for each way of saying it.

    `tones`: where they are known, the contours of the syllables of each of these ways.
    """

    text: str
    pronunciations: tuple[Pronunciation, ...]
    tones: tuple[tuple[Contour, ...], ...] = ()


def add(root: Node, words: Iterable[HotWord], units: dict[str, int], tokens: dict[str, int]) -> None:
    """Grow the search tree by the words. Characters that have no token get one, in `tokens`; ways of saying a word with a phone
    that the model does not know are left out."""
    for word in words:
        ids = tuple(tokens.setdefault(character, max(tokens.values()) + 1) for character in word.text)
        for phones in word.pronunciations:
            if not phones or not all(phone in units for phone in phones):
                continue
            node = root
            for phone in phones:
                node = node.following.setdefault(units[phone], Node())
            node.words.append(Word(ids, 0.0, hot=True))


def without_tones(syllables: Iterable[Sequence[str]]) -> Pronunciation:
    """The phones of a word's syllables in the form of the tree."""
    return tuple(phone.rstrip("0123456789") for syllable in syllables for phone in syllable)


def read_texts(file: Path) -> tuple[str, ...]:
    """One word a line; empty lines and those that begin with # are passed over. Raises HotWordError."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise HotWordError(f"{file}: cannot be read ({fault}); hot words are a UTF-8 text, one word a line") from None
    texts = []
    for number, line in enumerate(lines, 1):
        word = line.strip()
        if word and not word.startswith("#"):
            if len(spoken_text(word)) < 2:
                raise HotWordError(f"{file}:{number}: '{word}' is too short; a hot word has two characters or more")
            texts.append(word)
    return tuple(dict.fromkeys(texts))
