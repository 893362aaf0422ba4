"""A bundle as a folder: network0.onnx and so on, JSON and small arrays; nothing in it is executed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from nlu.model_folder import ModelError
from nlu.needs import export
from nlu.needs.material import USED
from nlu.onnx_graph import State
from nlu.pinyin import Syllables
from nlu.student.inputs import PAD, Ids, Inputs
from nlu.student.sounds import Sounds

FORMAT = 2
_SETTINGS, _VOCABULARY, _ARRAYS, _CARD = "settings.json", "vocabulary.json", "arrays.npz", "model.yml"


@dataclass(frozen=True, slots=True)
class NeedsModel:
    """What is needed to ask networks, which lie in `files`."""

    files: tuple[Path, ...]
    inputs: Inputs
    labels: tuple[str, ...]

    def ids(self, text: str) -> Ids:
        """A text as the networks take it, (words, features); it must have a word."""
        ids = self.inputs.read(text).ids[:, :USED]
        used = max(1, int((ids != PAD).sum(axis=1).max(initial=1)))
        return np.ascontiguousarray(ids[:, :used])


def save(states: Sequence[State], inputs: Inputs, labels: tuple[str, ...], card: Mapping[str, Any], folder: Path) -> None:
    """Write networks over the same inputs and labels. The card comes last: a folder without one is unfinished."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _CARD).unlink(missing_ok=True)
    for number, state in enumerate(states):
        export.write(state, folder / f"network{number}.onnx")
    sounds = {"mandarin": inputs.sounds.mandarin, "cantonese": inputs.sounds.cantonese}
    arrays = {name: np.array(one.of_character, dtype=np.uint16) for name, one in sounds.items()}
    np.savez_compressed(folder / _ARRAYS, **arrays)  # type: ignore[arg-type]
    settings = {
        "format": FORMAT,
        "networks": len(states),
        "labels": labels,
        "sounds": {name: one.names for name, one in sounds.items()},
    }
    for file, content in ((_VOCABULARY, list(inputs.vocabulary)), (_SETTINGS, settings)):
        (folder / file).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    text = yaml.safe_dump(dict(card), allow_unicode=True, sort_keys=False, width=110)
    (folder / _CARD).write_text(text, encoding="utf-8")


def load(folder: Path) -> NeedsModel:
    """Read a bundle. Raises ModelError when the folder holds none, or one of another format."""
    if not (folder / _CARD).is_file():
        raise ModelError(f"{folder}: no {_CARD} in it, so no trained bundle; train one with `xiangyin train`")
    try:
        settings = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
        names = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as file:
            arrays = {name: file[name].tolist() for name in file.files}
    except (OSError, ValueError) as fault:
        raise ModelError(f"{folder}: the bundle cannot be read ({fault}); train it again with `xiangyin train`") from None
    if settings.get("format") != FORMAT:
        raise ModelError(f"{folder}: the bundle has format {settings.get('format')}, this version reads {FORMAT}; train it again")
    sounds = Sounds(*(Syllables(tuple(settings["sounds"][name]), tuple(arrays[name])) for name in ("mandarin", "cantonese")))
    vocabulary = {name: at for at, name in enumerate(names, start=1)}
    files = tuple(folder / f"network{number}.onnx" for number in range(settings["networks"]))
    return NeedsModel(files, Inputs(vocabulary, sounds, marks=False), tuple(settings["labels"]))
