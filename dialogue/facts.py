"""What a bot may say as fact: tables (facts/*.csv), terms (facts/terms.yml) and promises (facts/promises.yml)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.faults import BotFaults, Fault, in_order
from dialogue.message import message
from dialogue.yaml_file import Node, Place, YamlError, fill, read

Cell = str | int | float | None
"""A cell as text or number; an empty one is None."""
Row = Mapping[str, Cell]
Term = str | int | float | bool

ID = "id"
SEPARATOR = "|"
"""Separates the values of a cell that lists several (beijing|shanghai)."""
_UNITS = ("_yuan", "_gb", "_mbps", "_cores", "_ms", "_days", "_minutes", "_percent")
"""A header that ends in one of these holds numbers and nothing else."""
_OTHER_SEPARATORS = {";": ";", "，": "，", "；": "；", "\t": "Tab"}
"""What other programs put between columns, and people at a Chinese keyboard."""
TERMS = "terms.yml"
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file: rows in the file's order. Units stand in the headers (memory_gb, price_month_yuan)."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    place: Place | None = None

    def row(self, identity: Cell) -> Row | None:
        """The row with this id; None for an empty or unknown one."""
        if identity is None:
            return None
        return next((row for row in self.rows if row.get(ID) == identity), None)


@dataclass(frozen=True, slots=True)
class Promises:
    """What a reply may promise, and what it never may."""

    may: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of a bot. `terms` are single figures and wordings by key, for {key} in a response."""

    tables: Mapping[str, Table] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    promises: Promises = Promises()
    whole: bool = True
    """Of every table something was read, and so were the terms."""


def load_facts(folder: Path) -> Facts:
    """Read a facts folder; one that does not exist holds no facts. Raises BotFaults with every fault."""
    facts, faults = read_facts(folder)
    if faults:
        raise BotFaults(faults)
    return facts


def read_facts(folder: Path) -> tuple[Facts, tuple[Fault, ...]]:
    """A facts folder as far as it can be read, and its faults."""
    tables: dict[str, Table] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.csv")):
        table, wrong = read_table(path)
        tables[path.stem] = table
        faults.extend(wrong)
    terms, promises = _read_yaml(folder, faults)
    whole = all(table.columns for table in tables.values()) and not any(one.place.file.name == TERMS for one in faults)
    return Facts(tables, terms, promises, whole), tuple(faults)


