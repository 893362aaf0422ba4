"""The word lists beside this file: surnames, characters of given names, ordinary words and places."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Names:
    """What names are told by. `any_surname` has those that mostly are
    other words, too; `ordinary` words end a guess, unless they are `namelike`."""

    surname: re.Pattern[str]
    any_surname: re.Pattern[str]
    given: frozenset[str]
    ordinary: frozenset[str]
    namelike: frozenset[str]
    longest: int

    def begins_with_word(self, text: str) -> bool:
        """Whether an ordinary word stands at the beginning."""
        return any(text[:size] in self.ordinary for size in range(2, self.longest + 1))


@functools.cache
def names() -> Names:
    """Read once."""
    surnames = _lines("surnames.txt")
    doubles = sorted({word for line in surnames if " " in line for word in line.split()})
    singles = "".join(sorted({character for line in surnames if " " not in line for character in line}))
    ordinary, namelike = _words("ordinary_words.txt"), _words("namelike.txt")
    given = frozenset("".join(_lines("given_names.txt")))
    rare = "".join(_lines("surnames_that_are_words.txt"))
    surname, any_surname = (re.compile(f"{'|'.join(doubles)}|[{some}]") for some in (singles, singles + rare))
    return Names(surname, any_surname, given, ordinary, namelike, max(map(len, ordinary)))


@functools.cache
def places() -> tuple[str, ...]:
    """Provinces, cities and well-known districts, longest first."""
    return tuple(sorted(_words("places.txt"), key=lambda word: (-len(word), word)))


def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in _lines(name) for word in line.split())


def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
