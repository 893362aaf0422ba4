"""Layers below the lowest adapter, computed once instead of in every epoch. Importing this module imports torch.

With an adapter on the topmost layers alone, what lies below gives the same for a sentence each time; keeping it halves the
work of a BERT-like base with half of its layers adapted. Dropout is off in those layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

_KEPT = torch.bfloat16
"""384 numbers a token in two bytes: 15,000 sentences of eleven tokens take 130 MB."""


def can_split(backbone: Any) -> bool:
    """Whether a base is of the form embeddings, then encoder.layer (BERT, RoBERTa, ELECTRA)."""
    return hasattr(backbone, "embeddings") and hasattr(getattr(backbone, "encoder", None), "layer")


def below(backbone: Any, layers: int, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Hidden states (batch, tokens, width) under the topmost `layers`."""
    hidden = backbone.embeddings(input_ids=ids)
    return through(backbone.encoder.layer[: len(backbone.encoder.layer) - layers], hidden, mask)


def above(backbone: Any, layers: int, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The same through the topmost `layers`."""
    return through(backbone.encoder.layer[len(backbone.encoder.layer) - layers :], hidden, mask)


def through(layers: Sequence[Any], hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Layer after layer; padding is not attended to."""
    seen = mask[:, None, None, :].bool().expand(-1, 1, mask.shape[1], -1)
    for layer in layers:
        result = layer(hidden, seen)
        hidden = result[0] if isinstance(result, tuple) else result
    return hidden


def padded(kept: Sequence[torch.Tensor]) -> torch.Tensor:
    """Kept states of some sentences (tokens, width each) as (batch, tokens, width)."""
    return torch.nn.utils.rnn.pad_sequence(list(kept), batch_first=True)


def cut(hidden: torch.Tensor, mask: torch.Tensor) -> list[torch.Tensor]:
    """States (batch, tokens, width) as one tensor a sentence, without padding, in half the memory."""
    return [row[: int(length)].to(_KEPT).clone() for row, length in zip(hidden, mask.sum(1), strict=True)]
