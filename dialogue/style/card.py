"""model.yml of a base that was made here, and of a style adapter."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

CARD = "model.yml"
TASK = "text-generation"


def write_base_card(folder: Path, data: Mapping[str, Any], figures: Mapping[str, Any], digest: str | None) -> None:
    """Of a language model made from nothing; `data` says what it was made of and under what licence."""
    values = {
        "task": TASK,
        "architecture": "llama",
        "form": "base",
        "sha256": digest,
        "data": dict(data),
        "metrics": dict(figures),
    }
    _write(folder, values)


def write_adapter_card(folder: Path, base: Mapping[str, Any], template: str, more: Mapping[str, Any]) -> None:
    """Of an adapter: `base` with the keys name and sha256, the chat template's name, and what `more` says of data and metrics."""
    _write(folder, {"task": TASK, "architecture": "lora", "form": "adapter", "base": dict(base), "template": template, **more})


def read_card(folder: Path) -> Mapping[str, Any]:
    """A folder's model.yml; empty where there is none, as beside a model from elsewhere."""
    path = folder / CARD
    values = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
    return values if isinstance(values, dict) else {}


def _write(folder: Path, values: Mapping[str, Any]) -> None:
    """Last of all files: a folder without a card is unfinished."""
    folder.mkdir(parents=True, exist_ok=True)
    dated = {**values, "date": time.strftime("%Y-%m-%d", time.gmtime())}
    plain = json.loads(json.dumps(dated, ensure_ascii=False, default=str))  # strings of a config may know their place
    text = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110)
    (folder / CARD).write_text(text, encoding="utf-8")
