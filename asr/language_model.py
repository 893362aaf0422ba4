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
_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio


class Trigrams:
    """Log-probabilities of a token after two others; a text begins after (dialect's token, dialect's token).

    Rows of counts are sorted keys, so that many tokens are looked up at once.
    """

    def __init__(self, rows: Tokens, tokens: int) -> None:
        """`rows` (n, 4): three tokens and how often they stood together; rows of the same three are added up."""
        self._tokens = tokens
        self._size = int(rows[:, :3].max(initial=0)) + 2  # the last number stands for all tokens that were never counted
        self._grams, self._counts = _summed(_keys(self._size, *rows[:, :3].T), rows[:, 3])
        first, second, third, number = self._rows().T
        singles = np.bincount(third, number, self._size)
        one = (singles + 0.5) / (max(1.0, singles.sum()) + 0.5 * tokens)
        after_one = _Contexts.of(second, number, _keys(self._size, second, third))
        pairs, pair_counts = _summed(_keys(self._size, second, third), number)
        two = after_one.mixed(pairs // self._size, pair_counts, one[pairs % self._size])
        after_two = _Contexts.of(_keys(self._size, first, second), number, _keys(self._size, first, second, third))
        self._pairs, self._after_one, self._after_two = pairs, after_one, after_two
        place = np.searchsorted(pairs, _keys(self._size, second, third))
        three = after_two.mixed(_keys(self._size, first, second), number, two[place])
        self._one, self._two, self._three = np.log(one), np.log(two), np.log(three)
        self._sieve = _Sieve.of(pairs)

    def scores(self, first: Tokens, second: Tokens, third: Tokens, each: Tokens | None = None) -> NDArray[np.float64]:
        """log P(third | first, second), one a place; with `each` third[i] comes after first[each[i]] and second[each[i]]."""
        before = np.minimum(second, self._size - 1)
        context = _keys(self._size, np.minimum(first, self._size - 1), before)
        longer, shorter = self._after_two.shares(context), self._after_one.shares(before)
        if each is None:
            each = np.arange(len(third))
        token = np.minimum(third, self._size - 1)
        found: NDArray[np.float64] = (longer + shorter).take(each) + self._one.take(token)
        pair = (before * self._size).take(each) + token
        likely = self._sieve.passed(pair)
        pair, each = pair.take(likely), each.take(likely)
        place, known = _places(self._pairs, pair)
        (counted,) = known.nonzero()
        likely, each, token, place = (
            likely.take(counted),
            each.take(counted),
            token.take(likely).take(counted),
            place.take(counted),
        )
        found[likely] = longer.take(each) + self._two.take(place)
        place, known = _places(self._grams, context.take(each) * self._size + token)
        found[likely[known]] = self._three.take(place[known])
        return found

    def most(self, tokens: Tokens) -> NDArray[np.float64]:
        """The greatest log P that each token has after any two."""
        greatest = self._one.copy()
        np.maximum.at(greatest, self._pairs % self._size, self._two)
        np.maximum.at(greatest, self._grams % self._size, self._three)
        found: NDArray[np.float64] = greatest.take(np.minimum(tokens, self._size - 1))
        return found

    def score(self, first: int, second: int, token: int) -> float:
        """log P(token | first, second)."""
        return float(self.scores(np.array([first]), np.array([second]), np.array([token]))[0])

    def score_of(self, before: tuple[int, int], ids: Sequence[int]) -> float:
        """log P of a run of tokens after two others."""
        row = np.array([*before, *ids], np.int64)
        return float(self.scores(row[:-2], row[1:-1], row[2:]).sum())

    def write(self, folder: Path, symbols: Mapping[str, int]) -> None:
        """Write the counts; `symbols` (token -> id) makes them readable under another numbering."""
        grams = self._rows().astype(np.int32)
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
            old, grams = found["ids"].astype(np.int64), found["grams"].astype(np.int64)
            now = np.full(max(int(old.max(initial=0)), int(grams[:, :3].max(initial=0))) + 1, -1, np.int64)
            now[old] = [symbols.get(str(name), -1) for name in found["names"]]
            rows = np.column_stack((now[grams[:, :3]], grams[:, 3]))
            return cls(rows[rows.min(axis=1) >= 0], int(found["tokens"]))

    def plus(self, other: Trigrams | None) -> Trigrams:
        """The counts of both."""
        if other is None:
            return self
        return Trigrams(np.concatenate((self._rows(), other._rows())), max(self._tokens, other._tokens))

    def _rows(self) -> Tokens:
        """Three tokens and their count, a row each, sorted."""
        pairs, third = np.divmod(self._grams, self._size)
        return np.column_stack((*np.divmod(pairs, self._size), third, self._counts))


@dataclass(frozen=True, slots=True)
class _Contexts:
    """How much was counted after each context, how many kinds of tokens, the logarithm of the share that is left for others."""

    keys: Tokens
    counts: Tokens
    kinds: Tokens
    rests: NDArray[np.float64]

    @classmethod
    def of(cls, contexts: Tokens, counts: Tokens, whole: Tokens) -> _Contexts:
        """Of rows of counts: the context of each row, and the context with what follows, which tells the kinds."""
        keys, summed = _summed(contexts, counts)
        _, firsts = np.unique(whole, return_index=True)
        kinds = _summed(contexts[firsts], np.ones(len(firsts), np.int64))[1]
        return cls(keys, summed, kinds, np.log(kinds / (summed + kinds)))

    def mixed(self, contexts: Tokens, counts: Tokens, shorter: NDArray[np.float64]) -> NDArray[np.float64]:
        """Witten-Bell: what was counted in contexts that are all known, drawn towards the shorter context's probability."""
        place = np.searchsorted(self.keys, contexts)
        kinds, after = self.kinds[place], self.counts[place]
        mixture: NDArray[np.float64] = (counts + kinds * shorter) / (after + kinds)
        return mixture

    def shares(self, contexts: Tokens) -> NDArray[np.float64]:
        """The logarithm of what the shorter context's probability counts for a token that was never counted in a context."""
        place, known = _places(self.keys, contexts)
        if not len(self.keys):
            return np.zeros(len(contexts))
        return np.where(known, self.rests.take(place), 0.0)


@dataclass(frozen=True, slots=True)
class _Sieve:
    """Tells most keys that are not in a table without looking there (a Bloom filter of one hash: Bloom 1970)."""

    marks: NDArray[np.bool_]
    shift: np.uint64

    @classmethod
    def of(cls, keys: Tokens) -> _Sieve:
        """At least eight places for each key, so that at most one strange key in eight passes."""
        bits = max(10, int(8 * len(keys)).bit_length())
        marks = np.zeros(2**bits, bool)
        marks[_hashed(keys, np.uint64(64 - bits))] = True
        return cls(marks, np.uint64(64 - bits))

    def passed(self, keys: Tokens) -> Tokens:
        """The places of the keys that may be in the table; all that are there are among them."""
        (places,) = self.marks.take(_hashed(keys, self.shift)).nonzero()
        return places


def _hashed(keys: Tokens, shift: np.uint64) -> Tokens:
    """The topmost bits of a product (Knuth, TAOCP 3, 6.4)."""
    found: Tokens = ((keys.view(np.uint64) * _ODD) >> shift).view(np.int64)
    return found


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
    return Trigrams(np.array([(*gram, number) for gram, number in counts.items()], np.int64).reshape(-1, 4), tokens)
