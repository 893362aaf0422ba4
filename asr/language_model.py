"""A small trigram model of token ids that helps the CTC search; Witten-Bell smoothing (1991), counted on the training texts."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

LANGUAGE_MODEL_FILE = "language_model.npz"


class Trigrams:
    """Log-probabilities of a token after two others; a text begins after (dialect's token, dialect's token)."""

    def __init__(self, counts: Counter[tuple[int, int, int]], tokens: int) -> None:
        self._counts = counts
        self._tokens = tokens
        self._pairs: Counter[tuple[int, int]] = Counter()
        self._singles: Counter[int] = Counter()
        followers: dict[tuple[int, ...], set[int]] = defaultdict(set)
        for (first, second, third), count in counts.items():
            self._pairs[second, third] += count
            self._singles[third] += count
            followers[first, second].add(third)
            followers[(second,)].add(third)
        self._kinds = {context: len(found) for context, found in followers.items()}
        self._after: Counter[tuple[int, ...]] = Counter()
        for (first, second, _), count in counts.items():
            self._after[first, second] += count
            self._after[(second,)] += count
        self._total = max(1, sum(self._singles.values()))
        self._known: dict[tuple[int, int, int], float] = {}

    def score(self, first: int, second: int, token: int) -> float:
        """log P(token | first, second)."""
        key = (first, second, token)
        known = self._known.get(key)
        if known is None:
            one = (self._singles[token] + 0.5) / (self._total + 0.5 * self._tokens)
            two = self._mixed(self._pairs[second, token], (second,), one)
            known = self._known[key] = math.log(self._mixed(self._counts[key], (first, second), two))
        return known

    def _mixed(self, count: int, context: tuple[int, ...], shorter: float) -> float:
        kinds = self._kinds.get(context, 0)
        return (count + kinds * shorter) / (self._after[context] + kinds) if kinds else shorter

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


def count(texts: Iterable[tuple[int, Sequence[int]]], tokens: int) -> Trigrams:
    """Trigrams of texts, each with its dialect's token."""
    counts: Counter[tuple[int, int, int]] = Counter()
    for dialect, text in texts:
        before = (dialect, dialect)
        for token in text:
            counts[*before, token] += 1
            before = (before[1], token)
    return Trigrams(counts, tokens)
