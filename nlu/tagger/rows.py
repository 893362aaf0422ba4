"""Marked sentences as the trainings see them: one tag a character."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlu.data import Example

Gold = frozenset[tuple[int, int, str]]
"""Entities as (start, end, entity)."""


class MarkingError(ValueError):
    """Marked entities cannot be learnt as they stand; the message names the place."""


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence and one mark a character: `O`, `B-entity`, `I-entity`."""

    text: str
    gold: Gold
    marks: tuple[str, ...]


def rows_from(examples: Iterable[Example]) -> tuple[Row, ...]:
    """The rows of sentences with something in them. Raises MarkingError where entities overlap or leave the text."""
    return tuple(_row(example) for example in examples if example.text.strip())


def _row(example: Example) -> Row:
    marks = ["O"] * len(example.text)
    for one in example.entities:
        place = f"{example.origin or example.text}: entity '{one.entity}' at {one.start}-{one.end}"
        if not 0 <= one.start < one.end <= len(marks):
            raise MarkingError(f"{place} leaves the sentence of {len(marks)} characters; correct start and end")
        if any(mark != "O" for mark in marks[one.start : one.end]):
            raise MarkingError(f"{place} overlaps another one; a tagger learns entities that do not, so drop one of them")
        marks[one.start : one.end] = [f"B-{one.entity}", *[f"I-{one.entity}"] * (one.end - one.start - 1)]
    return Row(example.text, frozenset((one.start, one.end, one.entity) for one in example.entities), tuple(marks))


@dataclass(frozen=True, slots=True)
class SpanScore:
    """Counts of exact spans with types."""

    hits: int = 0
    found: int = 0
    wanted: int = 0

    @property
    def f1(self) -> float:
        """In [0, 1]."""
        return 2 * self.hits / max(self.found + self.wanted, 1)


def score(pairs: Iterable[tuple[Gold, Gold]]) -> SpanScore:
    """Gold and found of each sentence."""
    counts = [(len(gold & found), len(found), len(gold)) for gold, found in pairs]
    return SpanScore(*(sum(column) for column in zip(*counts, strict=True))) if counts else SpanScore()


def entity_types(rows: Sequence[Row]) -> tuple[str, ...]:
    """All entity names, in alphabetical order."""
    return tuple(sorted({entity for row in rows for _, _, entity in row.gold}))
