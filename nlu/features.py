"""What the classifiers look at: features that lie somewhere in the sentence, so that every part of it can be scored at once.

A feature is an interval of tokens with a name. A part of a sentence has the features inside it, those of its own two edges
and that of its length; its vector is scaled to length 1. Sums over intervals make all parts cheap to score (nlu.linear).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from nlu.dialects import normalise
from nlu.lexicon import Lexicon
from nlu.text import NUMBER_SIGN, Token, fold, tokens
from nlu.understanding import Entity
from nlu.views import View

_LONGEST = 3
"""Rows of up to three tokens: four and more add nothing (cross-validated on SMP 2017: 0.907 against 0.895)."""
_LONGEST_SOUND = 2
_LONGEST_EDGE = 2
_LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 17, 23)
"""Lengths in tokens at which a new class of length begins."""
LONGEST_LENGTH = _LENGTHS[-1]
"""From this length on, all are of one class."""


class Feature(NamedTuple):
    """A named feature on the words [start, end). A tuple, since a sentence has hundreds and they are made anew each time."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence made ready. `words` are its tokens without punctuation; `marks[i]` is the punctuation before word i, if any.

    `marks` is one longer than `words`: the last is what stands at the end.
    """

    text: str
    words: tuple[Token, ...]
    marks: tuple[str, ...]
    sounds: tuple[str, ...]
    groups: tuple[tuple[str, int, int], ...]
    """The words again, known ones as the name of their group: (symbol, first word, end)."""
    entities: tuple[Entity, ...] = ()
    meant: tuple[Feature, ...] = ()
    """Features of what dialect words mean in Mandarin, on the words that were said."""
    view: View | None = None
    """What an encoder says of the words, where the lexicon has one."""

    def __len__(self) -> int:
        return len(self.words)


def prepare(text: str, lexicon: Lexicon, entities: Sequence[Entity] = (), dialect: str | None = None) -> Sentence:
    """Fold and cut a sentence; `entities` become features too. `dialect` is what it is known to be said in."""
    words: list[Token] = []
    marks: list[str] = []
    pending = ""
    folded = fold(text)
    for token in tokens(folded):
        if token.mark:
            pending += token.text
            continue
        if not pending and words and _spaced(folded, words[-1], token):
            pending = " "
        words.append(token)
        marks.append(pending)
        pending = ""
    texts = [word.text for word in words]
    sounds = lexicon.syllables.of_word(texts)
    view = lexicon.viewer.see(text) if lexicon.viewer is not None and words else None
    groups = tuple(lexicon.grouped(texts, sounds))
    sentence = Sentence(text, tuple(words), (*marks, pending), sounds, groups, tuple(entities), view=view)
    return sentence if lexicon.dialects is None else replace(sentence, meant=tuple(_meant(sentence, lexicon, dialect)))


def _spaced(folded: str, before: Token, after: Token) -> bool:
    """Whether a space stands where Chinese has none: people type it for a comma."""
    return before.end < after.start and not (folded[before.end - 1].isascii() and folded[after.start].isascii())


def inner(sentence: Sentence, with_marks: bool = False) -> Iterator[Feature]:
    """The features that lie in a sentence, wherever it is cut.

    `with_marks` adds punctuation: worth 1.3 points where people typed (SMP 2017), harmful where a recogniser writes none.
    """
    texts = [word.text for word in sentence.words]
    yield from _rows("c", texts, _LONGEST)
    yield from _rows("p", sentence.sounds, _LONGEST_SOUND)
    yield from _group_rows(sentence.groups)
    yield from sentence.meant
    for at, text in enumerate(texts):
        if text != NUMBER_SIGN and text.isascii() and len(text) > 1:
            yield from (Feature(f"l{part}", at, at + 1) for part in _letters(text))
    for entity in sentence.entities:
        start, end = word_span(sentence, entity.start, entity.end)
        if start < end:
            yield Feature(f"@{entity.entity}", start, end)
    if with_marks:
        yield from _marks(sentence)


def edges(sentence: Sentence, at: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The features of a part that begins at word `at`, and those of one that ends before it."""
    texts = [word.text for word in sentence.words[max(0, at - _LONGEST_EDGE) : at + _LONGEST_EDGE]]
    middle = min(at, _LONGEST_EDGE)
    before, after = texts[:middle], texts[middle:]
    begins = tuple("^" + " ".join(after[:length]) for length in range(1, len(after) + 1))
    ends = tuple("$" + " ".join(before[len(before) - length :]) for length in range(1, len(before) + 1))
    return begins, ends


