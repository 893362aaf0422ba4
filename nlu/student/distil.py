"""A student taught by other models: what they make of text, labelled or not, is learnt beside the labels (Hinton 2015)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from nlu.confidence import NONE
from nlu.data import Example
from nlu.data_files import DataError, read_examples
from nlu.loading import load_parser
from nlu.student.train import Progress, StudentMetrics, StudentTraining, train_on
from nlu.understanding import Parser, Understanding

_LONGEST = 200
"""Longer texts are no turn of a talk."""


@dataclass(frozen=True, slots=True)
class Distillation:
    """The config of `xiangyin distil`.

    `teachers` are folders of trained models of any kind; of several, the shares that they give each intent are averaged.
    `unlabelled` are JSONL files with "text" or "turns", or files with one sentence a line. A sentence is taken when the
    teachers' confidence is `least_confidence` or more. `student` is a training config, whose `train_data` count beside the
    teachers' answers; `softness` is how much of what the networks learn of a labelled sentence is the teachers' shares, the
    rest being its label (0: labels only). Teachers should not have been trained on those very sentences.
    """

    teachers: tuple[Path, ...] = field(metadata={"aliases": ("teacher",)})
    student: StudentTraining
    unlabelled: tuple[Path, ...] = ()
    least_confidence: float = 0.8
    softness: float = 0.0
    most: int = 20_000

    def __post_init__(self) -> None:
        for name in ("least_confidence", "softness"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must lie between 0 and 1, got {getattr(self, name)}")
        if not self.teachers:
            raise ValueError("teachers: name the folder of one trained model or more")
        if not self.unlabelled and not self.softness:
            raise ValueError("the teachers have nothing to say: name files of text under unlabelled, or give a softness above 0")


@dataclass(frozen=True, slots=True)
class Answer:
    """What teachers make of a text: its intents, and for one intent or none the share of every label (summing to 1)."""

    intents: tuple[str, ...]
    confidence: float
    shares: Mapping[str, float]


def distil(config: Distillation, progress: Progress | None = None) -> StudentMetrics:
    """Train the student. Raises DataError, ModelError and StudentError."""
    labelled = [example for path in config.student.train_data for example in read_examples(path)]
    known = {example.text for example in labelled}
    texts = list(dict.fromkeys(text for path in config.unlabelled for text in read_texts(path) if text not in known))
    parsers = [load_parser(folder) for folder in config.teachers]
    answers = _answers(texts[: config.most], parsers)
    sure = {text: one for text, one in answers.items() if one.intents and one.confidence >= config.least_confidence}
    if progress is not None:
        progress(f"the teacher is sure of {len(sure)} of {len(answers)} unlabelled sentences")
    softened = _softened(labelled, parsers, config.softness) if config.softness else {}
    shares = {**{text: one.shares for text, one in sure.items() if one.shares}, **softened}
    taught = [Example(text, one.intents, origin="the teacher") for text, one in sure.items()]
    return train_on([*labelled, *taught], config.student, progress, shares)


def ask(text: str, parsers: Sequence[Parser]) -> Answer:
    """What the teachers together make of a text; nothing where they differ on whether it has several needs, or on which."""
    heard = [parser.parse(text) for parser in parsers]
    if all(len(one.needs) < 2 for one in heard):
        total = Counter[str]()
        for one in heard:
            total.update(_shares(one))
        shares = {label: share / len(heard) for label, share in total.items()}
        best = max(shares, key=lambda label: shares[label], default=NONE)
        return Answer((best,) if best != NONE else (), shares.get(best, 0.0), shares)
    if len({one.intents for one in heard}) > 1:
        return Answer((), 0.0, {})
    return Answer(heard[0].intents, sum(one.confidence for one in heard) / len(heard), {})


def _shares(understood: Understanding) -> Mapping[str, float]:
    """The ranking as shares; what it leaves over is that of a sentence out of scope."""
    ranked = {guess.intent: guess.confidence for guess in understood.ranking}
    total = sum(ranked.values())
    return {label: share / max(total, 1.0) for label, share in ranked.items()} | {NONE: max(0.0, 1.0 - total)}


def _answers(texts: Sequence[str], parsers: Sequence[Parser]) -> dict[str, Answer]:
    return {text: ask(text, parsers) for text in tqdm(texts, desc="asking the teacher", unit="sentence", disable=None)}


def _softened(labelled: Sequence[Example], parsers: Sequence[Parser], softness: float) -> dict[str, Mapping[str, float]]:
    """Labels of single sentences mixed with the teachers' shares; where one text has several labels, the last one's."""
    single = {example.text: (*example.intents, NONE)[0] for example in labelled if len(example.intents) < 2}
    found: dict[str, Mapping[str, float]] = {}
    for text, answer in _answers(list(single), parsers).items():
        if answer.shares:
            mixed = {label: share * softness for label, share in answer.shares.items()}
            found[text] = mixed | {single[text]: mixed.get(single[text], 0.0) + 1 - softness}
    return found


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
