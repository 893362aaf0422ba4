"""Rows as the network takes them, and the network's view of many rows. Importing this module imports torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from nlu.lora.frozen import below, can_split, cut, padded
from nlu.lora.network import Batch, IntentNetwork, collate
from nlu.lora.rows import Row
from nlu.lora.settling import Floats


@dataclass(frozen=True, slots=True)
class Encoded:
    """Tokenised rows; `targets` (rows, labels) 0 or 1; `kept`: what the frozen lower layers make of each row, if computed."""

    tokens: tuple[tuple[int, ...], ...]
    targets: torch.Tensor
    padding: int
    kept: tuple[torch.Tensor, ...] = ()

    @property
    def lengths(self) -> list[int]:
        """Tokens of each row."""
        return [len(one) for one in self.tokens]

    def batch(self, chosen: Sequence[int]) -> Batch:
        """Some rows, padded to the longest of them."""
        batch = collate([self.tokens[at] for at in chosen], self.targets[list(chosen)], self.padding)
        return replace(batch, kept=padded([self.kept[at] for at in chosen])) if self.kept else batch


def encoded(tokenizer: Any, rows: Sequence[Row], labels: int, max_length: int) -> Encoded:
    """Tokenise, cut at `max_length` tokens."""
    texts = [row.text for row in rows]
    ids = tokenizer(texts, truncation=True, max_length=max_length)["input_ids"] if texts else []
    targets = torch.zeros(len(rows), labels)
    for at, row in enumerate(rows):
        targets[at, list(row.labels)] = 1.0
    return Encoded(tuple(map(tuple, ids)), targets, int(tokenizer.pad_token_id or 0))


def with_kept(rows: Encoded, network: IntentNetwork, batch_size: int) -> Encoded:
    """With the frozen layers computed, where the adapter is on the topmost ones alone and the base can be taken apart."""
    backbone = network.classifier.base_model
    if not network.topmost or not rows.tokens or not can_split(backbone):
        return rows
    was_training = network.training
    network.eval()
    order = sorted(range(len(rows.tokens)), key=lambda at: len(rows.tokens[at]))
    device = next(network.parameters()).device
    kept: dict[int, torch.Tensor] = {}
    with torch.no_grad():
        for begin in range(0, len(order), batch_size):
            chosen = order[begin : begin + batch_size]
            batch = rows.batch(chosen).to(device)
            hidden = below(backbone, network.topmost, batch.ids, batch.mask)
            kept.update(zip(chosen, cut(hidden.cpu(), batch.mask.cpu()), strict=True))
    network.train(was_training)
    return replace(rows, kept=tuple(kept[at] for at in range(len(order))))


def looked_at(network: IntentNetwork, rows: Encoded, batch_size: int) -> tuple[Floats, Floats]:
    """Logits (rows, labels) and pooled vectors (rows, width) in evaluation mode, in the order of the rows."""
    was_training = network.training
    network.eval()
    order = sorted(range(len(rows.tokens)), key=lambda at: len(rows.tokens[at]))
    device = next(network.parameters()).device
    logits: list[torch.Tensor] = []
    pooled: list[torch.Tensor] = []
    with torch.no_grad():
        for begin in range(0, len(order), batch_size):
            batch = rows.batch(order[begin : begin + batch_size]).to(device)
            scored, vectors, _ = network(batch.ids, batch.mask, batch.kept)
            logits.append(scored.float().cpu())
            pooled.append(vectors.float().cpu())
    network.train(was_training)
    back = np.argsort(order)
    return torch.cat(logits).numpy()[back], torch.cat(pooled).numpy()[back]
