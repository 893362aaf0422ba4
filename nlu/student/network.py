"""The network in torch: summed feature embeddings, residual convolutions, and pooling over any part of a sentence.

A batch is one long row of tokens; an empty token (no features) stands between two sentences and keeps them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nlu.student.inputs import PAD

KERNEL = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """The network's size. With `layers` convolutions a hidden state sees so many tokens to both sides."""

    vocabulary: int
    labels: int
    width: int = 128
    layers: int = 2
    dropout: float = 0.3
    feature_dropout: float = 0.3
    """The share of features left out in training: sounds must do without characters, and the other way round."""


class StudentNetwork(nn.Module):
    """ids (tokens, features) -> hidden states (tokens, width); parts of them -> scores of labels.

    What is pooled is the maximum and an attention-weighted mean (Lin 2017) of a part's hidden states. `table` also holds
    each feature's own weight for every label: the linear model inside the network.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.table = nn.EmbeddingBag(shape.vocabulary + 1, shape.width + shape.labels, mode="sum", padding_idx=PAD)
        self.first = nn.LayerNorm(shape.width)
        self.layers = nn.ModuleList(Convolution(shape.width, shape.dropout) for _ in range(shape.layers))
        self.last = nn.LayerNorm(shape.width)
        self.attention = nn.Linear(shape.width, 1)
        self.labels = nn.Linear(2 * shape.width, shape.labels)
        self.cut = nn.Linear(2 * shape.width, 1)
        self.dropout = nn.Dropout(shape.dropout)
        nn.init.normal_(self.table.weight, std=0.1)
        with torch.no_grad():
            self.table.weight[:, shape.width :] = 0.0
            self.table.weight[PAD] = 0.0

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states (tokens, width), zero where a token has no features, and the features' own weights (tokens, labels)."""
        real = (ids != PAD).any(dim=1, keepdim=True)
        if self.training and self.shape.feature_dropout > 0:
            ids = ids * (torch.rand(ids.shape) >= self.shape.feature_dropout)
        states, plain = self.table(ids).split([self.shape.width, self.shape.labels], dim=1)
        states = self.dropout(self.first(states)) * real
        for layer in self.layers:
            states = layer(states, real)
        return self.last(states) * real, plain

    def scores(self, hidden: Tensor, plain: Tensor, parts: Tensor) -> Tensor:
        """Logits of parts, (parts, labels). A row of `parts` holds the places of a part's tokens, then -1."""
        inside = (parts >= 0)[:, :, None]
        places = parts.clamp(min=0)
        pooled = self.dropout(self._pooled(hidden[places], inside))
        linear = (plain[places] * inside).sum(dim=1) / inside.sum(dim=1).sqrt()
        result: Tensor = self.labels(pooled) + linear
        return result

    def cuts(self, hidden: Tensor) -> Tensor:
        """Log-odds that a need begins at each token, (tokens,); that of a sentence's first token means nothing."""
        before = nn.functional.pad(hidden, (0, 0, 1, 0))[:-1]
        result: Tensor = self.cut(self.dropout(torch.cat([before, hidden], dim=1))).squeeze(1)
        return result

    def _pooled(self, states: Tensor, inside: Tensor) -> Tensor:
        top = states.masked_fill(~inside, -1e4).amax(dim=1)
        weights = self.attention(states).masked_fill(~inside, -1e4).softmax(dim=1)
        return torch.cat([top, (weights * states).sum(dim=1)], dim=1)


class Convolution(nn.Module):
    """x + W2 gelu(W1 [x before, x, x after]), normalised first."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.wide = nn.Linear(KERNEL * width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, real: Tensor) -> Tensor:
        """(tokens, width) to the same; what is not `real` (tokens, 1) stays zero and is nobody's neighbour."""
        padded = nn.functional.pad(self.norm(states) * real, (0, 0, 1, 1))
        window = torch.cat([padded[at : at + len(states)] for at in range(KERNEL)], dim=1)
        result: Tensor = (states + self.dropout(self.narrow(nn.functional.gelu(self.wide(window))))) * real
        return result
