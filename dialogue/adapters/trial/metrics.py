"""What is measured of the conversations of a trial, and how much worse they may get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured of a conversation: a `share` is yes or no, a `mean` a number, a `rate` how many of the model's replies.

    `worse` says which way harm lies.
    """

    kind: Literal["share", "mean", "rate"]
    worse: Literal["higher", "lower"]
    about: str
    logarithm: bool = False
    """Held against each other as logarithms: times have a long tail."""


METRICS = {
    "hand_over": Metric("share", "higher", "conversations handed to a person"),
    "guard": Metric("rate", "higher", "replies that the guard stopped"),
    "error": Metric("rate", "higher", "replies that the model failed to give"),
    "latency_ms": Metric("mean", "higher", "time to the first sentence of the model", logarithm=True),
    "style": Metric("mean", "lower", "score of the house style"),
    "satisfaction": Metric("mean", "lower", "satisfaction, 1 to 5"),
    "conversion": Metric("share", "lower", "conversations that left a lead"),
}


@dataclass(frozen=True, slots=True)
class HarmLimit:
    """How one metric is watched. `alpha` is the chance of a false alarm over the whole trial, 0: it is only reported. Nothing is
    rolled back while the difference is below `at_least`, in the metric's own unit."""

    alpha: float
    at_least: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.alpha < 0.5:
            raise ValueError(f"'alpha' must be 0 or more and below 0.5, got {self.alpha}")
        if self.at_least < 0.0:
            raise ValueError(f"'at_least' must be 0 or more, got {self.at_least}")


LIMITS: Mapping[str, HarmLimit] = {
    "hand_over": HarmLimit(0.029),
    "guard": HarmLimit(0.006),
    "error": HarmLimit(0.0005, 0.005),
    "latency_ms": HarmLimit(0.0005, 50.0),
    "style": HarmLimit(0.0005, 0.01),
    "satisfaction": HarmLimit(0.0005, 0.1),
    "conversion": HarmLimit(0.0005, 0.005),
}
"""3.75 % in all. A hand-over says one yes or no a conversation: 300 conversations show 10 points more of it in 95 % of the cases
only if most of the chance is given to it (docs/adapters.md). Replies come by the dozen, and numbers say more than yes or no."""


@dataclass(frozen=True, slots=True)
class Plan:
    """By when harm of the size that matters is to be found, in conversations of the trial, and what counts as harm."""

    decide_by: int = 300
    harm: Mapping[str, HarmLimit] = field(default_factory=lambda: dict(LIMITS))
