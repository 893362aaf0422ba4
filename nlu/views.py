"""What a trained encoder says of a sentence, as the linear models take it: shares of known meanings for every part of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class View(Protocol):
    """A sentence as encoders see it, by its words (tokens without punctuation)."""

    def parts(self, cuts: Sequence[int]) -> Floats:
        """Every part between two cuts, (cuts, cuts, meanings), in [0, 1]; where i >= j the values mean nothing."""
        ...

    def cut_odds(self) -> Floats:
        """Log-odds that a need begins at each word, (words,); that of the first means nothing."""
        ...

    def part(self, start: int, end: int) -> View:
        """The words [start, end) as a sentence of their own."""
        ...


class Viewer(Protocol):
    """Text to its view. Thread safe; a sentence takes a millisecond or less."""

    def see(self, text: str) -> View:
        """The view of a sentence, which has a word at least."""
        ...
