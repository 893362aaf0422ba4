"""model.yml: what a recogniser is, what it was trained on, and how well it hears."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from asr.cer import ErrorRate
from asr.evaluate import AsrReport

CARD_FILE = "model.yml"


@dataclass(frozen=True, slots=True)
class Card:
    """The card of a trained recogniser. `data` holds one line a manifest: name, hash, clips; `config` is the training config."""

    architecture: str
    base: str
    dialects: tuple[str, ...]
    parameters: int
    vocabulary: int
    data: tuple[str, ...]
    data_licence: str
    config: Mapping[str, Any]  # any key of a config, as YAML can say it
    metrics: Mapping[str, float]
    date: str
    task: str = "asr"
    program: str = "xiangyin"


def write_card(folder: Path, card: Card) -> None:
    """Write model.yml, keys in the order of Card."""
    _write(folder, dataclasses.asdict(card))


def add_evaluation(folder: Path, name: str, report: AsrReport) -> None:
    """Put a report into a card under evaluations/NAME; an older one of that name is replaced."""
    file = folder / CARD_FILE
    card: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    card.setdefault("evaluations", {})[name] = {
        "n": report.n,
        "cer": _rate(report.cer),
        "cer_by_dialect": {dialect: _rate(rate) for dialect, rate in report.cer_by_dialect.items()},
        "dialect_accuracy": round(report.dialect_accuracy, 4),
        "silences": report.silences,
        "false_alarms": report.false_alarms,
        "rtf": round(report.rtf, 4),
        "p50_ms": round(report.p50_ms, 1),
        "p95_ms": round(report.p95_ms, 1),
    }
    _write(folder, card)


def _rate(rate: ErrorRate) -> str:
    return f"{rate.rate:.4f} (95 %: {rate.low:.4f} to {rate.high:.4f}, n {rate.n})"


def _write(folder: Path, card: Mapping[str, Any]) -> None:
    text = yaml.safe_dump(_plain(card), allow_unicode=True, sort_keys=False, width=120)
    (folder / CARD_FILE).write_text(text, encoding="utf-8")


def _plain(value: Any) -> Any:
    """Only what safe YAML knows: paths become their names, tuples lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Path):
        return value.name
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def file_hash(path: Path) -> str:
    """sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
