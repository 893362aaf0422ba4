"""The training loop: every step of it, from rows to weights."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nlu.needs.material import UNKNOWN, USED, Row
from nlu.needs.network import NeedsNetwork

_WARM_SHARE, _LAST_RATE = 0.1, 0.01
"""Of all steps, those in which the learning rate rises; of the learning rate, what is left at the end."""
_CLIP = 1.0
_CUT_WEIGHT = 3.0
"""Of the loss of cuts beside that of labels: there are fewer of them."""
_ALIKE = 8
"""So many batches are filled together, each with sentences of like length."""


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How a network is trained."""

    batch_size: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    smoothing: float = 0.05
    seed: int = 0


def fit(network: NeedsNetwork, rounds: Iterable[Sequence[Row]], steps: int, options: FitOptions) -> None:
    """Train in place, a round after the other, dropout off at the end; `steps` are the batches of all rounds together."""
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    rate, decay = options.learning_rate, options.weight_decay
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=decay, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    network.train()
    for rows in rounds:
        for batch in _batches(rows, options.batch_size, rng):
            loss = _loss(network, batch, options.smoothing)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
            optimiser.step()
            schedule.step()
    network.eval()


def batches_of(rows: int, options: FitOptions) -> int:
    """How many batches so many rows make."""
    return -(-rows // options.batch_size)


def _rate(step: int, steps: int) -> float:
    warm = max(1.0, _WARM_SHARE * steps)
    return min((step + 1) / warm, max(_LAST_RATE, (steps - step) / max(1.0, steps - warm)))


def _batches(rows: Sequence[Row], size: int, rng: random.Random) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), _ALIKE * size):
        some = sorted(rows[start : start + _ALIKE * size], key=lambda row: len(row.ids))
        starts = list(range(0, len(some), size))
        rng.shuffle(starts)
        yield from (some[at : at + size] for at in starts)


def _loss(network: NeedsNetwork, rows: Sequence[Row], smoothing: float) -> Tensor:
    """Cross-entropy of the labels of all tokens, and of the cuts before them."""
    longest = max(len(row.ids) for row in rows)
    ids = np.zeros((len(rows), longest, USED), dtype=np.int64)
    cuts = np.full((len(rows), longest), -1.0, dtype=np.float32)
    labels = np.full((len(rows), longest), UNKNOWN, dtype=np.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row.ids)], cuts[at, : len(row.ids)], labels[at, : len(row.ids)] = row.ids, row.cuts, row.labels
    odds, logits = network(torch.from_numpy(ids), torch.tensor([len(row.ids) for row in rows]))
    wanted, named = torch.from_numpy(cuts), torch.from_numpy(labels).flatten()
    loss: Tensor = logits.sum() * 0.0
    if bool((named != UNKNOWN).any()):
        loss = loss + functional.cross_entropy(logits.flatten(0, 1), named, label_smoothing=smoothing)
    known = wanted >= 0
    if bool(known.any()):
        loss = loss + _CUT_WEIGHT * functional.binary_cross_entropy_with_logits(odds[known], wanted[known])
    return loss
