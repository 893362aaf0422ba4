"""Hearing a turn while it is still being spoken: what is settled of it, and what may be told of it.

A turn is read again and again as it grows. Stretches that ended in a pause are settled and never read twice, so the last pass,
when the turn is over, has only its end to do. Of what is heard, the part that two passes in a row agree on is committed
(LocalAgreement-2: Liu et al. 2020; Macháček et al. 2023).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from asr.reading import Window
from asr.transcript import SAMPLE_RATE_HZ, Samples, Transcript

SETTLED_S = 1.0
"""So much sound must follow a stretch before it is settled: the next words may still move the place where it is cut."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What was made of a turn so far. The first `settled` samples gave `windows` (one that nobody spoke in gives none) and will
    not be read again."""

    transcript: Transcript
    settled: int = 0
    windows: tuple[Window, ...] = ()


@runtime_checkable
class Following(Protocol):
    """A recogniser that can go on from what it made of a turn's beginning."""

    def follow(self, samples: Samples, before: Followed | None = None) -> Followed:
        """Hear all of `samples`, of which `before` was the beginning; never raises on silence or noise."""
        ...


def settles(cuts: list[Samples], beyond: int = int(SETTLED_S * SAMPLE_RATE_HZ)) -> int:
    """How many of the windows that a turn was cut into are settled: those with `beyond` samples or more after them."""
    after, count = sum(len(cut) for cut in cuts), 0
    for cut in cuts[:-1]:
        after -= len(cut)
        if after < beyond:
            break
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class Partial:
    """The words of a turn under way: `committed` stand, `tentative` may still change."""

    committed: str = ""
    tentative: str = ""

    @property
    def text(self) -> str:
        return self.committed + self.tentative


def agree(before: Partial, heard: str) -> Partial:
    """One pass further: committed is what this pass and the one before both begin with. What was committed stays so, even where
    this pass reads it differently."""
    common = _beginning(before.text, heard)
    committed = common if common.startswith(before.committed) else before.committed
    return Partial(committed, heard[len(committed) :])


def _beginning(one: str, other: str) -> str:
    """What both begin with."""
    same = next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other))
    )
    return one[:same]
