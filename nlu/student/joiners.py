"""Words that stand between two needs and belong to neither: and then, 还有, 另外, a comma."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nlu.student.inputs import kept
from nlu.text import Token, fold

STANDARD = ("", "，", ",", "。", "还有", "另外", "然后", "再", "顺便", "对了", "还要", "，还有", "，另外", "，顺便", "再就是")
"""Of spoken Chinese; the empty one, since recognisers write no comma."""


@dataclass(frozen=True, slots=True)
class Joiners:
    """The joiners of a model as texts; an empty one lets needs follow each other without a word between."""

    texts: tuple[str, ...]
    marks: bool = True
    _rows: tuple[tuple[str, ...], ...] = field(init=False)

    def __post_init__(self) -> None:
        rows = {tuple(token.text for token in kept(fold(text), self.marks)) for text in self.texts}
        object.__setattr__(self, "_rows", tuple(sorted(filter(None, rows), key=lambda row: (-len(row), row))))

    def length_at(self, tokens: Sequence[Token], at: int) -> int:
        """How many tokens the longest joiner at `at` has; 0 where there is none."""
        for row in self._rows:
            if tuple(token.text for token in tokens[at : at + len(row)]) == row:
                return len(row)
        return 0

    def places(self, tokens: Sequence[Token]) -> tuple[int, ...]:
        """Where joiners stand with words on both sides of them."""
        found: list[int] = []
        at = 1
        while at < len(tokens):
            length = self.length_at(tokens, at)
            if length and at + length < len(tokens):
                found.append(at)
            at += max(length, 1)
        return tuple(found)

    def start_after(self, tokens: Sequence[Token], begin: int, end: int) -> int:
        """Where the own words of the part [begin, end) start; a part that is nothing but a joiner is left as it is."""
        start = begin + (self.length_at(tokens, begin) if begin else 0)
        return start if start < end else begin


def joined(texts: Sequence[str], joiner: str) -> str:
    """Texts with a joiner between them, spaced where Latin letters meet."""
    latin = any(text[-1:].isascii() or text[:1].isascii() for text in texts)
    return (f" {joiner} " if joiner else " ").join(texts) if latin else joiner.join(texts)