def length_class(words: int) -> str:
    """The feature of a part's length."""
    return f"n{sum(words >= limit for limit in _LENGTHS)}"


def names(sentence: Sentence, with_marks: bool = False) -> list[str]:
    """All features of the sentence as one part, repeated as often as they occur."""
    begins, _ = edges(sentence, 0)
    _, ends = edges(sentence, len(sentence))
    return [*(feature.name for feature in inner(sentence, with_marks)), *begins, *ends, length_class(len(sentence))]


def word_span(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """The words that lie wholly or partly in the characters [start, end)."""
    inside = [at for at, word in enumerate(sentence.words) if word.start < end and start < word.end]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def part(sentence: Sentence, start: int, end: int) -> Sentence:
    """The words [start, end) as a sentence of their own, its spans counted anew."""
    first, last = sentence.words[start].start, sentence.words[end - 1].end
    words = tuple(replace(word, start=word.start - first, end=word.end - first) for word in sentence.words[start:end])
    inside = (entity for entity in sentence.entities if first <= entity.start and entity.end <= last)
    entities = tuple(replace(entity, start=entity.start - first, end=entity.end - first) for entity in inside)
    marks = ("", *sentence.marks[start + 1 : end + 1])
    groups = tuple((symbol, at - start, to - start) for symbol, at, to in sentence.groups if start <= at and to <= end)
    meant = (
        one._replace(start=one.start - start, end=one.end - start)
        for one in sentence.meant
        if start <= one.start and one.end <= end
    )
    view = None if sentence.view is None else sentence.view.part(start, end)
    return Sentence(sentence.text[first:last], words, marks, sentence.sounds[start:end], groups, entities, tuple(meant), view)


def _meant(sentence: Sentence, lexicon: Lexicon, dialect: str | None) -> Iterator[Feature]:
    """The rows of characters and groups that a sentence has in Mandarin and not as it was said: 几钿 has those of 多少钱."""
    reading = normalise(sentence.text, dialect, lexicon.dialects)
    if not reading.words:
        return
    found = [token for token in tokens(reading.text) if not token.mark]
    texts = [token.text for token in found]
    spans = _said_at(sentence, [reading.original(token.start, token.end) for token in found])
    changed = [_written(sentence, *span) != text for span, text in zip(spans, texts, strict=True)]
    groups = tuple(lexicon.grouped(texts, lexicon.syllables.of_word(texts)))
    for feature in (*_rows("c", texts, _LONGEST), *_group_rows(groups)):
        if any(changed[feature.start : feature.end]):
            inside = spans[feature.start : feature.end]
            yield Feature(feature.name, min(start for start, _ in inside), max(end for _, end in inside))


def _said_at(sentence: Sentence, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The words that lie at spans of characters; each span holds one at least."""
    word_at = [0] * len(sentence.text)
    for at, word in enumerate(sentence.words):
        word_at[word.start : word.end] = [at] * (word.end - word.start)
    return [(word_at[start], word_at[end - 1] + 1) for start, end in spans]


def _written(sentence: Sentence, start: int, end: int) -> str:
    return sentence.words[start].text if end - start == 1 else ""


def _rows(kind: str, items: Sequence[str], longest: int) -> Iterator[Feature]:
    for length in range(1, longest + 1):
        rows = zip(*(items[start:] for start in range(length)), strict=False)
        for start, row in enumerate(rows):
            yield Feature(kind + " ".join(row), start, start + length)


def _group_rows(groups: Sequence[tuple[str, int, int]]) -> Iterator[Feature]:
    """Rows of up to three symbols with a group among them."""
    for length in range(1, _LONGEST + 1):
        for at in range(len(groups) - length + 1):
            row = groups[at : at + length]
            if any(symbol[0] == "<" for symbol, _, _ in row):
                yield Feature("t" + " ".join(symbol for symbol, _, _ in row), row[0][1], row[-1][2])


def _marks(sentence: Sentence) -> Iterator[Feature]:
    count = len(sentence)
    for at, marks in enumerate(sentence.marks):
        for mark in set(marks):
            if at:
                yield Feature(f"m{mark}", at - 1, at)
                yield Feature(f"m{sentence.words[at - 1].text} {mark}", at - 1, at)
            if at < count:
                yield Feature(f"m{mark} {sentence.words[at].text}", at, at + 1)


def _letters(word: str) -> Iterator[str]:
    framed = f"^{word}$"
    for length in (3, 4):
        for start in range(len(framed) - length + 1):
            yield framed[start : start + length]
