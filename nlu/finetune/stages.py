"""Trainings in a row: a trade's corpus first, then the customer's own."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from nlu.finetune.settings import FineTuning

Config = TypeVar("Config", bound=FineTuning)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One of several trainings in a row; what it leaves out is as in the config around it."""

    name: str
    train_data: tuple[Path, ...] = field(default=(), metadata={"aliases": ("train_file", "train_files", "data", "data_path")})
    train_data_dir: Path | None = field(default=None, metadata={"aliases": ("data_dir", "train_dir")})
    dataset: tuple[Path, ...] = ()
    epochs: float | None = field(default=None, metadata={"aliases": ("num_train_epochs", "num_epochs")})
    max_steps: int | None = None
    learning_rate: float | None = field(default=None, metadata={"aliases": ("lr",)})
    warmup_steps: int | None = None


def staged(config: Config, stage: Stage, folder: Path, adapter: Path | None) -> Config:
    """The config of one stage: its own keys over those around it, going on from the stage before."""
    own: dict[str, Any] = {name: value for name, value in asdict(stage).items() if name != "name" and value not in (None, ())}
    if {"train_data", "train_data_dir", "dataset"} & own.keys():
        own = {"train_data": (), "train_data_dir": None, "dataset": (), "metadata_path": None, **own}
    before: dict[str, Any] = {"output_dir": folder, "adapter": adapter or config.adapter, "stages": ()}
    return replace(config, **own, **before)
