"""The training config of a tagger."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

_LIMITS: tuple[tuple[str, float, float], ...] = (
    ("epochs", 1, 1000),
    ("batch_size", 1, 4096),
    ("learning_rate", 1e-6, 1.0),
    ("direct_learning_rate", 0.0, 1.0),
    ("weight_decay", 0.0, 1.0),
    ("dropout", 0.0, 0.9),
    ("feature_dropout", 0.0, 0.9),
    ("embedding", 4, 512),
    ("width", 8, 1024),
    ("layers", 0, 12),
    ("members", 1, 20),
    ("folds", 2, 50),
    ("checked_folds", 0, 50),
    ("min_count", 1, 100),
    ("min_word_count", 1, 10**6),
)


@dataclass(frozen=True, slots=True)
class EntityTraining:
    """A training config with `task_type: entities` (a tagger over characters, sounds and words; no GPU, minutes).

    `words` is a list with lines `word count kind`, or `jieba` for that package's; empty for none. `check_data` is
    only reported on. The threshold is 0.5, or settled on `checked_folds` of `folds` parts of the training data, where the CRF
    (`baseline`) is trained and measured beside the tagger. `members` networks are averaged in the exported model.
    """

    task_type: Literal["entities"]
    train_data: tuple[Path, ...] = field(metadata={"aliases": ("train_data_dir", "metadata_path", "dataset")})
    output_dir: Path
    check_data: tuple[Path, ...] = field(default=(), metadata={"aliases": ("eval_dataset",)})
    words: str = ""
    min_word_count: int = 3
    epochs: int = field(default=12, metadata={"aliases": ("num_train_epochs",)})
    batch_size: int = field(default=32, metadata={"aliases": ("per_device_train_batch_size",)})
    learning_rate: float = 2e-3
    direct_learning_rate: float = 1e-2
    weight_decay: float = 0.01
    dropout: float = 0.5
    feature_dropout: float = 0.3
    embedding: int = 32
    width: int = 128
    layers: int = 2
    members: int = 1
    min_count: int = 2
    folds: int = 5
    checked_folds: int = 5
    baseline: bool = True
    data_licence: str = "not stated"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, low, high in _LIMITS:
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must lie between {low} and {high}, got {getattr(self, name)}")
        if self.checked_folds > self.folds:
            raise ValueError(f"checked_folds must be {self.folds} (folds) at most, got {self.checked_folds}")
