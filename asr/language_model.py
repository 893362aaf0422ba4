"""A small trigram model of token ids that helps the CTC search; Witten-Bell smoothing (1991), counted on the training texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LANGUAGE_MODEL_FILE = "language_model.npz"
Tokens = NDArray[np.int64]


class Trigrams:
    """Log-probabilities of a token after two others; a text begins after (dialect's token, dialect's token).

    Rows of counts are sorted keys, so that many tokens are looked up at once.
    """

    def __init__(self, counts: Counter[tuple[int, int, int]], tokens: int) -> None:
        self._counts = counts
        self._tokens = tokens
        grams = np.array([(*gram, number) for gram, number in sorted(counts.items())], np.int64).reshape(-1, 4)
        self._size = int(grams[:, :3].max(initial=0)) + 2  # the last number stands for all tokens that were never counted
        first, second, third, number = grams.T
        singles = np.bincount(third, number, self._size)
        one = (singles + 0.5) / (max(1.0, singles.sum()) + 0.5 * tokens)
        after_one = _Contexts.of(second, number, _keys(self._size, second, third))
        pairs, pair_counts = _summed(_keys(self._size, second, third), number)
        two = after_one.mixed(pairs // self._size, pair_counts, one[pairs % self._size])
        after_two = _Contexts.of(_keys(self._size, first, second), number, _keys(self._size, first, second, third))
        self._one, self._pairs, self._two, self._after_one, self._after_two = one, pairs, two, after_one, after_two
        self._grams = _keys(self._size, first, second, third)
        self._three = after_two.mixed(_keys(self._size, first, second), number, self._of_pairs(second, third))

    def scores(self, first: Tokens, second: Tokens, third: Tokens) -> NDArray[np.float64]:
        """log P(third | first, second), one a place."""
        a, b, c = (np.minimum(tokens, self._size - 1) for tokens in (first, second, third))
        place, known = _places(self._grams, _keys(self._size, a, b, c))
        found = np.empty(len(a))
        found[known] = self._three[place[known]]
        a, b, c = a[~known], b[~known], c[~known]
        found[~known] = self._after_two.mixed(_keys(self._size, a, b), 0, self._of_pairs(b, c))
        return np.log(found)

    def score(self, first: int, second: int, token: int) -> float:
        """log P(token | first, second)."""
        return float(self.scores(np.array([first]), np.array([second]), np.array([token]))[0])

    def score_of(self, before: tuple[int, int], ids: Sequence[int]) -> float:
        """log P of a run of tokens after two others."""
        row = np.array([*before, *ids], np.int64)
        return float(self.scores(row[:-2], row[1:-1], row[2:]).sum())

    def _of_pairs(self, second: Tokens, third: Tokens) -> NDArray[np.float64]:
        """P(third | second)."""
        place, known = _places(self._pairs, _keys(self._size, second, third))
        found = np.empty(len(second))
        found[known] = self._two[place[known]]
        b, c = second[~known], third[~known]
        found[~known] = self._after_one.mixed(b, 0, self._one[c])
        return found

    def write(self, folder: Path, symbols: Mapping[str, int]) -> None:
        """Write the counts; `symbols` (token -> id) makes them readable under another numbering."""
        grams = np.array([(*gram, count) for gram, count in sorted(self._counts.items())], dtype=np.int32).reshape(-1, 4)
        names = np.array(sorted(symbols, key=lambda symbol: symbols[symbol]))
        ids = np.array(sorted(symbols.values()), dtype=np.int32)
        np.savez_compressed(folder / LANGUAGE_MODEL_FILE, grams=grams, names=names, ids=ids, tokens=np.int32(self._tokens))

    @classmethod
    def read(cls, folder: Path, symbols: Mapping[str, int]) -> Trigrams | None:
        """The counts of a model folder under the numbering `symbols`; none in models that have none."""
        file = folder / LANGUAGE_MODEL_FILE
        if not file.exists():
            return None
        with np.load(file, allow_pickle=False) as found:
            now = {int(old): symbols.get(str(name), -1) for old, name in zip(found["ids"], found["names"], strict=True)}
            rows = [(now[a], now[b], now[c], count) for a, b, c, count in found["grams"].tolist()]
            return cls(Counter({(a, b, c): count for a, b, c, count in rows if min(a, b, c) >= 0}), int(found["tokens"]))

    def plus(self, other: Trigrams | None) -> Trigrams:
        """The counts of both."""
        return self if other is None else Trigrams(self._counts + other._counts, max(self._tokens, other._tokens))


@dataclass(frozen=True, slots=True)
class _Contexts:
    """How much was counted after each context, and how many kinds of tokens."""

    keys: Tokens
    counts: Tokens
    kinds: Tokens

    @classmethod
    def of(cls, contexts: Tokens, counts: Tokens, whole: Tokens) -> _Contexts:
        """Of rows of counts: the context of each row, and the context with what follows, which tells the kinds."""
        keys, summed = _summed(contexts, counts)
        _, firsts = np.unique(whole, return_index=True)
        return cls(keys, summed, _summed(contexts[firsts], np.ones(len(firsts), np.int64))[1])

    def mixed(self, contexts: Tokens, counts: Tokens | int, shorter: NDArray[np.float64]) -> NDArray[np.float64]:
        """Witten-Bell: what was counted in a context, drawn towards the shorter context's probability."""
        place, known = _places(self.keys, contexts)
        if not len(self.keys):
            return shorter
        kinds, after = self.kinds[place], self.counts[place]
        return np.where(known, (counts + kinds * shorter) / (after + kinds), shorter)


def _keys(size: int, *columns: Tokens) -> Tokens:
    """Rows of tokens as one number each."""
    found = columns[0]
    for column in columns[1:]:
        found = found * size + column
    return found


def _summed(keys: Tokens, counts: Tokens) -> tuple[Tokens, Tokens]:
    """Sorted keys without repeats, and the sum of counts of each."""
    found, places = np.unique(keys, return_inverse=True)
    return found, np.bincount(places, counts, len(found)).astype(np.int64)


def _places(sorted_keys: Tokens, wanted: Tokens) -> tuple[Tokens, NDArray[np.bool_]]:
    """Where each key stands, and whether it is there at all."""
    if not len(sorted_keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    place = np.minimum(np.searchsorted(sorted_keys, wanted), len(sorted_keys) - 1)
    return place, sorted_keys[place] == wanted


def count(texts: Iterable[tuple[int, Sequence[int]]], tokens: int) -> Trigrams:
    """Trigrams of texts, each with its dialect's token."""
    counts: Counter[tuple[int, int, int]] = Counter()
    for dialect, text in texts:
        before = (dialect, dialect)
        for token in text:
            counts[*before, token] += 1
            before = (before[1], token)
    return Trigrams(counts, tokens)
