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
    """A row of a dialect file is wrong; the message says where and how to put it right. `line` counts from 1."""

    def __init__(self, name: str, line: int, what: str) -> None:
        super().__init__(f"{name}:{line}: {what}" if line else f"{name}: {what}")
        self.line = line
        self.what = what


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
    when: str
    condition: Condition
    source: str
    note: str
    origin: str


def read_words(path: Path, dialect: str = OWN) -> tuple[Entry, ...]:
    """The rows of a TSV file: word, mandarin, and if wanted kind, when, source and note; a line with the columns' names and
    lines that begin with # are passed over. Raises DialectFileError for a row without two words or with a bad `when`.
    """
    return tuple(_rows(path, dialect))


def own_word(word: str, mandarin: str, kind: str = "", when: str = "") -> Entry:
    """A word of one's own, as it is kept in a trained model."""
    return Entry(fold(word), mandarin, kind, OWN, when, _condition(when), "", "", "")


def _rows(path: Path, dialect: str) -> Iterator[Entry]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or cells[0] == _COLUMNS[0]:
            continue
        if len(cells) < 2 or len(cells) > len(_COLUMNS) or not cells[0] or not cells[1]:
            what = f"{line!r} is not a row of word<TAB>Mandarin (then, if wanted, kind, when, source, note)"
            raise DialectFileError(path.name, number, what)
        word, mandarin, kind, when, source, note = (*cells, *[""] * (len(_COLUMNS) - len(cells)))
        if dialect == OWN and (fault := _fault(when)):
            raise DialectFileError(path.name, number, fault)
        origin = f"{path.name}:{number}"
        yield Entry(fold(word), mandarin, kind, dialect, when, _condition(when), source, note, origin)


def _condition(when: str) -> Condition:
    parts = when.split()
    frames = tuple(map(_frame, (part for part in parts if part not in (_NEEDS_DIALECT, _COMMON))))
    return Condition(_NEEDS_DIALECT in parts, _COMMON in parts, frames)


def _frame(part: str) -> Frame:
    left, _, right = part.removeprefix("!").partition("_")
    return Frame(left, right, part.startswith("!"))


def _fault(when: str) -> str | None:
    """What is wrong in a `when`. The files of xiangyin are checked by a test: compiling all of them would slow the start."""
    for part in when.split():
        if part in (_NEEDS_DIALECT, _COMMON):
            continue
        if "_" not in part:
            return f"{part!r} in the column `when` should be `dialect`, LEFT_RIGHT or !LEFT_RIGHT"
        frame = _frame(part)
        try:
            re.compile(frame.left)
            re.compile(frame.right)
        except re.error as fault:
            return f"{part!r} in the column `when` is no regular expression: {fault}"
    return None


@functools.cache
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)
