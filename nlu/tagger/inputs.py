"""What the tagger sees of a sentence: for every character a row of features, each hashed to a row of the tables."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from nlu.pinyin import Syllables
from nlu.tagger.words import UNKNOWN, Word, Words
from nlu.text import fold

Ids = npt.NDArray[np.int64]

DEEP = 9
"""The first columns: they are embedded for the network. All columns are weighed directly as well, as a CRF weighs them."""
COLUMNS = DEEP + 12
_EDGE = "\u2402\u2403"  # signs that stand in no sentence


def features(text: str, words: Words, syllables: Syllables) -> Ids:
    """(characters, COLUMNS) hashes in [1, 2**32); 0 stands for a feature that is absent."""
    folded = fold(text)
    cut = _word_columns(folded, words.cut(folded))
    sounds = [_EDGE[0], *syllables.of_word(folded), _EDGE[1]]
    padded = _EDGE[0] * 2 + folded + _EDGE[1] * 2
    rows = [(*_deep(padded, sounds, cut, at), *_wide(padded, cut, at)) for at in range(len(folded))]
    return np.array([[_hash(column, value) for column, value in enumerate(row)] for row in rows], np.int64).reshape(-1, COLUMNS)


def _deep(padded: str, sounds: Sequence[str], cut: Sequence[tuple[str, ...]], at: int) -> tuple[str, ...]:
    here = at + 2
    return (
        padded[here],
        padded[here - 1 : here + 1],
        padded[here : here + 2],
        padded[here - 1 : here + 2],
        sounds[at + 1],
        " ".join(sounds[at : at + 2]),
        " ".join(sounds[at + 1 : at + 3]),
        cut[at][0],
        cut[at][1],
    )


def _wide(padded: str, cut: Sequence[tuple[str, ...]], at: int) -> tuple[str, ...]:
    here = at + 2
    before = cut[at - 1][0] if at else ""
    after = cut[at + 1][0] if at + 1 < len(cut) else ""
    return (
        padded[here - 2],
        padded[here - 1],
        padded[here + 1],
        padded[here + 2],
        padded[here - 2 : here],
        padded[here + 1 : here + 3],
        padded[here - 2 : here + 1],
        padded[here : here + 3],
        before,
        after,
        *cut[at][2:],
    )


def _word_columns(folded: str, cut: Sequence[Word]) -> list[tuple[str, ...]]:
    """For every character: its place in its word with the word's kind, the word, and the kinds of the words beside it."""
    if not cut:
        return [("",) * 4] * len(folded)
    kinds = [_EDGE[0], *(word.kind for word in cut), _EDGE[1]]
    columns: list[tuple[str, ...]] = []
    for at, word in enumerate(cut):
        for place in range(word.start, word.end):
            mark = _mark(place, word)
            known = folded[word.start : word.end] if word.kind != UNKNOWN else ""
            beside = (f"{mark}{kinds[at]} {word.kind}", f"{mark}{word.kind} {kinds[at + 2]}")
            columns.append((f"{mark}{word.kind}", f"{mark}{known}" if known else "", *beside))
    return columns


def _mark(place: int, word: Word) -> str:
    if word.end - word.start == 1:
        return "S"
    return "B" if place == word.start else "E" if place == word.end - 1 else "M"


def _hash(column: int, value: str) -> int:
    # crc32 is the same everywhere and in every process, unlike hash().
    return zlib.crc32(f"{column} {value}".encode()) if value else 0


def known_hashes(sentences: Iterable[Ids], min_count: int) -> Ids:
    """The hashes that occur so often or more, ascending: what a model has a row of weights for."""
    values, counts = np.unique(np.concatenate([ids.reshape(-1) for ids in sentences]), return_counts=True)
    return values[(counts >= min_count) & (values > 0)]


def rows_of(hashes: Ids, known: Ids) -> Ids:
    """Hashes as rows of the tables: 1 + the place among the known ones, 0 for the others."""
    if not len(known):
        return np.zeros_like(hashes)
    places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return np.where(known[places] == hashes, places + 1, 0)
