"""Measuring a model on a labelled file, one function a task; the figures are those of each task's own report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from deploy.terminal import table

if TYPE_CHECKING:
    from asr.evaluate import AsrReport
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
    from nlu.loading import load_parser

    examples = read_examples(data)
    if model is None:
        raise EvaluationError(
            f"no model is bundled for '{task}'; name one with --model DIR (a bot's lies in BOT/.xiangyin/models)"
        )
    return examples, load_parser(model)


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


def _asr(data: Path, model: Path | None) -> Report:
    from asr.bundle import bundled_folder
    from asr.cer import cer
    from asr.evaluate import hear, report
    from asr.manifest import read_manifest
    from asr.recogniser import WhisperRecogniser

    clips = read_manifest(data)
    if not any(clip.text for clip in clips):
        raise EvaluationError(f"{data}: no clip has a text; there is nothing to measure")
    heard = hear(clips, WhisperRecogniser(model or bundled_folder()))
    wrong = [one for one in heard if one.clip.text and cer(one.transcript.text, one.clip.text) > 0]
    errors = (f"{one.clip.audio}: {one.clip.text} ({one.clip.dialect}) was heard as {one.transcript.text}" for one in wrong)
    return HearingReport(report(heard), tuple(errors))


EVALUATIONS: Mapping[str, Callable[[Path, Path | None], Report]] = {"asr": _asr, "intent": _intent, "entities": _entities}
