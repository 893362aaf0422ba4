"""Ordinary wording: what is made of pairs of characters that often stand side by side is more likely meant than misheard."""

from __future__ import annotations

import functools
from pathlib import Path

import nlu.confusion

_FILE = Path(nlu.confusion.__file__).with_name("pairs.tsv")


@functools.cache
def _pairs() -> frozenset[str]:
    rows = (line.split("\t")[0] for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return frozenset(pair for pair in rows if len(pair) == 2)


def is_ordinary(folded: str) -> bool:
    """Whether every two neighbours of a wording are a frequent pair; of one character nothing is known."""
    return len(folded) > 1 and all(folded[at : at + 2] in _pairs() for at in range(len(folded) - 1))


def torn_edges(folded: str, start: int, end: int) -> int:
    """How many edges of a span lie inside a frequent pair, 0 to 2: both of 钱一 in 多少钱一斤, so it is no word."""
    return sum(0 < at < len(folded) and folded[at - 1 : at + 1] in _pairs() for at in (start, end))
