"""Which dialect is spoken: a linear layer over how a stretch of speech sounds and over the characters that were read in it.

Sounds are the encoder's frames and the phones that its head finds in them; 咋个 and 嘅 tell what sounds leave open. The head is
fitted on the frozen encoder (asr.training.dialect_head) and lies beside the model as dialect_head.npz.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asr.ctc import BLANK, Scores

HEAD_FILE = "dialect_head.npz"


@dataclass(frozen=True, slots=True)
class DialectHead:
    """`sound` (dialects, features of `pooled`), `bias` (dialects,), `words` (dialects, characters): row i stands for codes[i],
    column j of `words` for characters[j]. Fitted with all dialects equally frequent."""

    codes: tuple[str, ...]
    sound: Scores
    bias: Scores
    characters: str
    words: Scores
    _columns: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_columns", {character: column for column, character in enumerate(self.characters)})

    @classmethod
    def read(cls, folder: Path) -> DialectHead | None:
        """The head of a model folder; none where it has none."""
        file = folder / HEAD_FILE
        if not file.exists():
            return None
        with np.load(file, allow_pickle=False) as found:
            codes = tuple(str(code) for code in found["codes"])
            sound, bias, words = (found[name].astype(np.float32) for name in ("sound", "bias", "words"))
            return cls(codes, sound, bias, str(found["characters"]), words)

    def write(self, folder: Path) -> None:
        """Write dialect_head.npz, weights in half precision."""
        sound, bias, words = (one.astype(np.float16) for one in (self.sound, self.bias, self.words))
        np.savez(
            folder / HEAD_FILE,
            codes=np.array(self.codes),
            sound=sound,
            bias=bias,
            characters=np.array(self.characters),
            words=words,
        )

    def odds(self, heard: Scores, text: str = "") -> dict[str, float]:
        """How likely each dialect is, by `heard` (what `pooled` gives) and the text read; they sum to 1."""
        logits = (self.sound @ heard + self.bias).astype(np.float64)
        columns = [self._columns[character] for character in set(text) if character in self._columns]
        logits += self.words[:, columns].sum(axis=1)
        likely: NDArray[np.float64] = np.exp(logits - logits.max())
        likely /= likely.sum()
        return {code: float(value) for code, value in zip(self.codes, likely, strict=True)}


def pooled(frames: Scores, scores: Scores) -> Scores:
    """What a stretch sounds like as a whole, (2 * width + units,): the mean of the encoder's frames (n, width) where phones are,
    their spread, and how much of each unit there is, by the phone head's log-probabilities (n, units)."""
    shares = np.exp(scores)
    weights = 1.0 - shares[:, BLANK]
    mean = weights @ frames / max(float(weights.sum()), 1e-6)
    whole: Scores = np.concatenate([mean, frames.std(axis=0), shares.mean(axis=0)]).astype(np.float32)
    return whole
