"""The tables of a bot's facts, as goals are drawn from them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Row = Mapping[str, str]


class GoalsError(ValueError):
    """A bot folder without the tables that goals are drawn from; the message names the file."""


@dataclass(frozen=True, slots=True)
class Tables:
    """prices.csv, features.csv and systems.csv of the bot's facts."""

    prices: tuple[Row, ...]
    features: tuple[Row, ...]
    systems: tuple[Row, ...]

    @classmethod
    def read(cls, bot: Path) -> Tables:
        """Raises GoalsError."""
        return cls(*(_table(bot / "facts" / f"{name}.csv") for name in ("prices", "features", "systems")))

    @property
    def amounts(self) -> frozenset[str]:
        """Every amount of yuan that a bot may name."""
        return frozenset(row[column] for row in self.prices for column in row if column.endswith("_yuan"))


def _table(file: Path) -> tuple[Row, ...]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return tuple(csv.DictReader(lines))
    except FileNotFoundError:
        raise GoalsError(
            f"{file}: goals are drawn from it, and it is not there; simulated customers need the sample's tables"
        ) from None
