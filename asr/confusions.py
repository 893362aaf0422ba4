"""Which characters a recogniser mistakes for which, and which dialects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from asr.normalize import fold


@dataclass(frozen=True, slots=True)
class Slip:
    """`said` was heard as `heard`, `count` times; an empty side is a character left out or put in."""

    said: str
    heard: str
    count: int


def slips(pairs: Iterable[tuple[str, str]]) -> tuple[Slip, ...]:
    """All differences of (said, heard) pairs after folding, the most frequent first."""
    counted = Counter(pair for said, heard in pairs for pair in aligned(fold(said), fold(heard)) if pair[0] != pair[1])
    return tuple(Slip(said, heard, count) for (said, heard), count in counted.most_common())


def aligned(said: str, heard: str) -> Iterator[tuple[str, str]]:
    """Pairs of characters along a shortest path of edits, last first; the empty string where one side has no partner."""
    distance = _distances(said, heard)
    i, j = len(said), len(heard)
    while i or j:
        if i and j and distance[i][j] == distance[i - 1][j - 1] + (said[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
            yield said[i], heard[j]
        elif i and distance[i][j] == distance[i - 1][j] + 1:
            i -= 1
            yield said[i], ""
        else:
            j -= 1
            yield "", heard[j]


def dialects_heard(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """How often utterances of a dialect (outer key) were taken for each (inner key), from (spoken, heard) codes."""
    counted: dict[str, Counter[str]] = {}
    for spoken, heard in pairs:
        counted.setdefault(spoken, Counter())[heard] += 1
    return {spoken: dict(counted[spoken].most_common()) for spoken in sorted(counted)}


def _distances(said: str, heard: str) -> list[list[int]]:
    """Levenshtein distances of all prefixes, (len(said) + 1, len(heard) + 1)."""
    table = [list(range(len(heard) + 1))]
    for i, left in enumerate(said, 1):
        row = [i]
        for j, right in enumerate(heard, 1):
            row.append(min(row[-1] + 1, table[-1][j] + 1, table[-1][j - 1] + (left != right)))
        table.append(row)
    return table
