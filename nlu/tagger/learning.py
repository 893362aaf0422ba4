"""The training loop of the tagger's network."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from nlu.tagger.inputs import Ids
from nlu.tagger.network import Network, Shape, loss

_WARM_UP = 50
_LAST_RATE = 0.02
"""Share of the learning rate that is left at the end."""
_MARGIN = 5.0
"""Gradients longer than this are cut."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence for the network: (characters, COLUMNS) rows, and a tag a character."""

    rows: Ids
    tags: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fitting:
    """How a network is fitted."""

    epochs: int
    batch_size: int
    learning_rate: float
    direct_learning_rate: float
    weight_decay: float
    dropout: float
    feature_dropout: float


def fit(sentences: Sequence[Sentence], shape: Shape, fitting: Fitting, seed: int, tick: Callable[[], None]) -> Network:
    """A network fitted to the sentences; `tick` is called after each epoch."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    network = Network(shape, fitting.dropout, fitting.feature_dropout)
    optimiser = _optimiser(network, fitting)
    steps = fitting.epochs * -(-len(sentences) // fitting.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    rows = list(sentences)
    network.train()
    for _ in range(fitting.epochs):
        order.shuffle(rows)
        for ids, tags, mask in _batches(rows, fitting.batch_size):
            mean = loss(network(ids, mask), network.allowed(), tags, mask).mean()
            optimiser.zero_grad()
            torch.autograd.backward(mean)
            torch.nn.utils.clip_grad_norm_(network.parameters(), _MARGIN)
            optimiser.step()
            schedule.step()
        tick()
    return network.eval()


def weights_of(network: Network) -> dict[str, npt.NDArray[np.float32]]:
    """The weights as arrays, by their names in the network."""
    return {name: value.detach().numpy().astype(np.float32) for name, value in network.state_dict().items()}


def scores_of(network: Network, rows: Ids) -> npt.NDArray[np.float32]:
    """(characters, COLUMNS) -> (characters, tags) for one sentence, in torch."""
    with torch.no_grad():
        scores: npt.NDArray[np.float32] = network(torch.from_numpy(rows)[None], torch.ones(1, len(rows), dtype=torch.bool))[
            0
        ].numpy()
    return scores


def _optimiser(network: Network, fitting: Fitting) -> torch.optim.Optimizer:
    """The direct weights begin at nothing and learn faster; dropout of features keeps them in bounds, not decay."""
    direct = [network.wide.weight]
    others = [value for name, value in network.named_parameters() if name != "wide.weight"]
    return torch.optim.AdamW(
        [
            {"params": direct, "lr": fitting.direct_learning_rate, "weight_decay": 0.0},
            {"params": others, "lr": fitting.learning_rate, "weight_decay": fitting.weight_decay},
        ]
    )


def _rate(step: int, steps: int) -> float:
    warm_up = min(_WARM_UP, 1 + steps // 5)
    return min(1.0, (step + 1) / warm_up) * max(_LAST_RATE, 1 - step / steps)


def _batches(rows: Sequence[Sentence], size: int) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    for at in range(0, len(rows), size):
        group = rows[at : at + size]
        longest = max(len(one.tags) for one in group)
        ids = np.zeros((len(group), longest, group[0].rows.shape[1]), dtype=np.int64)
        tags = np.zeros((len(group), longest), dtype=np.int64)
        mask = np.zeros((len(group), longest), dtype=np.bool_)
        for index, one in enumerate(group):
            length = len(one.tags)
            ids[index, :length], tags[index, :length], mask[index, :length] = one.rows, one.tags, True
        yield torch.from_numpy(ids), torch.from_numpy(tags), torch.from_numpy(mask)
