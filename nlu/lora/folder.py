"""The model folder of a LoRA classifier: PEFT's files (or a merged or ONNX model) at its root, model.yml beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from nlu.lora.settling import Decision, Rejection
from nlu.model_folder import ModelError

CARD, ADAPTER, ONNX, ONNX_4BIT = "model.yml", "adapter_model.safetensors", "model.onnx", "model.int4.onnx"
RUNTIME = "lora"
Form = Literal["adapter", "merged", "onnx"]


@dataclass(frozen=True, slots=True)
class Card:
    """What understanding needs of model.yml. `base`: its name as configured; `base_hash`: nlu.finetune.base.fingerprint."""

    labels: tuple[str, ...]
    decision: Decision
    base: str
    base_hash: str | None
    max_length: int
    head: Mapping[str, Any]  # pooling, kind, scale: the fields of nlu.lora.network.HeadShape
    form: Form = "adapter"
    trust_remote_code: bool = False


def plain(card: Card) -> dict[str, Any]:
    """The card as model.yml spells it."""
    decision = card.decision
    return {
        "task": "intent",
        "architecture": "lora",
        "runtime": RUNTIME,
        "form": card.form,
        "base": {"name": card.base, "sha256": card.base_hash, "trust_remote_code": card.trust_remote_code},
        "labels": list(card.labels),
        "multi_label": decision.multi_label,
        "thresholds": {
            "need": decision.threshold if decision.multi_label else 0.0,
            "rejection": decision.rejection,
            "scope": 0.0 if decision.multi_label else decision.threshold,
            "temperature": decision.temperature,
        },
        "max_length": card.max_length,
        "head": dict(card.head),
    }


def write_card(folder: Path, card: Card, about: Mapping[str, Any]) -> None:
    """Write model.yml, last of all files: a folder without one is unfinished. `about`: data, config, metrics, licence, date."""
    values = json.loads(json.dumps({**plain(card), **about}, ensure_ascii=False))  # a config's strings may know their place
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=110)
    (folder / CARD).write_text(text, encoding="utf-8")


def read_about(folder: Path) -> dict[str, Any]:
    """model.yml as it stands. Raises ModelError."""
    try:
        values = yaml.safe_load((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise ModelError(f"{folder / CARD}: cannot be read ({fault}); train the model again with `xiangyin train`") from None
    if not isinstance(values, dict) or values.get("runtime") != RUNTIME:
        raise ModelError(f"{folder / CARD}: not the card of a LoRA classifier; train one with `xiangyin train`")
    return values


def read_card(folder: Path) -> Card:
    """Raises ModelError, which names the folder and what to do."""
    values = read_about(folder)
    try:
        thresholds, base = values["thresholds"], values["base"]
        multi_label = bool(values["multi_label"])
        rejection: Rejection = thresholds["rejection"]
        threshold = float(thresholds["need"] if multi_label else thresholds["scope"])
        decision = Decision(multi_label, rejection, threshold, float(thresholds["temperature"]))
        return Card(
            tuple(map(str, values["labels"])),
            decision,
            str(base["name"]),
            base["sha256"],
            int(values["max_length"]),
            dict(values["head"]),
            values["form"],
            bool(base.get("trust_remote_code", False)),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ModelError(f"{folder / CARD}: lacks or garbles {fault}; train the model again with `xiangyin train`") from None
