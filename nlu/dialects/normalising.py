"""Dialect wording put into Mandarin, each character of the result knowing what was said in its place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from nlu.dialects.lexicon import WRITTEN, DialectLexicon, file_of, standard
from nlu.dialects.word_order import WordOrder
from nlu.text import fold, is_mark

_REORDERED = "order"
_VARIABLE = re.compile(r"\{([a-z])\}")


@dataclass(frozen=True, slots=True)
class DialectWord:
    """A dialect wording found: [start, end) is its place in what was said, `mandarin` what it means there."""

    start: int
    end: int
    said: str
    mandarin: str
    dialect: str
    kind: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """Mandarin text, folded (nlu.text.fold); origins[i] is the [start, end) of what was said for character i."""

    text: str
    origins: tuple[tuple[int, int], ...]
    words: tuple[DialectWord, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of what was said for a span of the Mandarin text; an empty one stays empty."""
        inside = self.origins[start:end]
        if not inside:
            place = self.origins[start][0] if start < len(self.origins) else self.origins[-1][1] if self.origins else 0
            return place, place
        return min(first for first, _ in inside), max(last for _, last in inside)


@dataclass(frozen=True, slots=True)
class _Character:
    text: str
    start: int
    end: int


_Clause = tuple[_Character, ...]


def normalise(text: str, dialect: str | None = None, lexicon: DialectLexicon | None = None) -> Normalised:
    """Put dialect words and word order into Mandarin; ordinary Mandarin stays as it is, only folded.

    `dialect` is a code of asr.dialects, if known: then words that ordinary Mandarin has too, with another meaning, are taken
    for the dialect's; without it they are where other words of the sentence are that dialect's beyond doubt.
    """
    lexicon = lexicon or standard()
    clauses = tuple(_clauses(text))
    spoken, known = _spoken(clauses, dialect, lexicon)
    characters: list[_Character] = []
    words: list[DialectWord] = []
    for clause in clauses:
        ordered, moved = _ordered(clause, lexicon.orders, spoken, text)
        written, found = _replaced(ordered, lexicon, spoken, text) if known or moved else (list(clause), [])
        characters += written
        words += (*moved, *found)
    result = "".join(character.text for character in characters)
    return Normalised(
        result, tuple((one.start, one.end) for one in characters), tuple(sorted(words, key=lambda word: word.start))
    )


def mandarin_of(words: Sequence[str], dialect: str | None = None) -> tuple[str, ...]:
    """Each word in Mandarin, itself where it is Mandarin already or means something else by context."""
    spoken = {name} if (name := file_of(dialect)) else set()
    found = (standard().longest(fold(word), 0, spoken) for word in words)
    return tuple(
        entry.mandarin if entry is not None and entry.word == fold(word) else word
        for word, entry in zip(words, found, strict=True)
    )


def _clauses(text: str) -> Iterator[_Clause]:
    """The folded text cut at punctuation, which makes clauses of its own."""
    characters = (_Character(folded, at, at + 1) for at, folded in enumerate(fold(text)))
    for _, group in itertools.groupby(characters, key=lambda one: is_mark(one.text)):
        yield tuple(group)


def _spoken(clauses: Sequence[_Clause], dialect: str | None, lexicon: DialectLexicon) -> tuple[Collection[str], bool]:
    """The dialects that are evident, the one given and those of words that ordinary Mandarin doesn't have; and whether there
    is any word of the lexicon."""
    given = file_of(dialect)
    spoken = {given} if given else set()
    known = bool(given)
    for clause in clauses:
        text = "".join(character.text for character in clause)
        at = 0
        while at < len(text):
            entry = lexicon.longest(text, at, spoken)
            if entry is not None and entry.condition.evident and entry.dialect != WRITTEN:
                spoken |= {row.dialect for row in lexicon.by_word[entry.word]}
            known = known or entry is not None
            at += len(entry.word) if entry is not None else 1
    return spoken, known


def _ordered(
    clause: _Clause, orders: Sequence[WordOrder], spoken: Collection[str], said: str
) -> tuple[_Clause, list[DialectWord]]:
    """The clause with its words in Mandarin order, and what was moved."""
    moved: list[DialectWord] = []
    text = "".join(character.text for character in clause)
    for order in orders:
        if order.evident and order.dialect not in spoken:
            continue
        match = order.pattern.search(text)
        if match is None:
            continue
        pieces = tuple(_composed(clause, match, order))
        first, last = _span(clause[match.start() : match.end()])
        mandarin = "".join(piece.text for piece in pieces)
        moved.append(DialectWord(first, last, said[first:last], mandarin, order.dialect, _REORDERED))
        clause = (*clause[: match.start()], *pieces, *clause[match.end() :])
        text = "".join(character.text for character in clause)
    return clause, moved


def _composed(clause: _Clause, match: re.Match[str], order: WordOrder) -> Iterator[_Character]:
    first, last = _span(clause[match.start() : match.end()])
    for piece in order.mandarin:
        variable = _VARIABLE.fullmatch(piece)
        if variable:
            yield from clause[match.start(variable[1]) : match.end(variable[1])]
        else:
            yield from (_Character(text, first, last) for text in piece)


def _replaced(
    clause: _Clause, lexicon: DialectLexicon, spoken: Collection[str], said: str
) -> tuple[list[_Character], list[DialectWord]]:
    """The clause with its dialect words in Mandarin, from left to right, the longest first; and these words."""
    text = "".join(character.text for character in clause)
    written: list[_Character] = []
    words: list[DialectWord] = []
    at = 0
    while at < len(text):
        entry = lexicon.longest(text, at, spoken)
        if entry is None:
            written.append(clause[at])
            at += 1
            continue
        end = at + len(entry.word)
        first, last = _span(clause[at:end])
        words.append(DialectWord(first, last, said[first:last], entry.mandarin, entry.dialect, entry.kind))
        written += (_Character(character, first, last) for character in entry.mandarin)
        at = end
    return written, words


def _span(characters: _Clause) -> tuple[int, int]:
    return min(one.start for one in characters), max(one.end for one in characters)
