"""A CTC head in numpy: which phone each of the encoder's frames is (Graves et al. 2006). Unit 0 is the blank.

Scores are natural logarithms of probabilities.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HEAD_FILE = "phone_head.npz"
PHONES_FILE = "phones.json"
BLANK = 0
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PhoneHead:
    """A linear layer from the encoder's width to phones: `weight` (phones + 1, width), `bias` (phones + 1,); unit i stands for
    phones[i - 1]."""

    weight: Scores
    bias: Scores
    phones: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path) -> PhoneHead | None:
        """The head of a model folder; none in models that were trained without one (OpenAI's)."""
        if not (folder / HEAD_FILE).exists():
            return None
        phones = tuple(json.loads((folder / PHONES_FILE).read_text(encoding="utf-8")))
        with np.load(folder / HEAD_FILE, allow_pickle=False) as found:
            return cls(found["weight"].astype(np.float32), found["bias"].astype(np.float32), phones)

    def write(self, folder: Path) -> None:
        """Write the head in half precision and its phones."""
        np.savez(folder / HEAD_FILE, weight=self.weight.astype(np.float16), bias=self.bias.astype(np.float16))
        (folder / PHONES_FILE).write_text(json.dumps(self.phones, ensure_ascii=False) + "\n", encoding="utf-8")

    def scores(self, encoded: Scores) -> Scores:
        """Log-probabilities of the units in each frame, (frames, phones + 1), of `encoded` (frames, width)."""
        logits = encoded @ self.weight.T + self.bias
        top = logits.max(axis=1, keepdims=True)
        normed: Scores = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
        return normed


def best_path(scores: Scores) -> tuple[tuple[int, float], ...]:
    """The likeliest unit of each frame, repeats merged, blanks dropped, each with the score of its first frame."""
    units = scores.argmax(axis=1)
    kept = np.flatnonzero((units != BLANK) & (units != np.concatenate(([BLANK], units[:-1]))))
    return tuple((int(units[frame]), float(scores[frame, units[frame]])) for frame in kept)
