"""A file without personal data: JSONL row by row, JSON item by item, CSV and TSV cell by cell, anything else line by line."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.personal_data.found import KINDS
from nlu.personal_data.rows import scrub_row
from nlu.personal_data.scrub import Scrubbed
from nlu.personal_data.vault import Vault

_TABLES = {".csv": ",", ".tsv": "\t"}
_CONVERSATION = ("conversation", "conversation_id", "sender_id", "sender", "session", "session_id", "dialogue_id", "call_id")
"""Keys and columns by which rows belong together; rows without one stand for themselves."""


class ScrubError(ValueError):
    """A file cannot be scrubbed; the message names it, and the line."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was removed, in the original: line (from 1), path of the field, and [start, end) of its text."""

    line: int
    field: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ScrubReport:
    """What was removed from a file: how much and where, not what."""

    rows: int
    places: tuple[Place, ...]

    @property
    def figures(self) -> Mapping[str, Any]:
        """For --json and the report: rows, rows touched, pieces by kind."""
        found = Counter(place.kind for place in self.places)
        removed = {kind: found[kind] for kind in KINDS if found[kind]}
        return {"rows": self.rows, "touched": len({place.line for place in self.places}), "removed": removed}


def scrub_file(path: Path) -> tuple[str, ScrubReport]:
    """The text of the file without personal data, and the report. Raises ScrubError.

    Rows of one conversation (by a key such as conversation_id) share their tokens.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ScrubError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise ScrubError(f"{path}: cannot be read as UTF-8 text: {fault}; convert it to UTF-8 first") from None
    if path.suffix in _TABLES:
        return _table(text, _TABLES[path.suffix])
    if path.suffix == ".json":
        return _array(text, path)
    lines = text.splitlines()
    rows = [(number, _parsed(line, path, number)) for number, line in enumerate(lines, start=1)]
    scrubbed, report = _rows(rows)
    return "".join(f"{_written(row)}\n" for row in scrubbed), report


def _array(text: str, path: Path) -> tuple[str, ScrubReport]:
    """A JSON file: its items where it holds a list, else the one value; lines of the places count items."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as fault:
        raise ScrubError(f"{path}:{fault.lineno}: not valid JSON: {fault.msg} at column {fault.colno}") from None
    scrubbed, report = _rows(list(enumerate(value if isinstance(value, list) else [value], start=1)))
    return json.dumps(scrubbed if isinstance(value, list) else scrubbed[0], ensure_ascii=False, indent=1) + "\n", report


def _parsed(line: str, path: Path, number: int) -> Any:
    if path.suffix not in (".jsonl", ".ndjson") or not line.strip():
        return line
    try:
        return json.loads(line)
    except json.JSONDecodeError as fault:
        raise ScrubError(f"{path}:{number}: not valid JSON: {fault.msg} at column {fault.colno}") from None


def _written(row: Any) -> str:
    return row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)


def _table(text: str, delimiter: str) -> tuple[str, ScrubReport]:
    """Cells by the names in the first line, which stays as it is."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [(reader.line_num, row) for row in reader]
    if not rows:
        return "", ScrubReport(0, ())
    header = [name.strip() or str(at) for at, name in enumerate(rows[0][1])]
    named = [(line, {header[at] if at < len(header) else str(at): cell for at, cell in enumerate(row)}) for line, row in rows[1:]]
    scrubbed, report = _rows(named)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(rows[0][1])
    writer.writerows(list(row.values()) for row in scrubbed)
    return out.getvalue(), report


def _rows(rows: list[tuple[int, Any]]) -> tuple[list[Any], ScrubReport]:
    vaults: dict[str, Vault] = {}
    scrubbed, places = [], []
    for line, row in rows:
        conversation = _conversation(row)
        clean, changed, vault = scrub_row(row, vaults.get(conversation) if conversation else None)
        if conversation:
            vaults[conversation] = vault
        scrubbed.append(clean)
        places += list(_places(line, changed))
    return scrubbed, ScrubReport(len(rows), tuple(places))


def _conversation(row: Any) -> str | None:
    if not isinstance(row, Mapping):
        return None
    return next((str(row[key]) for key in _CONVERSATION if row.get(key) not in (None, "")), None)


def _places(line: int, changed: tuple[tuple[str, Scrubbed], ...]) -> Iterator[Place]:
    for field, text in changed:
        for one in text.removals:
            yield Place(line, field, one.kind, one.start, one.end)
