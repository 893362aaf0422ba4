"""A list of words with frequencies and kinds, and the most probable cut of a sentence into them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nlu.text import fold

JIEBA = "jieba"
"""Names the dictionary of the jieba package, which only training needs: the words in use travel in the model's folder."""
_LONGEST = 8
"""Characters of the longest word that is looked for."""
UNKNOWN = "?"
"""The kind of a word that no list holds."""


class WordsError(ValueError):
    """A list of words cannot be read; the message says which, where and why."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a cut sentence: characters [start, end), and its kind (n, v, nz ...) or UNKNOWN."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Words:
    """Folded words with their counts and kinds (parts of speech). An empty list cuts nothing."""

    entries: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    total: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", math.log(sum(count for count, _ in self.entries.values()) or 1))

    def cut(self, folded: str) -> tuple[Word, ...]:
        """The cut with the highest product of word frequencies; what no list holds stands alone."""
        if not self.entries:
            return ()
        size = len(folded)
        best: list[tuple[float, int]] = [(0.0, size)] * (size + 1)
        for start in range(size - 1, -1, -1):
            best[start] = max(
                (math.log(self._count(folded[start:end], end - start)) - self.total + best[end][0], end)
                for end in range(start + 1, min(size, start + _LONGEST) + 1)
                if end == start + 1 or folded[start:end] in self.entries
            )
        found, start = [], 0
        while start < size:
            end = best[start][1]
            found.append(Word(start, end, self.entries.get(folded[start:end], (0, UNKNOWN))[1]))
            start = end
        return tuple(found)

    def _count(self, word: str, length: int) -> int:
        return self.entries.get(word, (1, ""))[0] if length == 1 else self.entries[word][0]

    def lines(self) -> Iterable[str]:
        """The list as it is written: `word count kind`."""
        return (f"{word} {count} {kind}" for word, (count, kind) in self.entries.items())


def read_words(source: str | Path, min_count: int = 1) -> Words:
    """A list with lines `word count [kind]`, as jieba's dictionaries have them; JIEBA names that package's own.

    Words of fewer than `min_count` or of more than 8 characters are left out. Raises WordsError.
    """
    path = _jieba() if str(source) == JIEBA else Path(source)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise WordsError(
            f"{path}: the list of words cannot be read ({fault}); give a file with lines `word count kind`"
        ) from None
    entries: dict[str, tuple[int, str]] = {}
    for at, line in enumerate(lines, 1):
        word, count, kind = _row(line, f"{path}:{at}")
        if word and count >= min_count and len(word) <= _LONGEST and count > entries.get(word, (0, ""))[0]:
            entries[word] = (count, kind)
    return Words(entries)


def _row(line: str, place: str) -> tuple[str, int, str]:
    if not line.strip():
        return "", 0, ""
    parts = line.strip().split(" ")
    if len(parts) < 2 or not parts[1].isdigit():
        raise WordsError(f"{place}: a line is `word count kind`, got '{line[:40]}'")
    return fold(parts[0]), int(parts[1]), parts[2] if len(parts) > 2 else UNKNOWN


def _jieba() -> Path:
    from importlib.util import find_spec

    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise WordsError(
            "the words of jieba are asked for, but it is not installed; `pip install xiangyin[train]`, or name a file"
        )
    return Path(spec.origin).with_name("dict.txt")
