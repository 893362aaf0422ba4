"""What the search keeps of the beginnings of a text: arrays with a place for each, and the texts themselves as a tree."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from asr.search_graph import ROOT, Indices

# Keys are sums of products with odd numbers that lose nothing; they overflow on purpose (Knuth, TAOCP 3, 6.4).
BY_TOKEN = np.int64(-0x61C8864680B583EB)
_BY_NODE = np.int64(-0x3D4D51C2D82B14B1)
_BY_UNIT = np.int64(0x165667B19E3779F9)
NUMBER, TEXT, NODE, LAST, KEY, BEFORE = range(6)  # columns of `rows`

Floats = NDArray[np.float64]


@dataclass(slots=True, eq=False)  # not frozen: some are made for each frame, which takes frozen ones five times as long
class Paths:
    """Beginnings, one a place. `rows` (paths, 5 + context): the text's number in `Texts`, a hash of its tokens, which is the same
    for the same text, the node, the last phone's unit, a key of text, node and unit, and the last tokens that the language model
    asks for. Probabilities are of the alignments that end in a blank, of those that end in that phone, and of all."""

    rows: Indices
    ends_blank: Floats
    ends_phone: Floats
    total: Floats


@dataclass(slots=True, eq=False)
class Further:
    """Beginnings with a phone more and, where `words` has them, a word more, for which `rows` have the number of the text before
    still."""

    rows: Indices
    ends_phone: Floats
    words: Indices | None = None


@dataclass(slots=True)
class Texts:
    """Beginnings as a tree: each is another one and a word after it; number 0 is empty."""

    parents: list[int] = field(default_factory=lambda: [0])
    words: list[int] = field(default_factory=lambda: [-1])

    def longer(self, texts: Indices, words: Indices) -> Indices:
        """The numbers of some texts with a word more."""
        first = len(self.words)
        self.parents.extend(texts.tolist())
        self.words.extend(words.tolist())
        return np.arange(first, len(self.words))

    def words_of(self, text: int) -> list[int]:
        """The words of a text."""
        found = []
        while text:
            found.append(self.words[text])
            text = self.parents[text]
        return found[::-1]


@dataclass(frozen=True, slots=True, eq=False)
class Gains:
    """In one dialect: what each word brings but for the language model, as a logarithm (words,), what a word that ends at a
    node brings at the most, as a factor (nodes + 1,), 0 where none ends, and how likely its tones are (words, TONES)."""

    words: Floats
    ends: Floats
    tones: NDArray[np.float32]


@dataclass(slots=True, eq=False)
class Frame:
    """The probabilities of the units in one frame (units,), those of the tones (TONES,), and which units are tried there."""

    chances: Floats
    tones: NDArray[np.float32] | None
    units: Indices


def keyed(rows: Indices) -> Indices:
    """The same rows, their keys set."""
    rows[:, KEY] = rows[:, TEXT] + rows[:, NODE] * _BY_NODE + rows[:, LAST] * _BY_UNIT
    return rows


def beginning(dialect: int, context: int) -> Paths:
    """Nothing said yet: `context` times the dialect's token."""
    row = [0, 0, ROOT, 0, 0, *(dialect,) * context]
    return Paths(np.array([row]), np.ones(1), np.zeros(1), np.ones(1))
