"""The network in torch: summed feature embeddings and a recurrent layer in both directions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nlu.student.inputs import PAD


@dataclass(frozen=True, slots=True)
class Shape:
    """The network's size; `width` is that of the embeddings and of each direction's states.

    `feature_dropout` is the share of features left out in training: sounds must do without characters, and the other way
    round.
    """

    vocabulary: int
    labels: int
    width: int = 80
    layers: int = 2
    dropout: float = 0.3
    feature_dropout: float = 0.2


class NeedsNetwork(nn.Module):
    """ids (batch, tokens, features) -> log-odds of cuts (batch, tokens) and logits of labels (batch, tokens, labels)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.table = nn.EmbeddingBag(shape.vocabulary + 1, shape.width, mode="sum", padding_idx=PAD)
        self.norm = nn.LayerNorm(shape.width)
        between = shape.dropout if shape.layers > 1 else 0.0
        self.states = nn.GRU(shape.width, shape.width, shape.layers, batch_first=True, bidirectional=True, dropout=between)
        self.cut = nn.Linear(4 * shape.width, 1)
        self.label = nn.Linear(2 * shape.width, shape.labels)
        self.dropout = nn.Dropout(shape.dropout)
        nn.init.normal_(self.table.weight, std=0.1)
        with torch.no_grad():
            self.table.weight[PAD] = 0.0

    def forward(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """`lengths` (batch,) are the tokens of each sentence; what lies behind them means nothing."""
        batch, tokens, features = ids.shape
        if self.training and self.shape.feature_dropout > 0:
            ids = ids * (torch.rand(ids.shape) >= self.shape.feature_dropout)
        embedded = self.dropout(self.norm(self.table(ids.reshape(batch * tokens, features))))
        packed = nn.utils.rnn.pack_padded_sequence(
            embedded.reshape(batch, tokens, -1), lengths, batch_first=True, enforce_sorted=False
        )
        states, _ = nn.utils.rnn.pad_packed_sequence(self.states(packed)[0], batch_first=True, total_length=tokens)
        states = self.dropout(states)
        before = nn.functional.pad(states, (0, 0, 1, 0))[:, :-1]
        return self.cut(torch.cat([before, states], dim=-1)).squeeze(-1), self.label(states)
