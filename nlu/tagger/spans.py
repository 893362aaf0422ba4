"""From scores of a linear-chain CRF to spans: exact marginals of every possible span, and the best set of spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
OUTSIDE = 0
"""The tags are: outside, then for each type the pair begin, inside; so a begin is odd and its inside follows it."""
_LONGEST = 24
"""Characters of the longest span that is looked at."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) are of the type with this index, with this probability under the model."""

    start: int
    end: int
    type: int
    probability: float


def begin(type_: int) -> int:
    """The tag of a type's first character."""
    return 1 + 2 * type_


def forbidden(types: int) -> npt.NDArray[np.bool_]:
    """(1 + tags, tags): transitions that no sentence has; the first row is that from the sentence's edge."""
    tags = 1 + 2 * types
    table = np.zeros((1 + tags, tags), dtype=np.bool_)
    for type_ in range(types):
        inside = begin(type_) + 1
        table[:, inside] = True
        table[[begin(type_) + 1, inside + 1], inside] = False
    return table


def span_marginals(emissions: Floats, transitions: Floats) -> tuple[Span, ...]:
    """Every span with a probability above 1 %, by the forward-backward algorithm.

    `emissions` are (characters, tags), `transitions` (1 + tags, tags) with -inf where forbidden; both are logarithms.
    """
    size, tags = emissions.shape
    if not size:
        return ()
    forward, backward = _forward(emissions, transitions), _backward(emissions, transitions)
    total = _logsumexp(forward[-1], 0)
    begins, insides = np.arange(1, tags, 2), np.arange(2, tags, 2)
    inner = transitions[1:]
    leave = _leaving(emissions, inner, backward, insides)
    path, last, found = forward[:, begins], begins, []
    for length in range(1, min(size, _LONGEST) + 1):
        starts = size - length + 1
        probability = np.exp(path[:starts] + leave[length - 1 :, last] - total)
        rows, types = np.nonzero(probability > 0.01)
        found += [
            Span(at, at + length, type_, float(probability[at, type_]))
            for at, type_ in zip(rows.tolist(), types.tolist(), strict=True)
        ]
        path = path[: starts - 1] + inner[last, insides] + emissions[length:, insides]
        last = insides
    return tuple(found)


def best_spans(spans: Sequence[Span], threshold: float) -> tuple[Span, ...]:
    """The spans without overlap that hold the most probability above `threshold` each, left to right."""
    ordered = sorted((span for span in spans if span.probability > threshold), key=lambda span: span.end)
    gains: list[float] = [0.0]
    choices: list[tuple[Span, ...]] = [()]
    for at, span in enumerate(ordered):
        before = max(index for index in range(at + 1) if not index or ordered[index - 1].end <= span.start)
        gain = gains[before] + span.probability - threshold
        better = gain > gains[-1]
        choices.append((*choices[before], span) if better else choices[-1])
        gains.append(max(gain, gains[-1]))
    return choices[-1]


def _forward(emissions: Floats, transitions: Floats) -> Floats:
    rows = [transitions[0] + emissions[0]]
    for row in emissions[1:]:
        rows.append(_logsumexp(rows[-1][:, None] + transitions[1:], 0) + row)
    return np.array(rows)


def _backward(emissions: Floats, transitions: Floats) -> Floats:
    rows = [np.zeros(emissions.shape[1])]
    for row in emissions[:0:-1]:
        rows.append(_logsumexp(transitions[1:] + (row + rows[-1])[None], 1))
    return np.array(rows[::-1])


def _leaving(emissions: Floats, inner: Floats, backward: Floats, insides: npt.NDArray[np.int64]) -> Floats:
    """(characters, tags): all that may follow a span whose last character this is, with this tag."""
    size, tags = emissions.shape
    leave = np.zeros((size, tags))
    closed = inner.copy()
    closed[insides, insides] = -np.inf
    closed[insides - 1, insides] = -np.inf
    for at in range(size - 1):
        leave[at] = _logsumexp(closed + (emissions[at + 1] + backward[at + 1])[None], 1)
    return leave


def _logsumexp(values: Floats, axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        summed = np.log(np.exp(values - top).sum(axis=axis))
    return np.asarray(summed + np.squeeze(top, axis))
