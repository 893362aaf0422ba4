"""Samples as batches: padded row by row, or several packed into a row of which none sees the others.

Importing this module imports torch.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from dialogue.style.templates import Encoded

Segment = Sequence[Encoded]
IGNORED = -100
"""The label that cross-entropy leaves out."""


@dataclass(frozen=True, slots=True)
class Batch:
    """`ids`, `labels` and `positions` (rows, tokens); `mask` (rows, 1, tokens, tokens), true where a token may look."""

    ids: torch.Tensor
    labels: torch.Tensor
    positions: torch.Tensor
    mask: torch.Tensor

    def to(self, device: torch.device) -> Batch:
        """On another device."""
        return Batch(*(one.to(device) for one in (self.ids, self.labels, self.positions, self.mask)))


def cut(encoded: Encoded, longest: int) -> Encoded:
    """A sample that is too long loses the begin of its prompt, since the answer is what is learnt; then the answer's end."""
    over = len(encoded.ids) - longest
    if over <= 0:
        return encoded
    answer = next((at for at, learnt in enumerate(encoded.learnt) if learnt), 0)
    begin = min(over, max(0, answer - 1))
    chosen = slice(begin, begin + longest)
    return Encoded(encoded.ids[chosen], encoded.learnt[chosen], encoded.origin)


def rows_of(samples: Sequence[Encoded], longest: int, packed: bool) -> tuple[Segment, ...]:
    """What shares a row: each sample alone, or as many as fit (first fit, the longest first)."""
    if not packed:
        return tuple((one,) for one in samples)
    bins: list[list[Encoded]] = []
    free: list[int] = []
    for one in sorted(samples, key=lambda sample: -len(sample.ids)):
        at = next((number for number, room in enumerate(free) if room >= len(one.ids)), None)
        if at is None:
            bins.append([one])
            free.append(longest - len(one.ids))
        else:
            bins[at].append(one)
            free[at] -= len(one.ids)
    return tuple(tuple(one) for one in bins)


def batches(rows: Sequence[Segment], size: int, epoch: int, seed: int) -> list[list[Segment]]:
    """The rows of an epoch, shuffled, then those of like length together within some batches."""
    order = list(rows)
    rng = random.Random(f"{seed}/{epoch}")
    rng.shuffle(order)
    found: list[list[Segment]] = []
    for begin in range(0, len(order), size * 16):
        near = sorted(order[begin : begin + size * 16], key=lambda row: sum(len(one.ids) for one in row))
        found += [near[at : at + size] for at in range(0, len(near), size)]
    rng.shuffle(found)
    return found


def batch(rows: Sequence[Segment], padding: int) -> Batch:
    """Rows as tensors; positions begin anew with each sample, and a token sees what stands before it in its own sample."""
    longest = max(sum(len(one.ids) for one in row) for row in rows)
    ids = torch.full((len(rows), longest), padding)
    labels = torch.full((len(rows), longest), IGNORED)
    positions = torch.zeros((len(rows), longest), dtype=torch.long)
    owner = torch.full((len(rows), longest), -1)
    for at, row in enumerate(rows):
        begin = 0
        for number, one in enumerate(row):
            end = begin + len(one.ids)
            ids[at, begin:end] = torch.tensor(one.ids)
            learnt = torch.tensor(one.learnt)
            learnt[0] = False  # nothing foretells the first token
            labels[at, begin:end] = torch.where(learnt, ids[at, begin:end], IGNORED)
            positions[at, begin:end] = torch.arange(len(one.ids))
            owner[at, begin:end] = number
            begin = end
    same = owner[:, None, :, None] == owner[:, None, None, :]
    causal = torch.tril(torch.ones(longest, longest, dtype=torch.bool))
    return Batch(ids, labels, positions, same & causal)
