"""Samples of how a house speaks, from the forms that people have: told apart by what stands in them.

JSONL {"input","output"}; CSV and TSV prompt,response (客户问: before the prompt is taken off); alpaca
{"instruction","input","output","system","history"}; sharegpt {"conversations":[{"from","value"}]}; OpenAI {"messages":[{"role",
"content"}]}; JSON arrays of these; plain text, one sentence a line, which is learnt without a question.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A conversation whose answers are learnt; a lone answer has no question. `label`: its class, where the data names one."""

    turns: tuple[Turn, ...]
    origin: str = ""
    label: str = ""

    @property
    def question(self) -> str:
        """All that stands before the last answer, but for the persona and facts."""
        return "\n".join(turn.text for turn in self.turns[:-1] if turn.role != "system")

    @property
    def answer(self) -> str:
        """The last answer; '' where there is none."""
        return self.turns[-1].text if self.turns and self.turns[-1].role == "assistant" else ""

    @property
    def prompt(self) -> str:
        """The system message, which holds persona and facts; '' where there is none."""
        return next((turn.text for turn in self.turns if turn.role == "system"), "")


class SampleError(ValueError):
    """A file of samples cannot be read; the message begins with file:line."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(f"{path}:{line}: {what}")


_JSON = (".json", ".jsonl", ".ndjson")
_TABLES = {".csv": ",", ".tsv": "\t"}
_ASKED = ("input", "prompt", "question", "query", "客户问", "问题", "提问")
_ANSWERED = ("output", "response", "answer", "completion", "chosen", "回复", "回答", "答复")
_SYSTEM, _LABEL = ("system", "persona"), ("label", "intent", "category", "类别")
_TURNS = ("messages", "conversations", "conversation", "turns")
_SPEAKER = re.compile(r"^\s*(?:客户问|客户|用户|顾客|问|客服答|客服|答|回复)\s*[:：]\s*")
_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("user", "human", "customer", "client", "客户", "用户"), "user"),
    **dict.fromkeys(("assistant", "gpt", "bot", "agent", "model", "客服"), "assistant"),
    "system": "system",
}


def read_samples(path: Path, columns: Mapping[str, str] | None = None) -> tuple[Sample, ...]:
    """All samples of a file, in its order, the empty ones too (dialogue.style.data_report tells of them). Raises SampleError.

    `columns`: what the file's own names stand for (prompt, query, response, system, history, messages), as a
    dataset_info.json gives them.
    """
    text = _text(path)
    begin = text.lstrip()[:1]
    if path.suffix.lower() in _TABLES:
        samples = tuple(_from_table(path, text, columns or {}))
    elif begin == "[":
        samples = tuple(_from_array(path, text, columns or {}))
    elif path.suffix.lower() in _JSON or begin == "{":
        samples = tuple(_from_lines(path, text, columns or {}))
    else:
        samples = tuple(_from_text(path, text))
    if not samples:
        raise SampleError(path, 1, "no samples in it")
    return samples


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SampleError(path, 1, "there is no such file") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise SampleError(path, 1, f"cannot be read as UTF-8 text: {fault}") from None


def _from_lines(path: Path, text: str, columns: Mapping[str, str]) -> Iterator[Sample]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as fault:
                raise SampleError(path, number, f"not valid JSON: {fault.msg} at column {fault.colno}") from None
            yield _sample(row, path, number, columns)


def _from_array(path: Path, text: str, columns: Mapping[str, str]) -> Iterator[Sample]:
    """One JSON array; faults are told with the number of the item, since lines say nothing there."""
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as fault:
        raise SampleError(path, fault.lineno, f"not valid JSON: {fault.msg} at column {fault.colno}") from None
    for number, row in enumerate(rows, start=1):
        yield _sample(row, path, number, columns)


def _from_table(path: Path, text: str, columns: Mapping[str, str]) -> Iterator[Sample]:
    """A table with a header, or without one: question first, answer second."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_TABLES[path.suffix.lower()])
    header: list[str] | None = None
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if header is None:
            header = [cell.strip() for cell in row]
            names = {name.lower() for name in header} | set(header)
            if names & {*_ANSWERED, columns.get("response", "")}:
                header = [name if name in columns.values() else name.lower() for name in header]
                continue
            if names & set(_ASKED):
                raise SampleError(path, 1, f"the column of answers is missing: expected one of {', '.join(_ANSWERED[:3])}")
            header = ["prompt", "response"]
        if len(row) < len(header):
            raise SampleError(path, rows.line_num, f"has {len(row)} cells, but the header names {len(header)} columns")
        yield _sample(dict(zip(header, row, strict=False)), path, rows.line_num, columns)


