"""CTC heads in numpy: which phone each of the encoder's frames is (Graves et al. 2006), and its tone. Unit 0 is the blank.

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
class ToneHead:
    """A linear layer from the encoder's width to tones: `weight` (tones, width), `bias` (tones,); row i stands for tone i + 1."""

    weight: Scores
    bias: Scores


@dataclass(frozen=True, slots=True)
class PhoneHead:
    """A linear layer from the encoder's width to phones: `weight` (phones + 1, width), `bias` (phones + 1,); unit i stands for
    phones[i - 1]."""

    weight: Scores
    bias: Scores
    phones: tuple[str, ...]
    tone: ToneHead | None = None

    @classmethod
    def read(cls, folder: Path) -> PhoneHead | None:
        """The head of a model folder; none in models that were trained without one (OpenAI's)."""
        if not (folder / HEAD_FILE).exists():
            return None
        phones = tuple(json.loads((folder / PHONES_FILE).read_text(encoding="utf-8")))
        with np.load(folder / HEAD_FILE, allow_pickle=False) as found:
            names = ("weight", "bias", *(name for name in ("tone_weight", "tone_bias") if name in found))
            weight, bias, *tone = (found[name].astype(np.float32) for name in names)
            return cls(weight, bias, phones, ToneHead(*tone) if tone else None)

    def write(self, folder: Path) -> None:
        """Write the head in half precision and its phones."""
        weight, bias = self.weight.astype(np.float16), self.bias.astype(np.float16)
        if self.tone is None:
            np.savez(folder / HEAD_FILE, weight=weight, bias=bias)
        else:
            tone_weight, tone_bias = self.tone.weight.astype(np.float16), self.tone.bias.astype(np.float16)
            np.savez(folder / HEAD_FILE, weight=weight, bias=bias, tone_weight=tone_weight, tone_bias=tone_bias)
        (folder / PHONES_FILE).write_text(json.dumps(self.phones, ensure_ascii=False) + "\n", encoding="utf-8")

    def scores(self, encoded: Scores) -> Scores:
        """Log-probabilities of the units in each frame, (frames, phones + 1), of `encoded` (frames, width)."""
        return _log_softmax(encoded @ self.weight.T + self.bias)

    def tones(self, encoded: Scores) -> Scores | None:
        """How likely each tone is in each frame, (frames, tones), the first for tone 1; none in models that don't tell them."""
        return None if self.tone is None else np.exp(_log_softmax(encoded @ self.tone.weight.T + self.tone.bias))


def _log_softmax(logits: Scores) -> Scores:
    top = logits.max(axis=1, keepdims=True)
    normed: Scores = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    return normed


def best_path(scores: Scores) -> tuple[tuple[int, float], ...]:
    """The likeliest unit of each frame, repeats merged, blanks dropped, each with the score of its first frame."""
    units = scores.argmax(axis=1)
    kept = np.flatnonzero((units != BLANK) & (units != np.concatenate(([BLANK], units[:-1]))))
    return tuple((int(units[frame]), float(scores[frame, units[frame]])) for frame in kept)
