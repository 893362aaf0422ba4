"""Checkpoints of a training: adapter, optimiser, random states and progress, so that going on is as if it never stopped."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlu.finetune.schedule import Progress
from nlu.finetune.settings import FineTuning

_NAME = re.compile(r"checkpoint-(\d+)")
_PROGRESS, _STATE, _WEIGHTS = "progress.json", "state.pt", "trained.safetensors"
_BEST, _MEAN = "best.safetensors", "mean.safetensors"


class CheckpointError(ValueError):
    """There is nothing to resume from; the message says where it was looked for."""


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """A training as far as it came: progress, the trained tensors by name, those of the best measurement if there was one, and
    their running mean where one is kept."""

    progress: Progress
    weights: Mapping[str, Any]  # torch.Tensor; torch is imported where it is needed
    best: Mapping[str, Any] | None
    mean: Mapping[str, Any] | None = None


def write(folder: Path, standing: Standing, optimizer: Any) -> Path:
    """Save below `folder` as checkpoint-UPDATE. progress.json is written last: without it a checkpoint is unfinished."""
    import torch
    from safetensors.torch import save_file

    place = folder / f"checkpoint-{standing.progress.update}"
    place.mkdir(parents=True, exist_ok=True)
    for file, weights in ((_WEIGHTS, standing.weights), (_BEST, standing.best), (_MEAN, standing.mean)):
        if weights is not None:
            save_file({name: one.detach().cpu().contiguous().clone() for name, one in weights.items()}, place / file)
    torch.save({"optimizer": optimizer.state_dict(), "random": torch.get_rng_state()}, place / _STATE)
    (place / _PROGRESS).write_text(json.dumps(dataclasses.asdict(standing.progress)), encoding="utf-8")
    return place


def read(place: Path, model: Any, optimizer: Any) -> Standing:
    """Put a checkpoint into a model and its optimiser. Raises CheckpointError where it does not fit."""
    import torch
    from safetensors.torch import load_file

    if not (place / _PROGRESS).is_file():
        raise CheckpointError(f"resume_from_checkpoint: {place} is no finished checkpoint ({_PROGRESS} is not in it)")
    weights = load_file(place / _WEIGHTS)
    parameters = dict(model.named_parameters())
    for name, value in weights.items():
        if name not in parameters or parameters[name].shape != value.shape:
            raise CheckpointError(f"resume_from_checkpoint: {place} is of another model: '{name}' does not fit the config's")
        parameters[name].data.copy_(value)
    state = torch.load(place / _STATE, weights_only=True)
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["random"])
    progress = Progress(**json.loads((place / _PROGRESS).read_text(encoding="utf-8")))
    best, mean = (load_file(place / file) if (place / file).is_file() else None for file in (_BEST, _MEAN))
    return Standing(progress, weights, best, mean)


def wanted(config: FineTuning) -> Path | None:
    """The checkpoint to resume from: the one named, or for `true` the newest in output_dir, or none. Raises CheckpointError."""
    if config.resume_from_checkpoint is False:
        return None
    if isinstance(config.resume_from_checkpoint, Path):
        return config.resume_from_checkpoint
    found = sorted(_numbered(config.output_dir))
    return found[-1][1] if found else None


def keep_newest(folder: Path, count: int) -> None:
    """Delete older checkpoints."""
    for _, place in sorted(_numbered(folder))[:-count]:
        shutil.rmtree(place)


def _numbered(folder: Path) -> list[tuple[int, Path]]:
    places = folder.glob("checkpoint-*") if folder.is_dir() else ()
    matches = ((_NAME.fullmatch(place.name), place) for place in places if (place / _PROGRESS).is_file())
    return [(int(match.group(1)), place) for match, place in matches if match]
