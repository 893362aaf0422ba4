"""Rows of the dialect lexicon: a word, what it is in Mandarin, and where it holds."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nlu.text import fold

OWN = "own"
"""The dialect of words that operators added: they hold everywhere and before all others."""
_COLUMNS = ("word", "mandarin", "kind", "when", "source", "note")
_NEEDS_DIALECT = "dialect"
_COMMON = "common"


class DialectFileError(ValueError):
    """A row of a dialect file is wrong; the message says where and how to put it right."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What may (or, `never`, must not) stand on the two sides of a word, up to the next punctuation."""

    left: str
    right: str
    never: bool

    def matches(self, before: str, after: str) -> bool:
        """Whether the clause before the word ends, and the one after it begins, as the frame says."""
        return _compiled(f"(?:{self.left})$").search(before) is not None and _compiled(self.right).match(after) is not None


@dataclass(frozen=True, slots=True)
class Condition:
    """Where an entry holds: in evident dialect only, or in one of the frames that allow it and in none that forbid it.

    `common` words are known to speakers of Mandarin everywhere (啥, 礼拜): they hold, but tell nothing of the speaker.
    """

    dialect: bool = False
    common: bool = False
    frames: tuple[Frame, ...] = ()

    @property
    def evident(self) -> bool:
        """Whether the word shows its dialect by itself: ordinary Mandarin doesn't have it."""
        return not self.dialect and not self.common and all(frame.never for frame in self.frames)

    def holds(self, before: str, after: str) -> bool:
        """Whether the context (this clause, before and after the word) allows the entry; evidence is the caller's to check."""
        allowing = [frame.matches(before, after) for frame in self.frames if not frame.never]
        forbidden = any(frame.matches(before, after) for frame in self.frames if frame.never)
        return not forbidden and (not allowing or any(allowing))


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `word` is folded (nlu.text.fold), `mandarin` simplified; `dialect` is the name of the file.

    `origin` is file:line. The column `when` reads: `dialect` for evident dialect only; LEFT_RIGHT for what must stand
    beside the word (regular expressions, ^ and $ are the ends of the clause); !LEFT_RIGHT for what must not; `common` for a word
    that everybody knows. Several are parted by spaces.
    """

    word: str
    mandarin: str
    kind: str
    dialect: str
    condition: Condition
    source: str
    note: str
    origin: str


def read_words(path: Path, dialect: str = OWN) -> tuple[Entry, ...]:
    """The rows of a TSV file: word, mandarin, and if wanted kind, when, source and note; a line with the columns' names and
    lines that begin with # are passed over. Raises DialectFileError for a row without two words or with a bad `when`.
    """
    return tuple(_rows(path, dialect))


def _rows(path: Path, dialect: str) -> Iterator[Entry]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or cells[0] == _COLUMNS[0]:
            continue
        origin = f"{path.name}:{number}"
        if len(cells) < 2 or len(cells) > len(_COLUMNS) or not cells[0] or not cells[1]:
            raise DialectFileError(
                f"{origin}: {line!r} is not a row of word<TAB>Mandarin (then, if wanted, kind, when, source, note)"
            )
        word, mandarin, kind, when, source, note = (*cells, *[""] * (len(_COLUMNS) - len(cells)))
        yield Entry(fold(word), mandarin, kind, dialect, _condition(when, dialect, origin), source, note, origin)


def _condition(when: str, dialect: str, origin: str) -> Condition:
    parts = when.split()
    frames = tuple(_frame(part, dialect, origin) for part in parts if part not in (_NEEDS_DIALECT, _COMMON))
    return Condition(_NEEDS_DIALECT in parts, _COMMON in parts, frames)


def _frame(part: str, dialect: str, origin: str) -> Frame:
    left, stands, right = part.removeprefix("!").partition("_")
    if not stands:
        raise DialectFileError(f"{origin}: {part!r} in the column `when` should be `dialect`, LEFT_RIGHT or !LEFT_RIGHT")
    if dialect == OWN:
        _check(part, left, right, origin)
    return Frame(left, right, part.startswith("!"))


def _check(part: str, left: str, right: str, origin: str) -> None:
    # The rows that come with xiangyin are checked by a test: compiling all of them would add a second to the start.
    try:
        re.compile(left)
        re.compile(right)
    except re.error as fault:
        raise DialectFileError(f"{origin}: {part!r} in the column `when` is no regular expression: {fault}") from fault


@functools.cache
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)
