"""The pronunciation tree as arrays, for a search that steps all its beginnings at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asr.lexicon import Node, Word

ROOT = 0
NOWHERE = -1
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SearchGraph:
    """`following` (nodes, units): where a phone's unit leads, NOWHERE where nothing does; `goes_on` (nodes,): whether anything
    follows; `longest` (nodes,): the tokens of the longest word that ends there, 0 where none does.

    The words that end at node i are `first_word[i]` to `first_word[i + 1]` of `words`, of which `tokens` holds the token (the
    last of several), `lengths` their number, `hot` whether the word is expected. `chances` (words, dialects + 1): the
    log-probability that a word is said so, by the columns of `dialects`; the last one is of all dialects together.
    """

    following: NDArray[np.int32]
    goes_on: NDArray[np.bool_]
    longest: Indices
    first_word: Indices
    words: tuple[Word, ...]
    tokens: Indices
    lengths: Indices
    hot: NDArray[np.bool_]
    chances: NDArray[np.float64]
    dialects: tuple[int, ...]

    def chance_in(self, dialect: int) -> NDArray[np.float64]:
        """The chances of all words in a dialect, given as its token."""
        column = self.dialects.index(dialect) if dialect in self.dialects else len(self.dialects)
        found: NDArray[np.float64] = self.chances[:, column]
        return found


def compiled(root: Node) -> SearchGraph:
    """The graph of a tree; the tree may grow afterwards (hot words) without the graph."""
    nodes = _nodes(root)
    numbers = {id(node): number for number, node in enumerate(nodes)}
    units = 1 + max((unit for node in nodes for unit in node.following), default=0)
    following = np.full((len(nodes), units), NOWHERE, np.int32)
    for number, node in enumerate(nodes):
        for unit, next_node in node.following.items():
            following[number, unit] = numbers[id(next_node)]
    words = tuple(word for node in nodes for word in node.words)
    dialects = tuple(sorted({dialect for word in words for dialect in word.chances}))
    return SearchGraph(
        following=following,
        goes_on=(following != NOWHERE).any(axis=1),
        longest=np.array([max((len(word.ids) for word in node.words), default=0) for node in nodes], np.int64),
        first_word=np.cumsum([0, *(len(node.words) for node in nodes)]),
        words=words,
        tokens=np.array([word.ids[-1] for word in words], np.int64),
        lengths=np.array([len(word.ids) for word in words], np.int64),
        hot=np.array([word.hot for word in words], bool),
        chances=_chances(words, dialects),
        dialects=dialects,
    )


def _nodes(root: Node) -> list[Node]:
    """All nodes, the root first."""
    found = [root]
    for node in found:  # grows while it is walked
        found.extend(node.following.values())
    return found


def _chances(words: Sequence[Word], dialects: Sequence[int]) -> NDArray[np.float64]:
    rows = [[*(word.chance_in(dialect) for dialect in dialects), word.chance] for word in words]
    return np.array(rows, np.float64).reshape(len(words), len(dialects) + 1)
