"""The tagger's network: hashed features weighed directly, plus convolutions over their embeddings; a CRF on top."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nlu.tagger.inputs import DEEP
from nlu.tagger.spans import forbidden

_NEVER = -1e4
"""A forbidden transition in training: finite, so that gradients stay so."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a network. `embedding` is the width of each embedded feature, `width` that of the layers."""

    types: int
    rows: int
    embedding: int = 32
    width: int = 128
    layers: int = 2

    @property
    def tags(self) -> int:
        return 1 + 2 * self.types


class Layer(nn.Module):
    """A residual convolution over three characters."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Linear(3 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """(batch, characters, width) -> the same; `mask` is 1 where a character is."""
        plain = self.norm(hidden) * mask
        padded = nn.functional.pad(plain, (0, 0, 1, 1))
        window = torch.cat((padded[:, :-2], plain, padded[:, 2:]), dim=-1)
        mixed: Tensor = self.dropout(nn.functional.gelu(self.mix(window)))
        return hidden + mixed


class Network(nn.Module):
    """Scores of the tags of every character, and the transitions between tags."""

    def __init__(self, shape: Shape, dropout: float = 0.3, feature_dropout: float = 0.2) -> None:
        super().__init__()
        self.shape, self.feature_dropout = shape, feature_dropout
        self.wide = nn.Embedding(shape.rows, shape.tags, padding_idx=0)
        self.deep = nn.Embedding(shape.rows, shape.embedding, padding_idx=0)
        self.enter = nn.Linear(DEEP * shape.embedding, shape.width)
        self.layers = nn.ModuleList(Layer(shape.width, dropout) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width)
        self.leave = nn.Linear(2 * shape.width, shape.tags)
        self.transitions = nn.Parameter(torch.zeros(1 + shape.tags, shape.tags))
        self.dropout = nn.Dropout(dropout)
        self.never = torch.from_numpy(forbidden(shape.types))
        nn.init.zeros_(self.wide.weight)
        nn.init.normal_(self.deep.weight, std=0.3)
        with torch.no_grad():
            self.deep.weight[0] = 0

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """ids (batch, characters, COLUMNS), mask (batch, characters) -> scores (batch, characters, tags)."""
        if self.training and self.feature_dropout:
            ids = ids * (torch.rand(ids.shape, device=ids.device) >= self.feature_dropout)
        seen = mask.unsqueeze(-1).to(torch.float32)
        embedded = self.deep(ids[..., :DEEP]).flatten(2)
        hidden = nn.functional.gelu(self.enter(self.dropout(embedded)))
        for layer in self.layers:
            hidden = layer(hidden, seen)
        hidden = self.norm(hidden) * seen
        mean = hidden.sum(1, keepdim=True) / seen.sum(1, keepdim=True).clamp(min=1)
        both = torch.cat((hidden, mean.expand_as(hidden)), dim=-1)
        scores: Tensor = self.leave(self.dropout(both)) + self.wide(ids).sum(2)
        return scores

    def allowed(self) -> Tensor:
        """The transitions with the forbidden ones out of reach."""
        return self.transitions.masked_fill(self.never, _NEVER)


def loss(scores: Tensor, transitions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
    """Negative log-likelihood of the gold tags, a sentence each: (batch,)."""
    return _partition(scores, transitions, mask) - _gold(scores, transitions, tags, mask)


def _partition(scores: Tensor, transitions: Tensor, mask: Tensor) -> Tensor:
    forward = transitions[0] + scores[:, 0]
    for at in range(1, scores.shape[1]):
        step = torch.logsumexp(forward.unsqueeze(2) + transitions[1:], dim=1) + scores[:, at]
        forward = torch.where(mask[:, at, None], step, forward)
    return torch.logsumexp(forward, dim=1)


def _gold(scores: Tensor, transitions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
    emitted = scores.gather(2, tags.unsqueeze(2)).squeeze(2)
    before = torch.cat((torch.zeros_like(tags[:, :1]), tags[:, :-1] + 1), dim=1)
    moved = transitions[before, tags]
    return ((emitted + moved) * mask).sum(1)
