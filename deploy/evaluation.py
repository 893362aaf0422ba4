"""Measuring a model on a labelled file, one function a task; the figures are those of each task's own report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from nlu.data import Example
    from nlu.understanding import Parser


class EvaluationError(ValueError):
    """There is nothing to measure with, or nothing to measure on."""


class Report(Protocol):
    """What each task's evaluation gives back."""

    @property
    def figures(self) -> Mapping[str, object]:
        """For --json, by the keys of the documentation."""
        ...

    def lines(self, errors: int = 0) -> Sequence[str]:
        """For people, with so many of the errors."""
        ...


def _intent(data: Path, model: Path | None) -> Report:
    from nlu.evaluate import evaluate_intents

    return evaluate_intents(*_sentences(data, model, "intent"))


def _entities(data: Path, model: Path | None) -> Report:
    from nlu.evaluate import evaluate_entities

    return evaluate_entities(*_sentences(data, model, "entities"))


def _sentences(data: Path, model: Path | None, task: str) -> tuple[tuple[Example, ...], Parser]:
    """The labelled sentences and the parser; the file is read first, since its faults are told sooner."""
    from nlu.data_files import read_examples
    from nlu.parser import load

    examples = read_examples(data)
    if model is None:
        raise EvaluationError(
            f"no model is bundled for '{task}'; name one with --model DIR (a bot's lies in BOT/.xiangyin/models)"
        )
    return examples, load(model)


def _asr(data: Path, model: Path | None) -> Report:
    from asr.evaluate import evaluate
    from asr.recogniser import WhisperRecogniser
    from deploy.media.equip import bundled_recogniser

    if not data.is_file():
        raise EvaluationError(f"{data}: there is no such manifest")
    return evaluate(data, WhisperRecogniser(model or bundled_recogniser()))


EVALUATIONS: Mapping[str, Callable[[Path, Path | None], Report]] = {"asr": _asr, "intent": _intent, "entities": _entities}
