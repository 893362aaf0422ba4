"""Synthetic speech as a value, and the seam that every voice fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Speech:
    """Mono audio in [-1, 1], shape (n,), at `rate_hz`. Not `lasting`: a stand-in's, which is not to be kept for the next time."""

    samples: NDArray[np.float32]
    rate_hz: int
    lasting: bool = True

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz


class Voice(Protocol):
    """Text to speech. One sentence a call; called from several threads at once."""

    def synthesize(self, text: str) -> Speech:
        """Speak `text` (Hanzi, as the reply's speech form has it). Raises VoiceError when the engine is out of reach."""
        ...
