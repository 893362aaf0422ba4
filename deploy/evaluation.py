"""Measuring a model on a labelled file, one function a task; the figures are those of each task's own report."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Progress = Callable[[str], None]


class EvaluationError(ValueError):
    """There is nothing to measure with."""


@dataclass(frozen=True, slots=True)
class Report:
    """`figures` for --json; `errors` are what went wrong, for people. (Any: each task has figures of its own.)"""

    figures: Mapping[str, Any]
    errors: Sequence[str] = ()

    def lines(self, errors: int) -> list[str]:
        """The report to be printed, with so many of its errors."""
        shown = [f"{name:<18}{_shown(value)}" for name, value in self.figures.items()]
        return [*shown, *(f"  {error}" for error in self.errors[:errors])]


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, Mapping):
        return "  ".join(f"{name} {_shown(part)}" for name, part in value.items())
    return str(value)