def _from_text(path: Path, text: str) -> Iterator[Sample]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            asked, tab, answered = line.partition("\t")
            turns = (Turn("user", _plain(asked)), Turn("assistant", _plain(answered))) if tab else ()
            yield Sample(turns or (Turn("assistant", line.strip()),), f"{path}:{number}")


def _sample(row: Any, path: Path, number: int, columns: Mapping[str, str]) -> Sample:
    if not isinstance(row, dict):
        raise SampleError(path, number, 'each sample must be an object such as {"input": "多少钱", "output": "每月99元。"}')
    turns = next((row[key] for key in (columns.get("messages", ""), *_TURNS) if isinstance(row.get(key), list)), None)
    found = _conversation(turns, path, number, columns) if turns is not None else _exchange(row, path, number, columns)
    system = _first(row, (columns.get("system", ""), *_SYSTEM))
    if system and not any(turn.role == "system" for turn in found):
        found = (Turn("system", system), *found)
    return Sample(found, f"{path}:{number}", _first(row, _LABEL))


def _conversation(turns: list[Any], path: Path, number: int, columns: Mapping[str, str]) -> tuple[Turn, ...]:
    """`columns` may hold role_tag, content_tag, user_tag, assistant_tag and system_tag, as LLaMA-Factory names them."""
    own: dict[str, Role] = {columns[f"{role}_tag"]: role for role in get_args(Role) if f"{role}_tag" in columns}
    found: list[Turn] = []
    for turn in turns:
        name = _first(turn, (columns.get("role_tag", ""), "role", "from")) if isinstance(turn, dict) else ""
        keys = (columns.get("content_tag", ""), "content", "value", "text")
        text = next((turn[key] for key in keys if key in turn), None) if isinstance(turn, dict) else None
        role = own.get(name) or _ROLES.get(name.lower())
        if role is None or not isinstance(text, str):
            raise SampleError(path, number, f"a turn must have a role ({', '.join(get_args(Role))}) and a text, got {turn!r}")
        found.append(Turn(role, text.strip()))
    while found and found[-1].role != "assistant":
        found.pop()  # what is asked last without an answer teaches nothing
    return tuple(found) or (Turn("assistant", ""),)


def _exchange(row: Mapping[str, Any], path: Path, number: int, columns: Mapping[str, str]) -> tuple[Turn, ...]:
    answers = [key for key in (columns.get("response", ""), *_ANSWERED) if key in row]
    if not answers:
        raise SampleError(path, number, f"no answer: expected one of the keys {', '.join(_ANSWERED[:3])}, got {', '.join(row)}")
    asked = [str(row[key]).strip() for key in (columns.get("prompt", ""), "instruction") if row.get(key)][:1]
    asked += [value for value in (_first(row, (columns.get("query", ""), *_ASKED)),) if value and value not in asked]
    turns = [turn for pair in _history(row, columns, path, number) for turn in pair]
    if asked:
        turns.append(Turn("user", _plain("\n".join(asked))))
    answer = row[answers[0]]
    if answer is not None and not isinstance(answer, str):
        raise SampleError(path, number, f"'{answers[0]}' must be text, got {answer!r}")
    return (*turns, Turn("assistant", _plain(answer or "")))


def _history(row: Mapping[str, Any], columns: Mapping[str, str], path: Path, number: int) -> Iterator[tuple[Turn, Turn]]:
    pairs = row.get(columns.get("history", "history")) or []
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)):
            raise SampleError(path, number, f"'history' must be a list of [question, answer], got {pair!r}")
        yield Turn("user", pair[0].strip()), Turn("assistant", pair[1].strip())


def _first(row: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next((str(row[key]).strip() for key in keys if key and row.get(key)), "")


def _plain(text: str) -> str:
    """Without the name of who speaks before it (客户问:)."""
    return _SPEAKER.sub("", text.strip())
