"""Measuring understanding: one model, two on the same sentences, or a training config by folds; written down where asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.evaluation import EvaluationError, Report, Request
from nlu.data import Example
from nlu.evaluate import EntityReport, IntentReport, evaluate_entities, evaluate_intents
from nlu.understanding import Parser

if TYPE_CHECKING:
    from nlu.compare import Difference

Measured = IntentReport | EntityReport


@dataclass(frozen=True, slots=True)
class UnderstandingReport:
    """A measurement with what was asked for beside it: another model, single folds, the files written."""

    measured: Measured
    differences: tuple[Difference, ...] = ()
    folds: tuple[Measured, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """No bound can be named for understanding: a report is a report."""
        return True

    @property
    def figures(self) -> Mapping[str, object]:
        beside: dict[str, object] = {}
        if self.differences:
            beside["compare"] = {one.name: dict(one.figures) for one in self.differences}
        if self.folds:
            beside["folds"] = [dict(fold.figures) for fold in self.folds]
        return {**self.measured.figures, **beside}

    def lines(self, errors: int = 0) -> Sequence[str]:
        folds = (*fold_lines(self.folds), "all together:", "") if self.folds else ()
        differences = ("against the other model:", *(one.line for one in self.differences), "") if self.differences else ()
        return (*folds, *self.measured.lines(errors), *differences, *self.notes)


def evaluate_understanding(request: Request) -> Report:
    """Measure intents or entities as the request says. Raises EvaluationError, DataError and ModelError."""
    folds: tuple[Measured, ...] = ()
    differences: tuple[Difference, ...] = ()
    if request.config is not None or request.folds is not None:
        measured, folds = _by_folds(request)
    else:
        examples, parser = _sentences(request)
        measured = measure(request, examples, parser)
        if request.compare is not None:
            differences = _compared(request, examples, measured)
    notes = () if request.out is None else _written(request, request.out, UnderstandingReport(measured, differences, folds))
    return UnderstandingReport(measured, differences, folds, notes)


def measure(request: Request, examples: Sequence[Example], parser: Parser) -> Measured:
    """The report of the request's task."""
    return evaluate_intents(examples, parser, request.typed) if request.task == "intent" else evaluate_entities(examples, parser)


def fold_lines(folds: Sequence[Measured]) -> tuple[str, ...]:
    """Each fold's main figures, and their spread."""
    names = ("accuracy", "exact_match", "f1_micro") if isinstance(folds[0], IntentReport) else ("precision", "recall", "f1")
    rows = [[_value(fold, name) for name in names] for fold in folds]
    lines = [
        f"fold {at}: {fold.n} sentences, {_told(names, row)}" for at, (fold, row) in enumerate(zip(folds, rows, strict=True), 1)
    ]
    lowest = [min(column) for column in zip(*rows, strict=True)]
    highest = [max(column) for column in zip(*rows, strict=True)]
    return (*lines, f"lowest:  {_told(names, lowest)}", f"highest: {_told(names, highest)}")


def _value(report: Measured, name: str) -> float:
    value = getattr(report, name)
    return value if isinstance(value, float) else float(value.value)


def _told(names: Sequence[str], values: Sequence[float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in zip(names, values, strict=True))


def _sentences(request: Request) -> tuple[tuple[Example, ...], Parser]:
    """The labelled sentences and the parser; the file is read first, since its faults are told sooner."""
    examples = _examples(request)
    if request.model is None:
        raise EvaluationError(
            f"no model is bundled for '{request.task}'; name one with --model DIR (a bot's lies in BOT/.xiangyin/models)"
        )
    return examples, parser_of(request.model, request.url)


def parser_of(model: Path, url: str | None = None) -> Parser:
    """The parser of a model's folder; a generative one is asked at the server `url`, or in this process without one.

    Raises ModelError.
    """
    from nlu.loading import GENERATIVE, load_parser, runtime_of

    if url is None or runtime_of(model) != GENERATIVE:
        return load_parser(model)
    from deploy.generative.server import parser_at

    return parser_at(model, url)


def _examples(request: Request) -> tuple[Example, ...]:
    from nlu.data_files import read_examples
    from nlu.text import fold

    if request.data is None:
        raise EvaluationError("name the labelled sentences with --data FILE, or a training config with --config and --folds")
    examples = read_examples(request.data)
    if request.without is None:
        return examples
    told = {fold(text) for one in read_examples(request.without) for text in (one.text, one.asr) if text}
    kept = tuple(one for one in examples if fold((not request.typed and one.asr) or one.text) not in told)
    if not kept:
        raise EvaluationError(f"{request.data}: every sentence of it stands in {request.without}; nothing is left to measure")
    return kept


def _compared(request: Request, examples: Sequence[Example], measured: Measured) -> tuple[Difference, ...]:
    from nlu.compare import compare_entities, compare_intents

    if request.compare is None:
        return ()
    other = measure(request, examples, parser_of(request.compare, request.url))
    if isinstance(measured, IntentReport) and isinstance(other, IntentReport):
        return compare_intents(measured.rows, other.rows)
    if isinstance(measured, EntityReport) and isinstance(other, EntityReport):
        return compare_entities(measured.rows, other.rows)
    raise AssertionError("one request gives reports of one task")


def _by_folds(request: Request) -> tuple[Measured, tuple[Measured, ...]]:
    from deploy.folds import cross_validate

    if request.config is None or request.folds is None:
        raise EvaluationError("cross-validation needs both: --config CONFIG.yaml (or a bot's folder) and --folds N")
    if request.model is not None or request.compare is not None or request.without is not None:
        raise EvaluationError("--folds trains its own models: it does not go with --model, --compare or --without")
    return cross_validate(request.config, request.data, request.folds, partial(measure, request))


def _written(request: Request, folder: Path, report: UnderstandingReport) -> tuple[str, ...]:
    from nlu.report import Beside, write_entities, write_intents

    what = request.config if request.config is not None else request.model
    on = f" on {request.data.name}" if request.data is not None else ""
    folds = fold_lines(report.folds) if report.folds else ()
    beside = Beside(f"{request.task}: {what}{on}", report.differences, folds)
    measured = report.measured
    written = (
        write_intents(measured, folder, beside)
        if isinstance(measured, IntentReport)
        else write_entities(measured, folder, beside)
    )
    told = (f"written to {folder}: {', '.join(written.files)}",)
    return (*told, written.note) if written.note else told
