"""`xiangyin evaluate asr`: what a recogniser makes of a manifest, against the one before it, and through a gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asr.bundle import bundled_folder
from asr.cer import ErrorRate, cer
from asr.evaluate import AsrReport, Heard, hear, report
from asr.gate import MANDARIN, Check, Gate, GateError, Loss, checks, loss
from asr.hot_words import HotWord, HotWordError, read_texts
from asr.manifest import Clip, read_manifest
from asr.recogniser import WhisperRecogniser
from asr.transcript import Recogniser
from deploy.hot_words import pronounced
from deploy.terminal import coloured, table
from dialogue.yaml_file import fill, read

if TYPE_CHECKING:
    from deploy.evaluation import Request

_SHOWN_SLIPS = 20


@dataclass(frozen=True, slots=True)
class HearingReport:
    """asr.evaluate's report in the form of the others; `losses` against the model before, by dialect and `all`."""

    report: AsrReport
    errors: tuple[str, ...] = ()
    losses: Mapping[str, Loss] | None = None
    checks: tuple[Check, ...] = ()

    @property
    def passed(self) -> bool:
        """Every bound of the gate holds."""
        return all(check.passed for check in self.checks)

    @property
    def figures(self) -> Mapping[str, object]:
        report = self.report
        rates = {"all": report.cer, **report.cer_by_dialect}
        figures: dict[str, object] = {
            "n": report.n,
            "cer": round(report.cer.rate, 4),
            "cer_by_dialect": _rounded(report.cer_by_dialect),
            "utterances_right": round(report.right, 4),
            "rtf": round(report.rtf, 4),
            "dialect_accuracy": round(report.dialect_accuracy, 4),
            "calibration_error": round(report.calibration_error, 4),
            "p50_ms": round(report.p50_ms, 1),
            "p95_ms": round(report.p95_ms, 1),
            "silences": report.silences,
            "false_alarms": report.false_alarms,
            "intervals": {name: [round(rate.low, 4), round(rate.high, 4)] for name, rate in rates.items()},
            "cer_by_noise": _rounded(report.cer_by_noise),
            "cer_by_line": _rounded(report.cer_by_line),
            "cer_by_voice": _rounded(report.cer_by_voice),
            "slips": [[slip.said, slip.heard, slip.count] for slip in report.slips[:_SHOWN_SLIPS]],
            "dialects_heard": report.dialects_heard,
        }
        if self.losses is not None:
            figures["compare"] = {name: asdict(found) for name, found in self.losses.items()}
        if self.checks:
            figures["gate"] = [{**asdict(check), "passed": check.passed} for check in self.checks]
        return figures

    def lines(self, errors: int = 0) -> Sequence[str]:
        report = self.report
        speed = f"real-time factor {report.rtf:.3f}; a clip takes {report.p50_ms:.0f} ms (p50), {report.p95_ms:.0f} ms (p95)"
        return (
            *(_rates(name, rates) for name, rates in _groups(report).items()),
            f"utterances without an error: {report.right:.4f}",
            speed,
            f"dialect right: {report.dialect_accuracy:.4f}",
            f"confidence is off by {report.calibration_error:.4f} on average (ECE in ten bins)",
            _dialects(report.dialects_heard),
            f"silences heard as speech: {report.false_alarms} of {report.silences}",
            "most frequent slips: "
            + " ".join(f"{s.said or '-'}>{s.heard or '-'} {s.count}" for s in report.slips[:_SHOWN_SLIPS]),
            *_loss_lines(self.losses),
            *(_check_line(check) for check in self.checks),
            *self.errors[:errors],
        )


