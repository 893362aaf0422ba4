"""The running mean of the trained weights (Polyak and Juditsky 1992), steadier than the last ones.

Importing this module imports torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch

_WARM = 10
"""Early means forget faster: after n updates the decay is (1 + n) / (10 + n) at most."""


@dataclass(frozen=True, slots=True)
class RunningMean:
    """Of some named parameters; `means` is changed in place. `decay` is the share of the old mean in the next, below 1."""

    parameters: tuple[tuple[str, torch.nn.Parameter], ...]
    decay: float
    means: Mapping[str, torch.Tensor]

    @classmethod
    def of(
        cls, parameters: Sequence[tuple[str, torch.nn.Parameter]], decay: float, before: Mapping[str, torch.Tensor] | None = None
    ) -> RunningMean:
        """From the present weights, or from the means that a checkpoint kept."""
        start = {name: one.detach().clone() if before is None else before[name].to(one) for name, one in parameters}
        return cls(tuple(parameters), decay, start)

    def update(self, updates: int) -> None:
        """Take the present weights in, after so many updates."""
        decay = min(self.decay, (1 + updates) / (_WARM + updates))
        with torch.no_grad():
            for name, parameter in self.parameters:
                self.means[name].lerp_(parameter.detach().to(self.means[name]), 1 - decay)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Inside, the parameters are their means."""
        present = [parameter.detach().clone() for _, parameter in self.parameters]
        for name, parameter in self.parameters:
            parameter.data.copy_(self.means[name])
        try:
            yield
        finally:
            for value, (_, parameter) in zip(present, self.parameters, strict=True):
                parameter.data.copy_(value)
