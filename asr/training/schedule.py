"""How far a run is, and what that means for the learning rate and the losses."""

from __future__ import annotations

import math
from dataclasses import dataclass

from asr.training.settings import AsrTraining

_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands: steps done, passes done, seconds used over all its sessions; the best error rate of its checks, and how
    many checks ago that was."""

    step: int = 0
    epoch: int = 0
    elapsed_s: float = 0.0
    best: float = math.inf
    waited: int = 0


def share_done(config: AsrTraining, progress: Progress, steps_a_pass: int) -> float:
    """How much of the run is over, in [0, 1]: by steps, or by the clock where that is further."""
    steps = config.max_epochs * steps_a_pass if config.max_steps is None else config.max_steps
    by_steps = progress.step / max(1.0, steps)
    by_clock = 0.0 if config.max_minutes is None else progress.elapsed_s / (config.max_minutes * _MINUTE_S)
    return min(1.0, max(by_steps, by_clock))


def augment_strength(config: AsrTraining, done: float) -> float:
    """None in the first twentieth of the run, then rising to `mel_augment` at a third of it; all at once for a model that goes on
    from another."""
    if config.init_from is not None:
        return config.mel_augment
    return config.mel_augment * min(1.0, max(0.0, (done - 0.05) / (1 / 3 - 0.05)))


def guide_weight(config: AsrTraining, done: float) -> float:
    """Guided attention in full up to half of the run, gone at four fifths."""
    return config.guided_attention * min(1.0, max(0.0, (0.8 - done) / 0.3))


def learning_rate(config: AsrTraining, done: float) -> float:
    """One cycle: a linear rise over `warmup_share`, then half a cosine down to a hundredth."""
    if done < config.warmup_share:
        return config.learning_rate * max(0.01, done / config.warmup_share)
    fallen = (done - config.warmup_share) / max(1e-9, 1 - config.warmup_share)
    return config.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * fallen)))
