"""All words of all dialects, for looking up the longest one that holds at a place."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nlu.dialects.entries import OWN, Entry, read_words
from nlu.dialects.word_order import WordOrder, read_orders

FILES = ("yue", "cmn-sichuan", "wuu", "nan", "cmn-dongbei", "written-tw-hk")
"""One file a dialect; where two give a word another meaning and nothing tells which dialect it is, the earlier file is right."""
WRITTEN = "written-tw-hk"
"""No dialect but another way of writing: its words tell nothing about how somebody speaks."""
_FOLDER = Path(__file__).parent
_SPEAKERS = {"cmn-yue": "yue", "cmn-wu": "wuu", "cmn-min": "nan"}
"""Mandarin coloured by a dialect borrows that dialect's words."""


@dataclass(frozen=True, slots=True)
class DialectLexicon:
    """Words and word orders. Entries are tried in the order given: operators' own words come first."""

    entries: tuple[Entry, ...]
    orders: tuple[WordOrder, ...] = ()
    by_word: Mapping[str, tuple[Entry, ...]] = field(init=False)
    lengths: Mapping[str, tuple[int, ...]] = field(init=False)
    """First character -> lengths of its words, the longest first."""

    def __post_init__(self) -> None:
        by_word: dict[str, list[Entry]] = {}
        for entry in self.entries:
            by_word.setdefault(entry.word, []).append(entry)
        lengths: dict[str, set[int]] = {}
        for word in by_word:
            lengths.setdefault(word[0], set()).add(len(word))
        object.__setattr__(self, "by_word", {word: tuple(rows) for word, rows in by_word.items()})
        object.__setattr__(self, "lengths", {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()})

    def longest(self, clause: str, at: int, spoken: Collection[str]) -> Entry | None:
        """The entry of the longest word at this place of a folded clause that holds there; `spoken` are the evident dialects."""
        for length in self.lengths.get(clause[at : at + 1], ()):
            rows = self.by_word.get(clause[at : at + length])
            if rows:
                entry = self._right(rows, clause[:at], clause[at + length :], spoken)
                if entry is not None:
                    return entry
        return None

    def _right(self, rows: tuple[Entry, ...], before: str, after: str, spoken: Collection[str]) -> Entry | None:
        holding = [
            row for row in rows if (not row.condition.dialect or row.dialect in spoken) and row.condition.holds(before, after)
        ]
        own = [row for row in holding if row.dialect == OWN]
        evident = [row for row in holding if row.dialect in spoken]
        return next(iter((*own, *evident, *holding)), None)

    def own(self) -> tuple[Entry, ...]:
        """The words that were added to the ones of xiangyin."""
        return tuple(entry for entry in self.entries if entry.dialect == OWN)

    def extended(self, entries: Iterable[Entry]) -> DialectLexicon:
        """This lexicon with words of one's own before all others."""
        return DialectLexicon((*entries, *self.entries), self.orders)


@functools.cache
def standard() -> DialectLexicon:
    """The lexicon that comes with xiangyin."""
    entries = tuple(entry for name in FILES for entry in read_words(_FOLDER / f"{name}.tsv", name))
    return DialectLexicon(entries, read_orders(_FOLDER / "word_order.tsv"))


def file_of(dialect: str | None) -> str | None:
    """The file that holds the words of a dialect code of asr.dialects; None where there is none (cmn itself, for one)."""
    name = _SPEAKERS.get(dialect or "", dialect)
    return name if name in FILES else None
