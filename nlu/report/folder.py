"""A report as a folder: report.html, intent_report.json or entity_report.json, errors.json and pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.compare import Difference
from nlu.evaluate import EntityReport, EntityRow, IntentReport, IntentRow, Span
from nlu.metrics import Scores
from nlu.report.confusion import Confusion, confusion_of_entities, confusion_of_intents
from nlu.report.page import Page, render
from nlu.report.pictures import HOW_TO_GET_PICTURES, draw_confusion, draw_histogram, pictures_possible


class ReportError(ValueError):
    """The folder for a report cannot be used."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a report may show beside the figures: the comparison with another model, a line for each fold."""

    title: str
    differences: Sequence[Difference] = ()
    folds: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a report, and what the user should be told (empty: nothing)."""

    files: tuple[str, ...]
    note: str


def write_intents(report: IntentReport, folder: Path, beside: Beside) -> Written:
    """Write a measurement of intents. Raises ReportError."""
    _make(folder)
    confusion = confusion_of_intents(report.rows)
    drawn = ("intent_confusion_matrix.png", "intent_histogram.png") if pictures_possible() else ()
    if drawn:
        draw_confusion(confusion, folder / drawn[0])
        draw_histogram(report.rows, folder / drawn[1])
    known = _classes(report.per_intent, confusion)
    summary = {
        "accuracy": report.accuracy.value,
        "micro avg": {"f1-score": report.f1_micro},
        "macro avg": {"f1-score": report.f1_macro},
    }
    _write(folder / "intent_report.json", {**known, **summary, "figures": dict(report.figures), **_compared(beside)})
    _write(folder / "errors.json", [_intent_error(row) for row in report.errors])
    page = _page(beside, drawn, (report.head, report.per_intent, confusion, [row.line for row in report.errors]))
    return _finish(folder, page, ("intent_report.json", "errors.json", *drawn))


def write_entities(report: EntityReport, folder: Path, beside: Beside) -> Written:
    """Write a measurement of entities. Raises ReportError."""
    _make(folder)
    confusion = confusion_of_entities(report.rows)
    drawn = ("entity_confusion_matrix.png",) if pictures_possible() else ()
    if drawn:
        draw_confusion(confusion, folder / drawn[0])
    known = _classes(report.per_entity, confusion)
    micro = {"precision": report.precision.value, "recall": report.recall.value, "f1-score": report.f1}
    _write(folder / "entity_report.json", {**known, "micro avg": micro, "figures": dict(report.figures), **_compared(beside)})
    _write(folder / "errors.json", [_entity_error(row) for row in report.errors])
    page = _page(beside, drawn, (report.head, report.per_entity, confusion, [row.line for row in report.errors]))
    return _finish(folder, page, ("entity_report.json", "errors.json", *drawn))


def _page(beside: Beside, drawn: Sequence[str], shown: tuple[Sequence[str], Sequence[Scores], Confusion, Sequence[str]]) -> Page:
    note = "" if drawn else HOW_TO_GET_PICTURES
    return Page(beside.title, *shown, beside.differences, beside.folds, drawn, note)


def _finish(folder: Path, page: Page, files: tuple[str, ...]) -> Written:
    (folder / "report.html").write_text(render(page), encoding="utf-8")
    return Written(("report.html", *files), page.note)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ReportError(f"{folder}: no report can be written there: {fault.strerror}") from None


def _classes(scores: Sequence[Scores], confusion: Confusion) -> dict[str, Any]:
    """As in Rasa's reports: a class's figures by its name."""
    return {
        one.label: {
            "precision": one.precision,
            "recall": one.recall,
            "f1-score": one.f1,
            "support": one.support,
            "confused_with": dict(confusion.confused_with(one.label)),
        }
        for one in scores
    }


def _compared(beside: Beside) -> Mapping[str, Any]:
    return {"compare": {one.name: dict(one.figures) for one in beside.differences}} if beside.differences else {}


def _intent_error(row: IntentRow) -> dict[str, Any]:
    prediction = {"name": "+".join(row.predicted), "confidence": row.confidence}
    return {"text": row.text, "intent": "+".join(row.gold), "intent_prediction": prediction, "origin": row.origin}


def _entity_error(row: EntityRow) -> dict[str, Any]:
    def listed(spans: frozenset[Span]) -> list[dict[str, Any]]:
        ordered = sorted(spans, key=lambda span: span[1:])
        return [{"entity": name, "start": start, "end": end, "value": row.text[start:end]} for name, start, end in ordered]

    return {"text": row.text, "entities": listed(row.gold), "predicted_entities": listed(row.predicted), "origin": row.origin}


def _write(path: Path, value: Any) -> None:  # JSON takes any plain value
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
