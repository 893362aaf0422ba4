"""Connectionist temporal classification in numpy: what a CTC head reads off the encoder's frames (Graves 2006, Hannun 2014).

Units are token ids plus one; unit 0 is the blank. Scores are natural logarithms of probabilities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HEAD_FILE = "character_head.npz"
BLANK = 0
Scores = NDArray[np.float32]
_NEVER = -1e30


@dataclass(frozen=True, slots=True)
class CharacterHead:
    """A linear layer from the encoder's width to characters: `weight` (characters + 1, width), `bias` (characters + 1,)."""

    weight: Scores
    bias: Scores

    @classmethod
    def read(cls, folder: Path) -> CharacterHead | None:
        """The head of a model folder; none in models that were trained without one (OpenAI's)."""
        file = folder / HEAD_FILE
        if not file.exists():
            return None
        with np.load(file, allow_pickle=False) as found:
            return cls(found["weight"].astype(np.float32), found["bias"].astype(np.float32))

    def write(self, folder: Path) -> None:
        """Write the head in half precision."""
        np.savez(folder / HEAD_FILE, weight=self.weight.astype(np.float16), bias=self.bias.astype(np.float16))

    def scores(self, encoded: Scores) -> Scores:
        """Log-probabilities of the units in each frame, (frames, characters + 1), of `encoded` (frames, width)."""
        logits = encoded @ self.weight.T + self.bias
        top = logits.max(axis=1, keepdims=True)
        normed: Scores = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
        return normed


def best_path(scores: Scores) -> tuple[int, ...]:
    """The likeliest unit of each frame, repeats merged, blanks dropped, as token ids."""
    units = scores.argmax(axis=1)
    kept = (units != BLANK) & (units != np.concatenate(([BLANK], units[:-1])))
    return tuple(int(unit) - 1 for unit in units[kept])


def prefix_beam(scores: Scores, beam: int, per_frame: int = 6) -> list[tuple[int, ...]]:
    """The likeliest texts as token ids, best first, summed over their alignments; `per_frame` units are tried in each frame."""
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, _NEVER)}
    tried = np.argpartition(-scores, min(per_frame, scores.shape[1] - 1), axis=1)[:, :per_frame]
    for frame, units in zip(scores, tried, strict=True):
        grown: dict[tuple[int, ...], tuple[float, float]] = {}
        likely = [(int(unit), float(frame[unit])) for unit in units if unit != BLANK and frame[unit] > -7.0]
        blank = float(frame[BLANK])
        for text, (ends_blank, ends_unit) in beams.items():
            _grow(grown, text, (_add(ends_blank, ends_unit) + blank, _NEVER))
            for unit, score in likely:
                if text and text[-1] == unit:
                    _grow(grown, text, (_NEVER, ends_unit + score))
                    _grow(grown, (*text, unit), (_NEVER, ends_blank + score))
                else:
                    _grow(grown, (*text, unit), (_NEVER, _add(ends_blank, ends_unit) + score))
        ranked = sorted(grown.items(), key=lambda item: -_add(*item[1]))
        beams = dict(ranked[:beam])
    return [tuple(unit - 1 for unit in text) for text in beams]


def _grow(beams: dict[tuple[int, ...], tuple[float, float]], text: tuple[int, ...], ends: tuple[float, float]) -> None:
    had = beams.get(text)
    beams[text] = ends if had is None else (_add(had[0], ends[0]), _add(had[1], ends[1]))


def _add(one: float, other: float) -> float:
    """log(exp(one) + exp(other))."""
    high, low = (one, other) if one > other else (other, one)
    return high if low <= _NEVER / 2 else high + math.log1p(math.exp(low - high))


def text_scores(scores: Scores, texts: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Log-probability of each text (token ids) over all its alignments, (texts,), by the forward algorithm."""
    longest = max((len(text) for text in texts), default=0)
    states = np.full((len(texts), 2 * longest + 1), BLANK)
    for row, text in enumerate(texts):
        states[row, 1 : 2 * len(text) : 2] = np.asarray(text, dtype=np.int64) + 1
    skips = np.zeros_like(states, dtype=bool)
    skips[:, 2:] = (states[:, 2:] != BLANK) & (states[:, 2:] != states[:, :-2])
    forward = np.full(states.shape, _NEVER)
    forward[:, :2] = scores[0][states[:, :2]]
    for frame in scores[1:]:
        stay, step, skip = forward, _shifted(forward, 1), np.where(skips, _shifted(forward, 2), _NEVER)
        forward = np.logaddexp(np.logaddexp(stay, step), skip) + frame[states]
    ends = 2 * np.array([len(text) for text in texts], dtype=np.int64)
    rows = np.arange(len(texts))
    last_unit = np.where(ends > 0, forward[rows, np.maximum(0, ends - 1)], _NEVER)
    return np.asarray(np.logaddexp(forward[rows, ends], last_unit))


def _shifted(values: NDArray[np.float64], by: int) -> NDArray[np.float64]:
    return np.pad(values, ((0, 0), (by, 0)), constant_values=_NEVER)[:, : values.shape[1]]
