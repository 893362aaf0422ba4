"""Where in a sentence each of its needs lies, from the scores of single tokens; pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from nlu.lora.settling import Floats

_MOST = 5
"""More needs than this in one sentence are not put in order: 120 orders are tried for five."""


def in_order(scores: Floats) -> tuple[list[int], list[int]]:
    """How to cut tokens into one run a need, each run the need's whose scores there are highest.

    `scores` (tokens, needs). Returns the needs in spoken order, and the first token of each run.
    """
    tokens, needs = scores.shape
    if needs <= 1 or tokens < needs or needs > _MOST:
        return list(range(needs)), [0] * needs
    sums = np.concatenate([np.zeros((1, needs), dtype=np.float32), np.cumsum(scores - scores.mean(1, keepdims=True), axis=0)])
    cuts = ((order, *_cut(sums, order)) for order in permutations(range(needs)))
    order, _, begins = max(cuts, key=lambda cut: cut[1])
    return list(order), begins


def _cut(sums: Floats, order: Sequence[int]) -> tuple[float, list[int]]:
    """The best cuts for needs in this order (dynamic programming); every run has a token at least."""
    tokens = len(sums) - 1
    value = np.full(tokens + 1, -np.inf)
    value[0] = 0.0
    came: list[list[int]] = []
    for need in order:
        after = np.full(tokens + 1, -np.inf)
        source = [0] * (tokens + 1)
        top, at = -np.inf, 0
        for end in range(1, tokens + 1):
            begun = value[end - 1] - sums[end - 1, need]
            if begun > top:
                top, at = begun, end - 1
            after[end], source[end] = top + sums[end, need], at
        value = after
        came.append(source)
    begins: list[int] = []
    end = tokens
    for source in reversed(came):
        end = source[end]
        begins.insert(0, end)
    return float(value[tokens]), begins
