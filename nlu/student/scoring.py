"""Scores of any parts of a sentence, from what the network says of its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.student.phrases import BEGINS, CUTS, ENDS, length_class

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """How tokens become scores of labels.

    Deep: `weights` (labels, 2 * width) and `bias` over pooled hidden states. Linear: `lengths`, `wide_bias` and `cut_bias`
    (see nlu.student.wide), None in a model without. A score is the linear margin plus `deep` times the deep score.
    """

    weights: Floats
    bias: Floats
    lengths: Floats | None = None
    wide_bias: Floats | None = None
    cut_bias: float | None = None
    deep: float = 1.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """The networks' output for one sentence: `hidden` (tokens, width) and `attention` (tokens, networks) side by side.

    `plain` is (tokens, labels), `wide` (tokens, phrases.KINDS, labels + 2).
    """

    hidden: Floats
    attention: Floats
    plain: Floats
    wide: Floats | None = None


def score(tokens: Tokens, head: Head, spans: Sequence[tuple[int, int]]) -> Floats:
    """Margins of the parts [start, end) in tokens, (parts, labels). No span may be empty."""
    result: Floats = np.zeros((len(spans), len(head.bias)), dtype=np.float32)
    if tokens.wide is not None and head.lengths is not None and head.wide_bias is not None:
        sums = np.array([_wide_sum(tokens.wide, head.lengths, start, end) for start, end in spans])
        result += sums[:, :-2] / np.sqrt(np.maximum(sums[:, -1:], 1e-6)) + head.wide_bias
    if head.deep:
        pooled = np.stack([_pooled(tokens.hidden[start:end], tokens.attention[start:end]) for start, end in spans])
        plain = np.stack([tokens.plain[start:end].sum(axis=0) / np.sqrt(end - start) for start, end in spans])
        result += np.float32(head.deep) * (pooled @ head.weights.T + head.bias + plain)
    return result


def cut_odds(tokens: Tokens, head: Head) -> Floats | None:
    """Log-odds that a need begins at each token, (tokens,); None where the linear part knows nothing of cuts."""
    if tokens.wide is None or head.cut_bias is None:
        return None
    odds: Floats = tokens.wide[:, CUTS, -2] + np.float32(head.cut_bias)
    return odds


def _wide_sum(wide: Floats, lengths: Floats, start: int, end: int) -> Floats:
    result: Floats = wide[start, BEGINS] + wide[end - 1, ENDS] + lengths[length_class(end - start)]
    for reach in range(BEGINS):
        result = result + wide[start + reach : end, reach].sum(axis=0)
    return result


def _pooled(hidden: Floats, attention: Floats) -> Floats:
    weights = np.exp(attention - attention.max(axis=0))
    weights /= weights.sum(axis=0)
    apart = hidden.reshape(*attention.shape, -1)
    mean = (weights[:, :, None] * apart).sum(axis=0).ravel()
    return np.concatenate([hidden.max(axis=0), mean])
