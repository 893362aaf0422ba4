"""Labelled sentences from files: JSON, JSONL, CSV, TSV and `text<TAB>label` lines, told apart by what stands in them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nlu.data import Example
from nlu.understanding import Entity

_TEXT_COLUMNS = ("text", "utterance", "sentence", "query", "input", "文本", "句子", "instruction", "prompt")
_LABEL_COLUMNS = ("label", "intent", "intents", "labels", "category", "output", "标签", "意图", "response")
_TURNS = ("conversations", "messages")
"""Dialogue forms of other tools (sharegpt, OpenAI): the first turn is the text, the next one its label."""
_JSON = (".jsonl", ".json", ".ndjson")
_TABLES = {".csv": ",", ".tsv": "\t"}


class DataError(ValueError):
    """A data file cannot be read; the message begins with file:line."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(f"{path}:{line}: {what}")


def read_examples(path: Path, columns: Mapping[str, str] | None = None) -> tuple[Example, ...]:
    """All labelled sentences of a file; blank lines are left out. Raises DataError at the first fault.

    Several labels of one sentence are joined by `+`; an empty label means that it is out of scope. `columns`: the file's
    own names of `prompt` (or `query`) and `response`, as a dataset_info.json gives them.
    """
    lines = _lines(path)
    begin = lines[0][1].lstrip()[:1] if lines else ""
    if begin == "[" and path.suffix not in _TABLES:
        examples = tuple(_from_array(path, columns or {}))
    elif path.suffix in _JSON or (begin == "{" and path.suffix not in _TABLES):
        examples = tuple(_from_json(line, path, number, columns or {}) for number, line in lines)
    elif path.suffix in _TABLES:
        examples = tuple(_from_table(path, lines, _TABLES[path.suffix]))
    else:
        examples = tuple(_from_line(line, path, number) for number, line in lines)
    if not examples:
        raise DataError(path, 1, "no sentences in it")
    return examples


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(path, 1, "there is no such file") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise DataError(path, 1, f"cannot be read as UTF-8 text: {fault}") from None
    return [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def _from_array(path: Path, columns: Mapping[str, str]) -> Iterator[Example]:
    """A JSON file that is one list; faults are told with the number of the item, since lines say nothing there."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as fault:
        raise DataError(path, fault.lineno, f"not valid JSON: {fault.msg} at column {fault.colno}") from None
    for number, row in enumerate(rows, start=1):
        yield _from_row(row, path, number, columns)


def _from_json(line: str, path: Path, number: int, columns: Mapping[str, str]) -> Example:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as fault:
        raise DataError(path, number, f"not valid JSON: {fault.msg} at column {fault.colno}") from None
    return _from_row(row, path, number, columns)


def _from_row(row: Any, path: Path, number: int, columns: Mapping[str, str]) -> Example:
    if not isinstance(row, dict):
        raise DataError(path, number, 'each line must be an object such as {"text": "多少钱", "intents": ["price_inquiry"]}')
    row = _renamed(_first_turns(row), columns)
    text = row.get(next((name for name in _TEXT_COLUMNS if row.get(name)), "text"), row.get("instruction"))
    if not isinstance(text, str):
        raise DataError(path, number, f"no text: expected one of the keys {', '.join(_TEXT_COLUMNS[:5])}")
    heard = row.get("asr")
    if heard is not None and not isinstance(heard, str):
        raise DataError(path, number, f"'asr' must be text, got {heard!r}")
    entities = tuple(_entity(item, text, path, number) for item in _list(row.get("entities"), "entities", path, number))
    return Example(text, _intents(row, path, number), entities, heard, f"{path}:{number}")


def _first_turns(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A dialogue's first two turns as text and label; other rows as they are."""
    turns = next((row[name] for name in _TURNS if isinstance(row.get(name), list)), None)
    if turns is None:
        return row
    said = [turn for turn in turns if isinstance(turn, dict) and turn.get("from", turn.get("role")) != "system"]
    words = [turn.get("value", turn.get("content")) for turn in said[:2]]
    return {"text": words[0], "label": words[1]} if len(words) == 2 else row


def _renamed(row: Mapping[str, Any], columns: Mapping[str, str]) -> Mapping[str, Any]:
    if not columns:
        return row
    text = row.get(columns.get("query", "")) or row.get(columns.get("prompt", ""))
    label = row.get(columns.get("response", ""))
    return {"text": text, "label": label} if text is not None and label is not None else row


def _intents(row: Mapping[str, Any], path: Path, number: int) -> tuple[str, ...]:
    key = next((name for name in _LABEL_COLUMNS if name in row), None)
    if key is None:
        if "entities" in row:
            return ()
        raise DataError(path, number, f"no label: expected one of the keys {', '.join(_LABEL_COLUMNS[:5])}")
    value = row[key]
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if isinstance(value, str):
        return _labels(value)
    raise DataError(path, number, f"'{key}' must be a list of names or a text with names joined by +, got {value!r}")


def _entity(item: Any, text: str, path: Path, number: int) -> Entity:
    if not isinstance(item, dict) or not isinstance(item.get("entity"), str):
        raise DataError(path, number, f'an entity must be {{"start", "end", "entity", "value"}}, got {item!r}')
    start, end = item.get("start"), item.get("end")
    if not (type(start) is int and type(end) is int and 0 <= start < end <= len(text)):
        raise DataError(path, number, f"the span {start} to {end} of '{item['entity']}' is not inside the text of {len(text)}")
    value = item.get("value", text[start:end])
    if not isinstance(value, (str, int, float)):
        raise DataError(path, number, f"the value of the entity '{item['entity']}' must be text or a number, got {value!r}")
    return Entity(item["entity"], value, text[start:end], start, end, "annotated")


def _list(value: Any, name: str, path: Path, number: int) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise DataError(path, number, f"'{name}' must be a list, got {value!r}")
    return value


def _from_table(path: Path, lines: list[tuple[int, str]], delimiter: str) -> Iterator[Example]:
    """A table with a header; without one, the first column is the text and the second the label."""
    if not lines:
        return
    rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=delimiter)
    columns: tuple[int, int] | None = None
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            columns = _columns(row)
            if columns is not None:
                continue
            columns = (0, 1)
        if len(row) <= max(columns):
            raise DataError(path, rows.line_num, f"expected a text and a label, got columns: {len(row)}")
        yield Example(row[columns[0]].strip(), _labels(row[columns[1]]), origin=f"{path}:{rows.line_num}")


def _columns(header: list[str]) -> tuple[int, int] | None:
    names = [cell.strip().lower() for cell in header]
    text = next((names.index(name) for name in _TEXT_COLUMNS if name in names), None)
    label = next((names.index(name) for name in _LABEL_COLUMNS if name in names), None)
    return None if text is None or label is None else (text, label)


def _from_line(line: str, path: Path, number: int) -> Example:
    text, tab, label = line.partition("\t")
    if not tab:
        raise DataError(path, number, "expected `text<TAB>label`; or name the file .jsonl, .csv or .tsv")
    return Example(text.strip(), _labels(label), origin=f"{path}:{number}")


def _labels(text: str) -> tuple[str, ...]:
    return tuple(label.strip() for label in text.split("+") if label.strip())
