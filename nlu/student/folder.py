"""A student as a folder: model.onnx and model.int4.onnx, JSON and small arrays; nothing in it is executed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from nlu.confidence import Calibration
from nlu.model_folder import ModelError
from nlu.onnx_graph import Floats, State
from nlu.pinyin import Syllables
from nlu.segmentation import Cutting
from nlu.student import export
from nlu.student.inputs import Inputs
from nlu.student.phrases import Phrases
from nlu.student.scoring import Head
from nlu.student.sounds import Sounds
from nlu.student.wide import Wide

FORMAT = 1
_EIGHT, _SETTINGS, _VOCABULARY, _ARRAYS, _CARD = "model.onnx", "settings.json", "vocabulary.json", "arrays.npz", "model.yml"
_PHRASES = "phrases.json"


@dataclass(frozen=True, slots=True)
class Network:
    """What the encoder needs; `file` is the ONNX file, `width` that of a hidden state."""

    file: Path
    inputs: Inputs
    width: int
    phrases: Phrases | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What training settled beside the network. A need below `threshold` is none; `cutting` is None where nothing is cut."""

    labels: tuple[str, ...]
    calibration: Calibration = field(default_factory=lambda: Calibration(1.0))
    cutting: Cutting | None = None
    threshold: float = 0.0
    deep: float = 1.0
    """The weight of the deep part's scores beside the linear margins."""
    joiners: tuple[str, ...] = ()
    """Words between two needs that belong to neither."""
    distinct: bool = False
    """No sentence asks for the same thing twice (nlu.student.distinct)."""


@dataclass(frozen=True, slots=True)
class Student:
    """A whole model as read from its folder."""

    network: Network
    head: Head
    settled: Settled


@dataclass(frozen=True, slots=True)
class Trained:
    """What training made: `state` are the network's weights by torch's names; `wide` is None of an encoder alone.

    The scores of `others`, networks of the same inputs and labels, are averaged with those of the first.
    """

    state: State
    inputs: Inputs
    settled: Settled
    wide: Wide | None = None
    others: tuple[State, ...] = ()

    @property
    def states(self) -> tuple[State, ...]:
        """Of all networks."""
        return (self.state, *self.others)


def save(trained: Trained, card: Mapping[str, Any], folder: Path) -> None:
    """Write a model. The card comes last: a folder without one is unfinished."""
    states, inputs, wide = trained.states, trained.inputs, trained.wide
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _CARD).unlink(missing_ok=True)
    export.write(states, None if wide is None else wide.table, folder)
    arrays: dict[str, Any] = {  # np.savez takes the names as keywords
        "weights": _beside([state["labels.weight"] for state in states]),
        "bias": np.mean([state["labels.bias"] for state in states], axis=0),
        "mandarin": np.array(inputs.sounds.mandarin.of_character, dtype=np.uint16),
        "cantonese": np.array(inputs.sounds.cantonese.of_character, dtype=np.uint16),
    }
    if wide is not None:
        arrays |= {"lengths": wide.lengths, "wide_bias": wide.bias}
        arrays |= {} if wide.cut_bias is None else {"cut_bias": np.float32(wide.cut_bias)}
        _write(folder / _PHRASES, list(wide.vocabulary))
    np.savez_compressed(folder / _ARRAYS, **arrays)
    _write(folder / _VOCABULARY, list(inputs.vocabulary))
    _write(folder / _SETTINGS, _settings(inputs, trained.settled, sum(len(state["first.weight"]) for state in states)))
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
        words = {name: _words(folder / name) for name in (_VOCABULARY, _PHRASES) if (folder / name).is_file()}
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            loaded = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError) as fault:
        raise ModelError(f"{folder}: the model cannot be read ({fault}); train it again with `xiangyin train`") from None
    if settings.get("format") != FORMAT:
        raise ModelError(f"{folder}: the model has format {settings.get('format')}, this version reads {FORMAT}; train it again")
    return _student(file, settings, words, loaded)


def load_network(place: Path) -> Network:
    """The encoder's part of it. Raises ModelError."""
    return load(place).network


def _student(file: Path, settings: dict[str, Any], words: Mapping[str, dict[str, int]], arrays: Mapping[str, Any]) -> Student:
    mandarin, cantonese = (
        Syllables(tuple(settings["sounds"][name]), tuple(arrays[name].tolist())) for name in ("mandarin", "cantonese")
    )
    sounds = Sounds(mandarin, cantonese)
    phrases = Phrases(words[_PHRASES], sounds) if "lengths" in arrays else None
    network = Network(file, Inputs(words[_VOCABULARY], sounds, settings["marks"]), settings["width"], phrases)
    cutting = None if settings["cutting"] is None else Cutting(**settings["cutting"])
    settled = Settled(
        tuple(settings["labels"]),
        Calibration(**settings["calibration"]),
        cutting,
        settings["threshold"],
        settings["deep"],
        tuple(settings["joiners"]),
        settings.get("distinct", False),
    )
    cut_bias = float(arrays["cut_bias"]) if "cut_bias" in arrays else None
    linear = (arrays.get("lengths"), arrays.get("wide_bias"), cut_bias)
    head = Head(arrays["weights"], arrays["bias"], *linear, settled.deep)
    return Student(network, head, settled)


def _beside(weights: Sequence[Floats]) -> Floats:
    """Of several networks one head, (labels, 2 * summed width): first what counts the maxima, then what counts the means."""
    halves = [np.split(one, 2, axis=1) for one in weights]
    rows = [one[half] for half in (0, 1) for one in halves]
    head: Floats = (np.concatenate(rows, axis=1) / len(weights)).astype(np.float32)
    return head


def _words(path: Path) -> dict[str, int]:
    return {name: at for at, name in enumerate(json.loads(path.read_text(encoding="utf-8")), start=1)}


def _settings(inputs: Inputs, settled: Settled, width: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "labels": settled.labels,
        "width": width,
        "marks": inputs.marks,
        "threshold": settled.threshold,
        "deep": settled.deep,
        "joiners": settled.joiners,
        "distinct": settled.distinct,
        "calibration": asdict(settled.calibration),
        "cutting": None if settled.cutting is None else asdict(settled.cutting),
        "sounds": {"mandarin": inputs.sounds.mandarin.names, "cantonese": inputs.sounds.cantonese.names},
    }


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
