"""What a recogniser hands on: the one type that the rest of the program knows of asr."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
"""The rate of all audio inside the program; Whisper's and Silero's own rate."""

Samples = NDArray[np.float32]
"""Mono audio in [-1, 1] at SAMPLE_RATE_HZ, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One other reading of the same audio; `score` is a mean log-probability, <= 0."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """One utterance as heard. `confidence` is in [0, 1]; `dialect` is a code of asr.dialects; an empty text: silence.
    `dialects`: how likely each is by the sound of this utterance alone, likeliest first; empty where it cannot be told."""

    text: str
    dialect: str
    confidence: float
    alternatives: tuple[Alternative, ...] = ()
    dialects: tuple[tuple[str, float], ...] = ()


class Recogniser(Protocol):
    """Speech to text. Called from several threads at once."""

    def transcribe(self, samples: Samples) -> Transcript:
        """Hear one turn; never raises on silence or noise."""
        ...