def evaluate_hearing(request: Request, data: Path) -> HearingReport:
    """Run the recogniser (and the one before it) over the manifest. Raises GateError, ManifestError, ValueError for bad input."""
    gate = read_gate(request.gate) if request.gate else None
    if gate and gate.mandarin_loss is not None and request.compare is None:
        raise GateError(f"{request.gate}: bounds what Mandarin loses (mandarin_loss); name the model before with --compare DIR")
    clips = read_manifest(data)
    if not any(clip.text for clip in clips):
        raise GateError(f"{data}: no clip has a text; there is nothing to measure")
    hot_words = pronounced(read_texts(request.hotwords)) if request.hotwords else ()
    heard = hear(clips, _recogniser(request, hot_words))
    losses = _losses(clips, heard, request.compare) if request.compare else None
    found = report(heard)
    mandarin = losses.get(MANDARIN) if losses else None
    return HearingReport(found, tuple(_errors(heard)), losses, checks(gate, found, mandarin) if gate else ())


def _recogniser(request: Request, hot_words: Sequence[HotWord]) -> Recogniser:
    folder = request.model or bundled_folder()
    if not request.closed:
        return WhisperRecogniser(folder, hot_words=hot_words)
    if not hot_words:
        raise HotWordError("--closed goes with --hotwords FILE: the words, one a line")
    from asr.closed_list import ClosedList

    return ClosedList(WhisperRecogniser(folder), hot_words)


def read_gate(file: Path) -> Gate:
    """A gate file. Raises YamlError with file and line."""
    return fill(Gate, read(file), "a gate")


def _losses(clips: Sequence[Clip], heard: Sequence[Heard], before: Path) -> dict[str, Loss]:
    then = hear(clips, WhisperRecogniser(before))
    dialects = sorted({clip.dialect for clip in clips if clip.text})
    return {"all": loss(heard, then), **{dialect: loss(heard, then, dialect) for dialect in dialects}}


def _errors(heard: Sequence[Heard]) -> list[str]:
    wrong = [one for one in heard if one.clip.text and cer(one.transcript.text, one.clip.text) > 0]
    return [f"{one.clip.audio}: {one.clip.text} ({one.clip.dialect}) was heard as {one.transcript.text}" for one in wrong]


def _groups(report: AsrReport) -> dict[str, Mapping[str, ErrorRate]]:
    """The tables worth showing: a single condition tells nothing beside the whole."""
    conditions = {"noise": report.cer_by_noise, "line": report.cer_by_line, "voice": report.cer_by_voice}
    shown = {name: rates for name, rates in conditions.items() if len(rates) > 1}
    return {"dialect": {"all": report.cer, **report.cer_by_dialect}, **shown}


def _rates(name: str, rates: Mapping[str, ErrorRate]) -> str:
    rows = [(key, rate.n, f"{rate.rate:.4f}", f"{rate.low:.4f}-{rate.high:.4f}") for key, rate in rates.items()]
    return table([(name, "clips", "CER", "95 % interval"), *rows])


def _dialects(heard: Mapping[str, Mapping[str, int]]) -> str:
    columns = sorted({name for row in heard.values() for name in row})
    rows = [(spoken, *(row.get(column, "") for column in columns)) for spoken, row in heard.items()]
    return table([("spoken, heard as", *columns), *rows])


def _loss_lines(losses: Mapping[str, Loss] | None) -> list[str]:
    if losses is None:
        return []
    rows = [
        (name, one.n, f"{one.model:.4f}", f"{one.before:.4f}", f"{one.difference:+.4f}", f"{one.low:+.4f} to {one.high:+.4f}")
        for name, one in losses.items()
    ]
    return [table([("against before", "clips", "CER", "before", "difference", "95 % interval"), *rows])]


def _check_line(check: Check) -> str:
    verdict = coloured("passed", "green") if check.passed else coloured("FAILED", "red")
    return f"gate: {check.name} {check.figure:.4f}, at most {check.bound:.4f}: {verdict}"


def _rounded(rates: Mapping[str, ErrorRate]) -> dict[str, float]:
    return {name: round(rate.rate, 4) for name, rate in rates.items()}
