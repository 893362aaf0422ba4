"""What understanding needs beside the adapter: generative.json in the adapter's folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nlu.confidence import Calibration
from nlu.entities.lookups import Wording
from nlu.generative.codes import Codebook, Kind
from nlu.model_folder import ModelError

RUNTIME = "generative"
"""What model.yml says of who reads the folder."""
FORMAT = 1
_FILE = "generative.json"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """`book`: the letters of answers; `wordings`: words whose value the bot's tables know; `values`: by entity all that occurred
    in training. A need under `threshold` is none."""

    book: Codebook
    wordings: tuple[Wording, ...] = ()
    values: dict[str, tuple[str | int | float, ...]] = field(default_factory=dict)
    calibration: Calibration = field(default_factory=Calibration)
    threshold: float = 0.0


def save(knowledge: Knowledge, folder: Path) -> None:
    """Write it beside the adapter."""
    values = {"format": FORMAT, **asdict(knowledge)}
    (folder / _FILE).write_text(json.dumps(values, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def load(folder: Path) -> Knowledge:
    """Read it. Raises ModelError where the folder holds none, or one of another format."""
    path = folder / _FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise ModelError(f"{path}: has format {values['format']}, this version reads {FORMAT}; train the adapter again")
        kinds = tuple(Kind(**kind) for kind in values["book"]["kinds"])
        return Knowledge(
            Codebook(tuple(values["book"]["intents"]), kinds),
            tuple(Wording(**wording) for wording in values["wordings"]),
            {name: tuple(known) for name, known in values["values"].items()},
            Calibration(**values["calibration"]),
            float(values["threshold"]),
        )
    except FileNotFoundError:
        raise ModelError(f"{folder}: no {_FILE} in it; train one with a config that says `architecture: generative`") from None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        if isinstance(fault, ModelError):
            raise
        raise ModelError(f"{path}: cannot be read ({fault}); train the adapter again") from None
