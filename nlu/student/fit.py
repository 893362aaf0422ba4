"""The training loop: every step of it, from rows to weights."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from nlu.student.network import StudentNetwork
from nlu.student.rows import Batch, Row, batch

_WARM_SHARE = 0.1
"""Of all steps, those in which the learning rate rises."""
_CLIP = 1.0
_NEVER = -1e4
"""The score of a label that is not asked for: finite, so that gradients stay so."""
_KEPT = 0.98
"""Of the average, at each step."""


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How the network is trained. `average_from` is the share of steps after which weights are averaged (SWA, Izmailov 2018)."""

    epochs: int = 20
    batch_size: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    smoothing: float = 0.1
    average_from: float = 0.6
    seed: int = 0


def fit(network: StudentNetwork, rows: Sequence[Row], options: FitOptions, tick: Callable[[], None] = lambda: None) -> None:
    """Train in place, with dropout off at the end; `tick` is called after every epoch. Rows without a token are left out."""
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    usable = [row for row in rows if row.read.tokens]
    steps = options.epochs * -(-len(usable) // options.batch_size)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    average = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=_towards)
    done = 0
    network.train()
    for _ in range(options.epochs):
        for one in _batches(usable, options.batch_size, rng):
            loss = _loss(network, one, options.smoothing)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
            optimiser.step()
            schedule.step()
            done += 1
            if done > options.average_from * steps:
                average.update_parameters(network)
        tick()
    if done > options.average_from * steps:
        network.load_state_dict(average.module.state_dict())
    network.eval()


@torch.no_grad()
def _towards(averages: Sequence[Tensor], now: Sequence[Tensor], _count: object) -> None:
    """An exponential moving average over some fifty steps."""
    torch._foreach_lerp_(list(averages), list(now), 1 - _KEPT)


def _rate(step: int, steps: int) -> float:
    """Up in a tenth of the steps, then down to a hundredth in a straight line."""
    warm = max(1.0, _WARM_SHARE * steps)
    return min((step + 1) / warm, max(0.01, (steps - step) / max(1.0, steps - warm)))


def _batches(rows: Sequence[Row], size: int, rng: random.Random) -> Iterator[Batch]:
    order = rng.sample(range(len(rows)), len(rows))
    for start in range(0, len(order), size):
        yield batch([rows[at] for at in order[start : start + size]])


def _loss(network: StudentNetwork, one: Batch, smoothing: float) -> Tensor:
    """Cross-entropy of the parts' labels, and of the cuts where they are known."""
    hidden, plain = network(torch.from_numpy(one.ids))
    wanted = torch.from_numpy(one.targets)
    asked = wanted >= 0
    scores = network.scores(hidden, plain, torch.from_numpy(one.parts)).masked_fill(~asked, _NEVER)
    targets = torch.where(asked, wanted * (1 - smoothing) + smoothing / asked.sum(dim=1, keepdim=True), 0.0)
    weights = torch.from_numpy(one.weights)
    loss = (-(targets * scores.log_softmax(dim=1)).sum(dim=1) * weights).sum() / weights.sum()
    cuts = torch.from_numpy(one.cuts)
    known = cuts >= 0
    if bool((cuts > 0).any()):
        loss = loss + functional.binary_cross_entropy_with_logits(network.cuts(hidden)[known], cuts[known])
    result: Tensor = loss
    return result
