"""What the bot's own facts say that the house does not do: a reply that says it does contradicts them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.facts import Facts
from dialogue.guard.negation import is_denied
from dialogue.guard.reading import Reading, read

_NAME = "name"
_HEAD = 3
"""Characters at a name's head that still mean it: 私有化 of 私有化部署."""
_NOT = re.compile(r"不做|不提供|不支持|没有|没做|暂不|做不了|不能|不可以|不行")


class Denials:
    """The names of rows whose own text denies them (不做机房里的私有化部署). Thread safe."""

    def __init__(self, facts: Facts) -> None:
        denied: set[str] = set()
        held: list[str] = []
        for table in facts.tables.values():
            for row in table.rows:
                cells = [cell for column, cell in row.items() if isinstance(cell, str) and column != _NAME and "|" not in cell]
                texts = [read(cell).text for cell in cells]
                name = read(str(row.get(_NAME) or "")).text
                found = bool(name) and any(_denies(text, name) for text in texts)
                denied |= {name} if found else set()
                held += [] if found else [name, *texts]
        known = "\n".join(held)
        pieces = {piece for name in denied for piece in (name, name[:_HEAD]) if len(piece) >= _HEAD}
        self._pieces = tuple(sorted(piece for piece in pieces if piece not in known))

    def contradicted(self, reading: Reading) -> Iterator[str]:
        """Names of the new part that it speaks of as if the house had them."""
        for piece in self._pieces:
            at = reading.text.find(piece, max(0, reading.start - len(piece) + 1))
            if at >= 0 and not (_is_denied(reading, at, at + len(piece)) or _is_asked(reading, at)):
                yield piece


def _is_denied(reading: Reading, start: int, end: int) -> bool:
    return is_denied(reading, start, end) or bool(_NOT.search(reading.text, reading.sentence_start(start)))


def _is_asked(reading: Reading, at: int) -> bool:
    last = reading.clause(at)[1]
    return reading.text[last : last + 1] == "?" or reading.text[:last].endswith(("吗", "呢", "么"))


def _denies(text: str, name: str) -> bool:
    at = text.find(name)
    return at >= 0 and is_denied(Reading(text), at, at + len(name))
