"""A small n-gram model of token ids that helps the CTC search: modified Kneser-Ney, interpolated (Chen and Goodman 1999), counted
on the training texts. Five tokens, the end of a text among them, where the vocabulary is small enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LANGUAGE_MODEL_FILE = "language_model.npz"
LONGEST = 5
"""Of telephone at 10 dB (development clips, CER of the best of 64 texts): three tokens 0.139, four 0.136, five 0.131; with the
end of the text 0.128 and 0.125."""
Tokens = NDArray[np.int64]
Floats = NDArray[np.float64]
_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio


class NGrams:
    """Log-probabilities of a token after others; a text begins after its dialect's token, `order` - 1 times, and ends with `end`.

    Rows of counts are sorted keys, so that many tokens are looked up at once.
    """

    def __init__(self, keys: Tokens, counts: Tokens, order: int, size: int, end: int) -> None:
        """`keys`: runs of `order` tokens below `size` - 1 as one number each, `counts` how often they stood (`of_rows`)."""
        self._end, self._size, self._order = end, size, order
        self._grams, self._counts = _summed(keys, counts)
        self._tables, self._after = self._levels()
        one = self._tables[0]
        self._one = np.full(self._size, one.rest)
        self._one[one.keys] = one.logs
        self._sieve = _Sieve.of(self._tables[1].keys)
        self._ends = bool(one.logs[one.keys == end].size)

    @classmethod
    def of_rows(cls, rows: Tokens, end: int) -> NGrams:
        """`rows` (n, order + 1): tokens and how often they stood together; rows of the same tokens are added up. Tokens of a text
        are below `end`; it has no probability in models that were counted without it."""
        return cls._of_columns([*rows[:, :-1].T], rows[:, -1], end)

    @classmethod
    def _of_columns(cls, columns: Sequence[Tokens], counts: Tokens, end: int) -> NGrams:
        """The same with a column after the other, which takes less memory."""
        size = max((int(column.max(initial=0)) for column in columns), default=0) + 2  # the last stands for those never counted
        if size ** len(columns) >= 2**63:
            raise ValueError(f"{len(columns)} of {size} tokens have no key of 64 bits; count shorter rows")
        keys = columns[0].astype(np.int64)
        for column in columns[1:]:
            keys = keys * size + column
        return cls(keys, counts, len(columns), size, end)

    @property
    def order(self) -> int:
        """So many tokens tell the next one, itself among them."""
        return self._order

    def _levels(self) -> tuple[list[_Table], list[_Contexts]]:
        """The tables of one token to `order`, and of the contexts of each but the first: what is left for shorter ones."""
        counted = [(self._grams, self._counts)]
        for length in range(self._order - 1, 0, -1):  # in how many ways a shorter run goes on to the left
            counted.insert(0, np.unique(counted[0][0] % self._size**length, return_counts=True))
        (keys, counts), tables, contexts = counted[0], [], []
        less, left = _discounted(counts)
        whole = max(1.0, counts.sum())
        rest = float(left.sum() / whole) / (self._end + 1) if len(counts) else 1.0 / (self._end + 1)
        tables.append(_Table(keys, np.log(less / whole + rest), float(np.log(rest or 1.0))))
        for length, (keys, counts) in enumerate(counted[1:], 1):
            less, left = _discounted(counts)
            own, places = _runs(keys // self._size)
            sums, lefts = np.bincount(places, counts, len(own)), np.bincount(places, left, len(own))
            shorter = np.exp(tables[-1].logs[np.searchsorted(tables[-1].keys, keys % self._size**length)])
            logs = np.log(less / sums[places] + (lefts / sums)[places] * shorter)
            tables.append(_Table(keys, logs.astype(np.float32), 0.0))
            contexts.append(_Contexts(own, np.log(lefts / sums).astype(np.float32)))
        return tables, contexts

    def scores(self, before: Tokens, tokens: Tokens, each: Tokens | None = None) -> Floats:
        """log P of each token after a row of `before` (rows, order - 1), the token just before last; with `each` tokens[i] comes
        after before[each[i]]."""
        before = np.minimum(before, self._size - 1)
        if each is None:
            each = np.arange(len(tokens))
        tokens = np.minimum(tokens, self._size - 1)
        keys = [np.zeros(len(before), np.int64)]
        for length in range(1, self._order):
            keys.append(before[:, -length] * self._size ** (length - 1) + keys[-1])
        left = [known.rests_of(key) for known, key in zip(self._after, keys[1:], strict=True)]
        for length in range(self._order - 3, -1, -1):
            left[length] += left[length + 1]
        found: Floats = left[0].take(each) + self._one.take(tokens)
        places = self._sieve.passed(keys[1].take(each) * self._size + tokens)
        for length in range(1, self._order):
            table, rows = self._tables[length], each.take(places)
            place, known = _places(table.keys, keys[length].take(rows) * self._size + tokens.take(places))
            places, logs = places[known], table.logs.take(place[known])
            found[places] = logs if length == self._order - 1 else left[length].take(rows[known]) + logs
        return found

    def ends(self, before: Tokens) -> Floats:
        """log P that the text ends after each row of `before`; 0 where texts were counted without their end."""
        return self.scores(before, np.full(len(before), self._end)) if self._ends else np.zeros(len(before))

    def most(self, tokens: Tokens) -> Floats:
        """The greatest log P that each token has after any others."""
        greatest = self._one.copy()
        for table in self._tables[1:]:
            np.maximum.at(greatest, table.keys % self._size, table.logs)
        found: Floats = greatest.take(np.minimum(tokens, self._size - 1))
        return found

    def score(self, before: Sequence[int], token: int) -> float:
        """log P(token | before), which are `order` - 1 tokens."""
        return float(self.scores(np.array([before], np.int64), np.array([token]))[0])

    def score_of(self, dialect: int, ids: Sequence[int]) -> float:
        """log P of a text of a dialect, given as its token, but for its end."""
        row = np.array([*(dialect,) * (self._order - 1), *ids], np.int64)
        windows = np.lib.stride_tricks.sliding_window_view(row, self._order)
        return float(self.scores(windows[:, :-1], windows[:, -1]).sum())

    def write(self, folder: Path, symbols: Mapping[str, int]) -> None:
        """Write the counts; `symbols` (token -> id) makes them readable under another numbering."""
        rows = self._rows().T
        columns = rows[:-1].astype(np.uint16 if self._size < 2**16 else np.int32, order="C")  # packs best
        names = np.array(sorted(symbols, key=lambda symbol: symbols[symbol]))
        ids = np.array(sorted(symbols.values()), dtype=np.int32)
        file, counts = folder / LANGUAGE_MODEL_FILE, rows[-1].astype(np.int32)
        np.savez_compressed(file, columns=columns, counts=counts, names=names, ids=ids, tokens=np.int32(self._end))

    @classmethod
    def read(cls, folder: Path, symbols: Mapping[str, int], end: int) -> NGrams | None:
        """The counts of a model folder under the numbering `symbols`, where texts end with `end`; none where there are none."""
        file = folder / LANGUAGE_MODEL_FILE
        if not file.exists():
            return None
        with np.load(file, allow_pickle=False) as found:
            old, last = found["ids"].astype(np.int64), int(found["tokens"])
            columns, counts = (found["columns"], found["counts"]) if "columns" in found else _as_before(found["grams"])
            now = np.full(max(int(old.max(initial=0)), int(columns.max(initial=0)), last) + 1, -1, np.int32)
            now[old] = [symbols.get(str(name), -1) for name in found["names"]]
            now[last] = end
        moved, kept = [now.take(column) for column in columns], slice(None)
        if min(int(column.min(initial=0)) for column in moved) < 0:
            kept = np.logical_and.reduce([column >= 0 for column in moved])
        return cls._of_columns([column[kept] for column in moved], counts[kept].astype(np.int64), end)

    def plus(self, other: NGrams | None) -> NGrams:
        """The counts of both, as long as those of the shorter one."""
        if other is None:
            return self
        order = min(self._order, other._order)
        return NGrams.of_rows(
            np.concatenate([one._rows()[:, one._order - order :] for one in (self, other)]), max(self._end, other._end)
        )

    def _rows(self) -> Tokens:
        """Tokens and their count, a row each, sorted."""
        columns, rest = [self._counts], self._grams
        for _ in range(self._order):
            rest, last = np.divmod(rest, self._size)
            columns.append(last)
        return np.column_stack(columns[::-1])


@dataclass(frozen=True, slots=True)
class _Table:
    """Runs of tokens of one length and the log-probability of the last one after the others; `rest` of any that is not there."""

    keys: Tokens
    logs: NDArray[np.floating]
    rest: float


@dataclass(frozen=True, slots=True)
class _Contexts:
    """What is left, as a logarithm, for tokens that were never counted after a context."""

    keys: Tokens
    rests: NDArray[np.floating]

    def rests_of(self, contexts: Tokens) -> Floats:
        """Nothing was taken where the context is not known."""
        place, known = _places(self.keys, contexts)
        if not len(self.keys):
            return np.zeros(len(contexts))
        return np.where(known, self.rests.take(place), 0.0)


def _as_before(grams: Tokens) -> tuple[Tokens, Tokens]:
    """Columns and counts of a file that has both as rows."""
    return grams[:, :-1].T, grams[:, -1]


def _discounted(counts: Tokens) -> tuple[Floats, Floats]:
    """What stays of each count, and what is taken off it: three discounts by the counts of counts (their section 3, 26), which in
    small corpora never leave less of a greater count."""
    once, twice, thrice, four = (int((counts == number).sum()) for number in (1, 2, 3, 4))
    share = once / (once + 2 * twice) if once else 0.5
    fewer, more = (once, twice, thrice), (twice, thrice, four)
    wanted = [n - (n + 1) * share * b / a if a else share for n, a, b in zip((1, 2, 3), fewer, more, strict=True)]
    discounts = np.array([0.0, *(min(max(one, 0.05), 0.5 * n + 0.45) for n, one in enumerate(wanted, 1))])
    taken = discounts.take(np.minimum(counts, 3))
    return counts - taken, taken


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


def _keys(size: int, rows: Tokens) -> Tokens:
    """Rows of tokens as one number each."""
    found = rows[:, 0]
    for column in rows.T[1:]:
        found = found * size + column
    return found


def _runs(sorted_keys: Tokens) -> tuple[Tokens, Tokens]:
    """Sorted keys without repeats, and the place of each key among them."""
    first = np.diff(sorted_keys, prepend=-1) > 0
    return sorted_keys[first], np.cumsum(first) - 1


def _summed(keys: Tokens, counts: Tokens) -> tuple[Tokens, Tokens]:
    """Sorted keys without repeats, and the sum of counts of each."""
    if (np.diff(keys) > 0).all():
        return keys, counts
    found, places = np.unique(keys, return_inverse=True)
    return found, np.bincount(places, counts, len(found)).astype(np.int64)


def _places(sorted_keys: Tokens, wanted: Tokens) -> tuple[Tokens, NDArray[np.bool_]]:
    """Where each key stands, and whether it is there at all."""
    if not len(sorted_keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    place = np.minimum(np.searchsorted(sorted_keys, wanted), len(sorted_keys) - 1)
    return place, sorted_keys[place] == wanted


def count(texts: Iterable[tuple[int, Sequence[int]]], end: int) -> NGrams:
    """The runs of tokens of texts, each with its dialect's token and with `end` behind it; tokens of a text are below `end`."""
    counts: Counter[tuple[int, ...]] = Counter()
    order, most = LONGEST, end
    for dialect, text in texts:
        most = max(most, dialect)
        run = (*(dialect,) * (LONGEST - 1), *text, end)
        counts.update(run[at : at + LONGEST] for at in range(len(text) + 1))
    while (most + 2) ** order >= 2**63:
        order -= 1
    rows = np.array([(*gram, number) for gram, number in counts.items()], np.int64).reshape(-1, LONGEST + 1)
    return NGrams.of_rows(rows[:, LONGEST - order :], end)
