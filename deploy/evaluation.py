"""Measuring a model on a labelled file; the figures are those of each task's own report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from deploy.terminal import table

if TYPE_CHECKING:
    from asr.evaluate import AsrReport

Task = Literal["asr", "intent", "entities"]


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


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be measured. Of `data` rows whose words stand in `without` are left out; `typed` reads what was typed and not
    what was heard; `compare` is a second model; `config` with `folds` trains anew on the rest for each fold; `out` is the
    folder of the report."""

    task: Task
    data: Path | None = None
    model: Path | None = None
    compare: Path | None = None
    config: Path | None = None
    folds: int | None = None
    without: Path | None = None
    typed: bool = False
    out: Path | None = None


def evaluate(request: Request) -> Report:
    """Measure. Raises EvaluationError where the parts of the request do not go together."""
    if request.task == "asr":
        return _asr(request)
    from deploy.understanding_evaluation import evaluate_understanding

    return evaluate_understanding(request)


@dataclass(frozen=True, slots=True)
class HearingReport:
    """asr.evaluate's report in the form of the others."""

    report: AsrReport
    errors: tuple[str, ...]

    @property
    def figures(self) -> Mapping[str, object]:
        report = self.report
        rates = {"all": report.cer, **report.cer_by_dialect}
        return {
            "n": report.n,
            "cer": round(report.cer.rate, 4),
            "cer_by_dialect": {dialect: round(rate.rate, 4) for dialect, rate in report.cer_by_dialect.items()},
            "rtf": round(report.rtf, 4),
            "dialect_accuracy": round(report.dialect_accuracy, 4),
            "p50_ms": round(report.p50_ms, 1),
            "p95_ms": round(report.p95_ms, 1),
            "silences": report.silences,
            "false_alarms": report.false_alarms,
            "intervals": {name: [round(rate.low, 4), round(rate.high, 4)] for name, rate in rates.items()},
        }

    def lines(self, errors: int = 0) -> Sequence[str]:
        report = self.report
        rates = {"all": report.cer, **report.cer_by_dialect}
        rows = [(name, rate.n, f"{rate.rate:.4f}", f"{rate.low:.4f}-{rate.high:.4f}") for name, rate in rates.items()]
        speed = f"real-time factor {report.rtf:.3f}; a clip takes {report.p50_ms:.0f} ms (p50), {report.p95_ms:.0f} ms (p95)"
        silence = f"silences heard as speech: {report.false_alarms} of {report.silences}"
        head = table([("dialect", "clips", "CER", "95 % interval"), *rows])
        return (head, speed, f"dialect right: {report.dialect_accuracy:.4f}", silence, *self.errors[:errors])


def _asr(request: Request) -> Report:
    from asr.bundle import bundled_folder
    from asr.cer import cer
    from asr.evaluate import hear, report
    from asr.manifest import read_manifest
    from asr.recogniser import WhisperRecogniser

    only_of_sentences = {"compare", "config", "folds", "without", "typed", "out"}
    used = sorted(name for name in only_of_sentences if getattr(request, name))
    if used:
        raise EvaluationError(f"--{used[0]} goes with intent and entities, not with asr")
    if request.data is None:
        raise EvaluationError("name a manifest of clips with --data FILE")
    clips = read_manifest(request.data)
    if not any(clip.text for clip in clips):
        raise EvaluationError(f"{request.data}: no clip has a text; there is nothing to measure")
    heard = hear(clips, WhisperRecogniser(request.model or bundled_folder()))
    wrong = [one for one in heard if one.clip.text and cer(one.transcript.text, one.clip.text) > 0]
    errors = (f"{one.clip.audio}: {one.clip.text} ({one.clip.dialect}) was heard as {one.transcript.text}" for one in wrong)
    return HearingReport(report(heard), tuple(errors))
