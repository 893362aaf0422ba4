"""What the student is trained on: sentences with their parts, each part with the share of every label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.student.inputs import PAD, Read

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence whose parts begin at the tokens `begins` (the first at 0).

    `targets` (parts, labels) sum to 1 for each part, with -1 at labels that are no answers to what this row asks.
    """

    read: Read
    targets: Floats
    begins: tuple[int, ...] = (0,)
    starts: tuple[int, ...] = ()
    """Where the parts' own words start, after the words that join them (empty: at `begins`)."""
    knows_cuts: bool = True
    """False where nobody said whether the sentence has one need or more."""
    weight: float = 1.0
    """Of its loss."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as one row of tokens, an empty one between two sentences.

    ids (tokens, features); parts (parts, longest): places of tokens, then -1; targets (parts, labels); weights (parts,);
    cuts (tokens,): 1 where a need begins, 0 where none does, -1 where that is unknown or no question.
    """

    ids: npt.NDArray[np.int64]
    parts: npt.NDArray[np.int64]
    targets: Floats
    weights: Floats
    cuts: Floats


def batch(rows: Sequence[Row]) -> Batch:
    """Lay rows out one after the other. Every row must have a token."""
    used = max(int((row.read.ids != PAD).sum(axis=1).max()) for row in rows)
    tokens = sum(len(row.read.tokens) + 1 for row in rows)
    ids = np.full((tokens, max(used, 1)), PAD, dtype=np.int64)
    cuts = np.full(tokens, -1, dtype=np.float32)
    spans: list[tuple[int, int]] = []
    at = 0
    for row in rows:
        end = at + len(row.read.tokens)
        ids[at:end] = row.read.ids[:, : ids.shape[1]]
        if row.knows_cuts:
            cuts[at + 1 : end] = 0
            cuts[[at + begin for begin in row.begins[1:]]] = 1
        spans += [(at + begin, at + stop) for begin, stop in _spans(row)]
        at = end + 1
    parts = np.full((len(spans), max(end - start for start, end in spans)), -1, dtype=np.int64)
    for place, (start, end) in enumerate(spans):
        parts[place, : end - start] = np.arange(start, end)
    weights = [row.weight for row in rows for _ in row.begins]
    return Batch(ids, parts, np.concatenate([row.targets for row in rows]), np.array(weights, dtype=np.float32), cuts)


def _spans(row: Row) -> list[tuple[int, int]]:
    return list(zip(row.starts or row.begins, (*row.begins[1:], len(row.read.tokens)), strict=True))