def read_table(path: Path) -> tuple[Table, tuple[Fault, ...]]:
    """One CSV file as far as it can be read, and its faults."""
    place = Place(path, 1)
    if _is_workbook(path):
        told = "is a workbook of a spreadsheet program under the name of a table; save it there as 'CSV UTF-8'"
        return Table(path.stem, (), (), place), (_fault(place, told),)
    try:
        lines = list(_lines(path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError:
        return Table(path.stem, (), (), place), (_fault(place, "is not UTF-8; save the table as 'CSV UTF-8'"),)
    except (OSError, csv.Error) as fault:
        return Table(path.stem, (), (), place), (_fault(place, "cannot be read: {why}", why=str(fault)),)
    if not lines:
        return Table(path.stem, (), (), place), (_fault(place, "is empty; its first line must name the columns"),)
    columns = tuple(header.strip() for header in lines[0][1])
    if len(columns) == 1 and (mark := next((mark for mark in _OTHER_SEPARATORS if mark in columns[0]), None)) is not None:
        told = "its columns stand between '{mark}'; save the table as CSV with commas (,)"
        return Table(path.stem, (), (), place), (_fault(place, told, mark=_OTHER_SEPARATORS[mark]),)
    faults = [*_header_faults(columns, place)]
    cells = [_cells(path, columns, line, values, faults) for line, values in lines[1:]]
    numeric = {column for column in columns if _is_numeric(column, cells)}
    shifted = {fault.place.line for fault in faults}  # in these rows numbers and texts stand under others' names
    faults.extend(_number_faults(path, columns, [(line, row) for line, row in cells if line not in shifted]))
    faults.extend(_id_faults(path, columns, cells))
    rows = tuple({column: _value(text, column in numeric) for column, text in row.items()} for _, row in cells)
    return Table(path.stem, columns, rows, place), in_order(faults)


def _is_workbook(path: Path) -> bool:
    """Whether the file begins as .xlsx, .ods (zip) or .xls (OLE) do. One that cannot be read is none."""
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    except OSError:
        return False


def _fault(place: Place, template: str, **values: object) -> Fault:
    return Fault(place, message(template, **values), "facts")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each line that holds anything."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    for values in reader:
        if any(value.strip() for value in values):
            yield reader.line_num, values


def _cells(path: Path, columns: tuple[str, ...], line: int, values: list[str], faults: list[Fault]) -> tuple[int, dict[str, str]]:
    if len(values) != len(columns):
        told = "has {cells} cells, but the first line names {columns} columns"
        if len(values) < len(columns) and any("，" in value for value in values):
            told = (
                "has {cells} cells, but the first line names {columns} columns; is a full-width comma (，) to part two of them?"
            )
        faults.append(_fault(Place(path, line), told, cells=len(values), columns=len(columns)))
    return line, {column: value.strip() for column, value in zip(columns, values, strict=False)}


def _header_faults(columns: tuple[str, ...], place: Place) -> Iterator[Fault]:
    for number, column in enumerate(columns, start=1):
        if not column:
            yield _fault(place, "column {number} has no name", number=number)
        elif column in columns[: number - 1]:
            yield _fault(place, "the column '{column}' stands twice", column=column)


def _number_faults(path: Path, columns: tuple[str, ...], cells: list[tuple[int, dict[str, str]]]) -> Iterator[Fault]:
    for column in columns:
        if column.endswith(_UNITS):
            for line, row in cells:
                text = row.get(column, "")
                if text and not _NUMBER.fullmatch(text):
                    told = "'{column}' must be a number without a unit, got '{text}'"
                    yield _fault(Place(path, line), told, column=column, text=text)


def _id_faults(path: Path, columns: tuple[str, ...], cells: list[tuple[int, dict[str, str]]]) -> Iterator[Fault]:
    if ID not in columns:
        return
    first: dict[str, int] = {}
    for line, row in cells:
        identity = row.get(ID, "")
        if not identity:
            yield _fault(Place(path, line), "this row has no id")
        elif identity in first:
            told = "the id '{identity}' stands twice; first in line {line}"
            yield _fault(Place(path, line), told, identity=identity, line=first[identity])
        else:
            first[identity] = line


def _is_numeric(column: str, cells: list[tuple[int, dict[str, str]]]) -> bool:
    """Whether every filled cell of a column is a number; an id is always text."""
    filled = [row[column] for _, row in cells if row.get(column)]
    return column != ID and bool(filled) and all(_NUMBER.fullmatch(text) for text in filled)


def _value(text: str, numeric: bool) -> Cell:
    if not text:
        return None
    if not numeric:
        return text
    return float(text) if "." in text else int(text)


def _read_yaml(folder: Path, faults: list[Fault]) -> tuple[Mapping[str, Term], Promises]:
    terms: Mapping[str, Term] = {}
    promises = Promises()
    try:
        if (folder / TERMS).exists():
            terms = _terms(read(folder / TERMS))
    except YamlError as fault:
        faults += Fault.all_of(fault)
    try:
        if (folder / "promises.yml").exists():
            promises = fill(Promises, read(folder / "promises.yml"), "promises.yml")
    except YamlError as fault:
        faults += Fault.all_of(fault)
    return terms, promises


def _terms(node: Node) -> Mapping[str, Term]:
    terms: dict[str, Term] = {}
    for key, child in node.mapping("terms.yml").items():
        if not isinstance(child.value, (str, int, float, bool)):
            raise YamlError(child.place, message("the term '{key}' must be text, a number or true/false", key=key))
        terms[key] = child.value
    return terms
