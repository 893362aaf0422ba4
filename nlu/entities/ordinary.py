"""Ordinary wording: what is made of pairs of characters that often stand side by side is more likely meant than misheard."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import nlu.confusion

_FILE = Path(nlu.confusion.__file__).with_name("pairs.tsv")


@functools.cache
def common_pairs() -> frozenset[str]:
    """Pairs of characters that are frequent in any talk."""
    rows = (line.split("\t")[0] for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return frozenset(pair for pair in rows if len(pair) == 2)


@dataclass(frozen=True, slots=True)
class OrdinaryWords:
    """Knows ordinary wording: by the pairs of characters of any talk, and as part of a bot's own examples (`own`, folded)."""

    own: str = ""

    def is_ordinary(self, folded: str) -> bool:
        """Whether somebody wrote it so, or every two neighbours are a frequent pair; of one character nothing is known."""
        pairs = common_pairs()
        return folded in self.own or (len(folded) > 1 and all(folded[at : at + 2] in pairs for at in range(len(folded) - 1)))


def torn_edges(folded: str, start: int, end: int) -> int:
    """How many edges of a span lie inside a frequent pair, 0 to 2: both of 钱一 in 多少钱一斤, so it is no word."""
    return sum(0 < at < len(folded) and folded[at - 1 : at + 1] in common_pairs() for at in (start, end))
