"""A student as a folder: model.onnx and model.int4.onnx, JSON and small arrays; nothing in it is executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from nlu.confidence import Calibration
from nlu.model_folder import ModelError
from nlu.pinyin import Syllables
from nlu.segmentation import Cutting
from nlu.student import export
from nlu.student.inputs import Inputs
from nlu.student.sounds import Sounds

FORMAT = 1
Floats = npt.NDArray[np.float32]
_EIGHT, _SETTINGS, _VOCABULARY, _ARRAYS, _CARD = "model.onnx", "settings.json", "vocabulary.json", "arrays.npz", "model.yml"


@dataclass(frozen=True, slots=True)
class Network:
    """What the encoder needs; `file` is the ONNX file, `labels` the number of label columns in its output."""

    file: Path
    inputs: Inputs
    width: int
    labels: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What training settled beside the network. A need below `threshold` is none; `cutting` is None where nothing is cut."""

    labels: tuple[str, ...]
    calibration: Calibration = field(default_factory=lambda: Calibration(1.0))
    cutting: Cutting | None = None
    threshold: float = 0.0


@dataclass(frozen=True, slots=True)
class Head:
    """Pooled hidden states to scores: `weights` (labels, 2 * width), `bias` (labels,)."""

    weights: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class Student:
    """A whole model as read from its folder."""

    network: Network
    head: Head
    settled: Settled


def save(state: Mapping[str, Floats], inputs: Inputs, settled: Settled, card: Mapping[str, Any], folder: Path) -> None:
    """Write a model; `state` are the network's weights by torch's names. The card comes last: without one it is unfinished."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _CARD).unlink(missing_ok=True)
    width = len(state["first.weight"])
    export.write(state, width, folder)
    arrays: dict[str, Any] = {  # np.savez takes the names as keywords
        "weights": state["labels.weight"],
        "bias": state["labels.bias"],
        "mandarin": np.array(inputs.sounds.mandarin.of_character, dtype=np.uint16),
        "cantonese": np.array(inputs.sounds.cantonese.of_character, dtype=np.uint16),
    }
    np.savez_compressed(folder / _ARRAYS, **arrays)
    _write(folder / _VOCABULARY, list(inputs.vocabulary))
    _write(folder / _SETTINGS, _settings(inputs, settled, width))
    text = yaml.safe_dump(dict(card), allow_unicode=True, sort_keys=False, width=110)
    (folder / _CARD).write_text(text, encoding="utf-8")


def load(place: Path) -> Student:
    """Read a model from its folder, or from one of its ONNX files. Raises ModelError."""
    folder, file = (place.parent, place) if place.suffix == ".onnx" else (place, place / _EIGHT)
    if not (folder / _CARD).is_file():
        raise ModelError(f"{folder}: no {_CARD} in it, so no trained model; train one with `xiangyin train`")
    if not file.is_file():
        raise ModelError(f"{file}: no such file; train the model again with `xiangyin train`")
    try:
        settings = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
        vocabulary = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            loaded = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError) as fault:
        raise ModelError(f"{folder}: the model cannot be read ({fault}); train it again with `xiangyin train`") from None
    if settings.get("format") != FORMAT:
        raise ModelError(f"{folder}: the model has format {settings.get('format')}, this version reads {FORMAT}; train it again")
    return _student(file, settings, vocabulary, loaded)


def load_network(place: Path) -> Network:
    """The encoder's part of it. Raises ModelError."""
    return load(place).network


def _student(file: Path, settings: dict[str, Any], vocabulary: list[str], arrays: Mapping[str, Any]) -> Student:
    mandarin, cantonese = (
        Syllables(tuple(settings["sounds"][name]), tuple(arrays[name].tolist())) for name in ("mandarin", "cantonese")
    )
    known = {name: at for at, name in enumerate(vocabulary, start=1)}
    inputs = Inputs(known, Sounds(mandarin, cantonese), settings["marks"])
    cutting = None if settings["cutting"] is None else Cutting(**settings["cutting"])
    settled = Settled(tuple(settings["labels"]), Calibration(**settings["calibration"]), cutting, settings["threshold"])
    network = Network(file, inputs, settings["width"], len(settled.labels))
    return Student(network, Head(arrays["weights"], arrays["bias"]), settled)


def _settings(inputs: Inputs, settled: Settled, width: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "labels": settled.labels,
        "width": width,
        "marks": inputs.marks,
        "threshold": settled.threshold,
        "calibration": asdict(settled.calibration),
        "cutting": None if settled.cutting is None else asdict(settled.cutting),
        "sounds": {"mandarin": inputs.sounds.mandarin.names, "cantonese": inputs.sounds.cantonese.names},
    }


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
