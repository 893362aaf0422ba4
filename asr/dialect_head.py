"""Which dialect is spoken, by the encoder's frames: a linear layer over their mean and spread in a stretch of speech.

The head is fitted by asr.training.dialect_head on the frozen encoder, and lies beside the model as dialect_head.npz.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asr.ctc import Scores

HEAD_FILE = "dialect_head.npz"


@dataclass(frozen=True, slots=True)
class DialectHead:
    """`weight` (dialects, 2 * width), `bias` (dialects,); row i stands for codes[i]. Fitted with all equally frequent."""

    weight: Scores
    bias: Scores
    codes: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path) -> DialectHead | None:
        """The head of a model folder; none where it has none."""
        file = folder / HEAD_FILE
        if not file.exists():
            return None
        with np.load(file, allow_pickle=False) as found:
            codes = tuple(str(code) for code in found["codes"])
            return cls(found["weight"].astype(np.float32), found["bias"].astype(np.float32), codes)

    def write(self, folder: Path) -> None:
        """Write dialect_head.npz."""
        np.savez(folder / HEAD_FILE, weight=self.weight, bias=self.bias, codes=np.array(self.codes))

    def odds(self, encoded: Scores) -> dict[str, float]:
        """How likely each dialect is, by `encoded` (frames, width); they sum to 1."""
        logits = (self.weight @ pooled(encoded) + self.bias).astype(np.float64)
        likely: NDArray[np.float64] = np.exp(logits - logits.max())
        likely /= likely.sum()
        return {code: float(value) for code, value in zip(self.codes, likely, strict=True)}


def pooled(encoded: Scores) -> Scores:
    """Mean and standard deviation of the frames (frames, width): (2 * width,)."""
    both: Scores = np.concatenate([encoded.mean(axis=0), encoded.std(axis=0)]).astype(np.float32)
    return both
