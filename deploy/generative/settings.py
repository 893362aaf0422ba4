"""What a training config with `architecture: generative` says beside the keys of a style adapter."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dialogue.yaml_file import Node

SAMPLES = "samples.jsonl"
"""The questions and answers that were trained on, in the adapter's folder."""


@dataclass(frozen=True, slots=True)
class GenerativeIntent:
    """A bot's folder, or labelled files; the rest of the config is that of a style adapter (dialogue.style.settings).

    `compounds`: sentences of several needs that are put together from single ones, beside the real ones. `settled_on`: held-out
    sentences (`val_size`) at most that are read at the end, to settle calibration and threshold.
    """

    bot: Path | None = None
    train_data: tuple[Path, ...] = ()
    task_type: Literal["intent", "SEQ_CLS"] = "intent"
    architecture: Literal["generative"] = "generative"
    compounds: int = 1500
    settled_on: int = 400

    def __post_init__(self) -> None:
        if (self.bot is None) == (not self.train_data):
            raise ValueError("name either a bot's folder (bot) or labelled files (train_data)")
        for name, low, high in (("compounds", 0, 1_000_000), ("settled_on", 0, 100_000)):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must lie between {low} and {high}, got {getattr(self, name)}")


def parted(config: Node) -> tuple[Node, Node]:
    """The keys of GenerativeIntent, and the rest, which is a style adapter's config with the samples to come as its data."""
    values = config.mapping("a training config")
    own = {field.name for field in dataclasses.fields(GenerativeIntent)}
    adapter = {key: node for key, node in values.items() if key not in own}
    folder = adapter.get("output_dir")
    if folder is not None:
        adapter["train_data"] = dataclasses.replace(folder, value=f"{folder.value}/{SAMPLES}")
    sentences = {key: node for key, node in values.items() if key in own}
    return dataclasses.replace(config, value=sentences), dataclasses.replace(config, value=adapter)
