"""The pronunciation tree as arrays, for a search that steps all its beginnings at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asr.lexicon import ALL_DIALECTS, TONES, Node, Word

ROOT = 0
NOWHERE = -1
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SearchGraph:
    """`following` (nodes, units): where a phone's unit leads, NOWHERE where nothing does; `goes_on` (nodes + 1,): whether
    anything follows, the last place being that of NOWHERE.

    The words that end at node i are `first_word[i]` to `first_word[i + 1]` of `words`, of which `tokens` (words, longest) holds
    the tokens, `lengths` their number, `hot` whether the word is expected, `special` whether it is that or has several tokens.
    `chances` (words, dialects + 1): the log-probability that a word is said so, by the columns of `dialects`; the last one is of
    all dialects together. `tones` (dialects + 1, words, TONES): how likely each tone of a word's syllable is.
    """

    following: Indices
    goes_on: NDArray[np.bool_]
    first_word: Indices
    words: tuple[Word, ...]
    tokens: Indices
    lengths: Indices
    hot: NDArray[np.bool_]
    special: NDArray[np.bool_]
    chances: NDArray[np.float64]
    tones: NDArray[np.float32]
    dialects: tuple[int, ...]

    @property
    def units(self) -> int:
        """The columns of `following`."""
        columns: int = self.following.shape[1]
        return columns

    def column_of(self, dialect: int) -> int:
        """The column of `chances` for a dialect, given as its token."""
        return self.dialects.index(dialect) if dialect in self.dialects else len(self.dialects)


def compiled(root: Node) -> SearchGraph:
    """The graph of a tree; the tree may grow afterwards (hot words) without the graph."""
    nodes = _nodes(root)
    numbers = {id(node): number for number, node in enumerate(nodes)}
    units = 1 + max((unit for node in nodes for unit in node.following), default=0)
    following = np.full((len(nodes), units), NOWHERE, np.int64)
    for number, node in enumerate(nodes):
        for unit, next_node in node.following.items():
            following[number, unit] = numbers[id(next_node)]
    words = tuple(word for node in nodes for word in node.words)
    dialects = tuple(sorted({dialect for word in words for dialect in word.chances}))
    return SearchGraph(
        following=following,
        goes_on=np.append((following != NOWHERE).any(axis=1), False),
        first_word=np.cumsum([0, *(len(node.words) for node in nodes)]),
        words=words,
        tokens=_tokens(words),
        lengths=np.array([len(word.ids) for word in words], np.int64),
        hot=np.array([word.hot for word in words], bool),
        special=np.array([word.hot or len(word.ids) > 1 for word in words], bool),
        chances=_chances(words, dialects),
        tones=_tones(words, dialects),
        dialects=dialects,
    )


def _nodes(root: Node) -> list[Node]:
    """All nodes, the root first."""
    found = [root]
    for node in found:  # grows while it is walked
        found.extend(node.following.values())
    return found


def _tokens(words: Sequence[Word]) -> Indices:
    """The tokens of each word, one a row, filled up with zeros."""
    found = np.zeros((len(words), max((len(word.ids) for word in words), default=1)), np.int64)
    for row, word in zip(found, words, strict=True):
        row[: len(word.ids)] = word.ids
    return found


def _chances(words: Sequence[Word], dialects: Sequence[int]) -> NDArray[np.float64]:
    rows = [[*(word.chance_in(dialect) for dialect in dialects), word.chance] for word in words]
    return np.array(rows, np.float64).reshape(len(words), len(dialects) + 1)


def _tones(words: Sequence[Word], dialects: Sequence[int]) -> NDArray[np.float32]:
    rows = [[word.tones_in(dialect) for word in words] for dialect in (*dialects, ALL_DIALECTS)]
    return np.array(rows, np.float32).reshape(len(dialects) + 1, len(words), TONES)
