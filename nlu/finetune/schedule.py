"""How long a training lasts and how fast it learns at each update; pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nlu.finetune.settings import FineTuning


@dataclass(frozen=True, slots=True)
class Schedule:
    """`total` updates, of which the first `warmup` rise to the full rate; `kind` as in FineTuning.lr_scheduler."""

    total: int
    warmup: int
    kind: str

    def rate(self, update: int) -> float:
        """The share of the full learning rate at an update counted from 0; in [0, 1]."""
        if update < self.warmup:
            return (update + 1) / self.warmup
        if self.kind.startswith("constant"):
            return 1.0
        left = 1 - (update - self.warmup) / max(1, self.total - self.warmup)
        return max(0.0, left if self.kind == "linear" else 0.5 * (1 - math.cos(math.pi * left)))


def schedule(config: FineTuning, updates_per_epoch: int) -> Schedule:
    """`max_steps` wins over `epochs`, `warmup_steps` over `warmup_ratio`; warming up takes half of the updates at most."""
    total = config.max_steps if config.max_steps > 0 else max(1, math.ceil(config.epochs * updates_per_epoch))
    warmup = config.warmup_steps or math.ceil(config.warmup_ratio * total)
    return Schedule(total, min(warmup, total // 2), config.lr_scheduler)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a training stands: updates done, the best score on held-out rows, how often it was missed since, its update."""

    update: int = 0
    best: float = -math.inf
    best_update: int = 0
    missed: int = 0

    def measured(self, score: float) -> Progress:
        """After a measurement; higher is better."""
        if score > self.best:
            return Progress(self.update, score, self.update, 0)
        return Progress(self.update, self.best, self.best_update, self.missed + 1)

    def gives_up(self, patience: int) -> bool:
        """Early stopping: so many measurements in a row were no better; a patience of 0 never stops."""
        return 0 < patience <= self.missed
