"""Word order that Mandarin has otherwise, as rows of a small pattern language.

A pattern is text with variables: `{x}` is one to six Chinese characters, `{x:1-3}` one to three, `{x:看|买}` one of these
words, `{x}` again the same text; `<` and `>` are the ends of the clause. The Mandarin side uses the same variables:
`平过{x}` -> `比{x}便宜`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nlu.dialects.entries import DialectFileError

_PART = re.compile(r"\{(?P<name>[a-z])(?::(?P<what>[^}]+))?\}|(?P<edge>[<>])|(?P<text>[^{}<>]+)")
_RANGE = re.compile(r"(\d)-(\d)")
_HAN = "[\u4e00-\u9fff]"
_ANY = f"{_HAN}{{1,6}}?"
_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class WordOrder:
    """A pattern and what to make of it: texts and, as `{x}`, variables. `dialect` is the file of the lexicon that it belongs to.

    `evident` patterns hold only where the dialect is known or other words show it.
    """

    pattern: re.Pattern[str]
    mandarin: tuple[str, ...]
    dialect: str
    evident: bool
    source: str
    origin: str


def read_orders(path: Path) -> tuple[WordOrder, ...]:
    """The rows of a file: pattern, mandarin, dialect, when (`dialect` or empty), source; DialectFileError for a wrong one."""
    return tuple(_rows(path))


def _rows(path: Path) -> Iterator[WordOrder]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if not line.strip() or line.startswith("#") or cells[0] == "pattern":
            continue
        if len(cells) != _COLUMNS:
            what = f"{len(cells)} columns; a word order has pattern, mandarin, dialect, when and source"
            raise DialectFileError(path.name, number, what)
        yield _order(cells, path.name, number)


def _order(cells: list[str], name: str, line: int) -> WordOrder:
    pattern, mandarin, dialect, when, source = cells
    try:
        return WordOrder(_compiled(pattern), _pieces(mandarin), dialect, when == "dialect", source, f"{name}:{line}")
    except ValueError as fault:
        raise DialectFileError(name, line, str(fault)) from fault


def _compiled(pattern: str) -> re.Pattern[str]:
    known: set[str] = set()
    regex = ""
    for part in _parts(pattern):
        if part["edge"]:
            regex += "^" if part["edge"] == "<" else "$"
        elif part["text"]:
            regex += re.escape(part["text"])
        elif part["name"] in known:
            regex += f"(?P={part['name']})"
        else:
            known.add(part["name"])
            regex += f"(?P<{part['name']}>{_variable(part['what'] or '')})"
    return re.compile(regex)


def _variable(what: str) -> str:
    if not what:
        return _ANY
    counted = _RANGE.fullmatch(what)
    return f"{_HAN}{{{counted[1]},{counted[2]}}}?" if counted else "|".join(map(re.escape, what.split("|")))


def _pieces(mandarin: str) -> tuple[str, ...]:
    return tuple(part.group() for part in _parts(mandarin))


def _parts(text: str) -> list[re.Match[str]]:
    found = list(_PART.finditer(text))
    if "".join(part.group() for part in found) != text:
        raise ValueError(f"{text!r} is no pattern; variables are written {{x}}, {{x:1-3}} or {{x:one|other}}")
    return found
