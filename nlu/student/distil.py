"""A student taught by another model: what the teacher is sure of in unlabelled text is learnt beside the labelled sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from nlu.data import Example
from nlu.data_files import DataError, read_examples
from nlu.loading import load_parser
from nlu.student.train import Progress, StudentMetrics, StudentTraining, train_on
from nlu.understanding import Parser

_LONGEST = 200
"""Longer texts are no turn of a talk."""


@dataclass(frozen=True, slots=True)
class Distillation:
    """The config of `xiangyin distil`.

    `teacher` is the folder of any trained model. `unlabelled` are JSONL files with "text" or "turns", or files with one
    sentence a line. A sentence is taken when the teacher's confidence is `least_confidence` or more; `student` is a
    training config, whose `train_data` count beside the teacher's answers.
    """

    teacher: Path
    unlabelled: tuple[Path, ...]
    student: StudentTraining
    least_confidence: float = 0.8
    most: int = 20_000

    def __post_init__(self) -> None:
        if not 0.0 <= self.least_confidence <= 1.0:
            raise ValueError(f"least_confidence must lie between 0 and 1, got {self.least_confidence}")


def distil(config: Distillation, progress: Progress | None = None) -> StudentMetrics:
    """Train the student. Raises DataError, ModelError and StudentError."""
    labelled = [example for path in config.student.train_data for example in read_examples(path)]
    known = {example.text for example in labelled}
    texts = list(dict.fromkeys(text for path in config.unlabelled for text in read_texts(path) if text not in known))
    parser = load_parser(config.teacher)
    taught = list(_taught(texts[: config.most], parser, config.least_confidence))
    if progress is not None:
        progress(f"the teacher is sure of {len(taught)} of {min(len(texts), config.most)} unlabelled sentences")
    return train_on([*labelled, *taught], config.student, progress)


def read_texts(path: Path) -> Iterator[str]:
    """The sentences of a file, labels or not. Raises DataError at a line that is not valid JSON."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise DataError(path, 1, f"cannot be read as UTF-8 text: {fault}") from None
    for number, line in enumerate(lines, start=1):
        said = _said(line, path, number) if path.suffix == ".jsonl" else (line.strip(),)
        yield from (text for text in said if 0 < len(text) <= _LONGEST)


def _said(line: str, path: Path, number: int) -> tuple[str, ...]:
    if not line.strip():
        return ()
    try:
        row = json.loads(line)
    except json.JSONDecodeError as fault:
        raise DataError(path, number, f"not valid JSON: {fault.msg} at column {fault.colno}") from None
    items = row.get("turns", [row]) if isinstance(row, dict) else []
    return tuple(item["text"] for item in items if isinstance(item, dict) and isinstance(item.get("text"), str))


def _taught(texts: list[str], parser: Parser, least: float) -> Iterator[Example]:
    for text in tqdm(texts, desc="asking the teacher", unit="sentence", disable=None):
        understood = parser.parse(text)
        if understood.needs and understood.confidence >= least:
            yield Example(text, understood.intents, origin="the teacher")
