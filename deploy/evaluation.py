"""Measuring a model on a labelled file; the figures are those of each task's own report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Task = Literal["asr", "intent", "entities", "style"]


class EvaluationError(ValueError):
    """There is nothing to measure with, or nothing to measure on."""


class Report(Protocol):
    """What each task's evaluation gives back."""

    @property
    def figures(self) -> Mapping[str, object]:
        """For --json, by the keys of the documentation."""
        ...

    @property
    def passed(self) -> bool:
        """Whether what was measured is good enough, where a bound was named."""
        ...

    def lines(self, errors: int = 0) -> Sequence[str]:
        """For people, with so many of the errors."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be measured. Of `data` rows whose words stand in `without` are left out; `typed` reads what was typed and not
    what was heard; `compare` is a second model; `config` with `folds` trains anew on the rest for each fold; `out` is the
    folder of the report; `gate` a file of bounds for a recogniser, `hotwords` of words that it
    expects, `house` of the rules of a voice."""

    task: Task
    data: Path | None = None
    model: Path | None = None
    compare: Path | None = None
    config: Path | None = None
    folds: int | None = None
    without: Path | None = None
    typed: bool = False
    out: Path | None = None
    gate: Path | None = None
    hotwords: Path | None = None
    closed: bool = False
    """Nothing but the hot words can be heard."""
    house: Path | None = None
    url: str | None = None
    """The server that is asked for what a generative `model` understands; None: it is asked in this process."""


def evaluate(request: Request) -> Report:
    """Measure. Raises EvaluationError where the parts of the request do not go together."""
    if request.url is not None and request.task not in ("intent", "entities"):
        raise EvaluationError("--url goes with intent and entities")
    if request.task == "asr":
        return _asr(request)
    for name in ("gate", "hotwords", "closed"):
        if getattr(request, name):
            raise EvaluationError(f"--{name} goes with asr")
    if request.task == "style":
        return _style(request)
    if request.house:
        raise EvaluationError("--house goes with style")
    from deploy.understanding_evaluation import evaluate_understanding

    return evaluate_understanding(request)


def _style(request: Request) -> Report:
    used = sorted(name for name in ("config", "folds", "without", "typed") if getattr(request, name))
    if used:
        raise EvaluationError(f"--{used[0]} goes with intent and entities, not with style")
    from deploy.style_evaluation import evaluate_style

    return evaluate_style(request)


def _asr(request: Request) -> Report:
    only_of_sentences = {"config", "folds", "without", "typed", "out", "house"}
    used = sorted(name for name in only_of_sentences if getattr(request, name))
    if used:
        raise EvaluationError(f"--{used[0]} goes with intent and entities, not with asr")
    if request.data is None:
        raise EvaluationError("name a manifest of clips with --data FILE")
    from deploy.hearing_evaluation import evaluate_hearing

    return evaluate_hearing(request, request.data)
