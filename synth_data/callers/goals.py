"""What a simulated customer wants, drawn from a bot's tables; the right answers are worked out here, from the tables alone.

Agenda-based simulation (Schatzmann et al. 2007): a goal is a list of needs, each with what its answer must say. Nothing of the
bot's rules, policies or actions is imported: the same mistake would else be made on both sides.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

Row = Mapping[str, str]
Style = Literal["cmn", "yue", "cmn-sichuan", "cmn-wu"]
Period = Literal["month", "year"]

STYLES: tuple[Style, ...] = ("cmn", "cmn", "yue", "cmn-sichuan", "cmn-wu")
SIZES = ("concurrency", "cpu_cores", "memory_gb", "storage_gb")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙"


class GoalsError(ValueError):
    """A bot folder without the tables that goals are drawn from; the message names the file."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A product as a customer thinks of it. `sizes` are the least figures that will do; `region` may be empty."""

    product: str
    sizes: Mapping[str, int]
    region: str = ""
    period: Period = "month"

    def row(self, prices: Sequence[Row]) -> Row | None:
        """The cheapest row that has it all; None when no row does."""
        fitting = [row for row in prices if self._fits(row)]
        return min(fitting, key=lambda row: float(row["price_month_yuan"])) if fitting else None

    def _fits(self, row: Row) -> bool:
        if row["product_type"] != self.product or (self.region and self.region not in row["region"].split("|")):
            return False
        return all(row[size] and float(row[size]) >= least for size, least in self.sizes.items())


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to be told. `says` are texts of which the answer must hold all; `wish`, `topic` are what is asked about."""

    kind: Literal["price", "change", "feature", "integration", "discount", "trial"]
    says: tuple[str, ...]
    wish: Wish | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """A customer. `silent_turn` is the turn (from 1) at which nothing is said; 0 for none."""

    number: int
    style: Style
    needs: tuple[Need, ...]
    compound_first: bool
    leaves_contact: bool
    name: str
    phone: str
    silent_turn: int = 0


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


def draw_goals(tables: Tables, count: int, seed: int = 0) -> tuple[Goal, ...]:
    """So many customers, each from the seed and its own number: the first 100 of 500 are the 100 of a smaller draw."""
    return tuple(_goal(tables, number, random.Random(f"{seed}-{number}")) for number in range(count))


def _goal(tables: Tables, number: int, rng: random.Random) -> Goal:
    wish = _wish(tables, rng)
    needs = [_priced("price", wish, tables)]
    asked = [_topic("feature", row) for row in rng.sample(tables.features, rng.choice((0, 0, 1, 1, 2)))]
    asked += [_topic("integration", row) for row in rng.sample(tables.systems, rng.choice((0, 1, 1)))]
    rng.shuffle(asked)
    needs += asked
    changed = _changed(wish, tables, rng) if rng.random() < 0.45 else None
    if changed is not None:
        needs.append(_priced("change", changed, tables))
    if rng.random() < 0.2:
        needs.append(Need("discount", ("包年",)))
    if rng.random() < 0.15:
        needs.append(Need("trial", ("试用",)))
    return Goal(
        number=number,
        style=rng.choice(STYLES),
        needs=tuple(needs),
        compound_first=bool(asked) and rng.random() < 0.5,
        leaves_contact=rng.random() < 0.7,
        name=rng.choice(SURNAMES) + rng.choice(("先生", "女士")),
        phone=f"1{rng.choice('3578')}{rng.randrange(10**9):09d}",
        silent_turn=rng.randrange(2, 6) if rng.random() < 0.08 else 0,
    )


def _wish(tables: Tables, rng: random.Random) -> Wish:
    row = rng.choice(tables.prices)
    known = [size for size in SIZES if row[size]]
    if row["concurrency"] and rng.random() < 0.5:
        named = ["concurrency"]
    elif row["cpu_cores"]:
        named = ["cpu_cores", "memory_gb"]
    else:
        named = known[:1]
    regions = row["region"].split("|")
    abroad = len(regions) == 1
    region = rng.choice(regions) if abroad or rng.random() < 0.3 else ""
    return Wish(row["product_type"], {size: int(row[size]) for size in named}, region, rng.choice(("month", "year")))


def _changed(wish: Wish, tables: Tables, rng: random.Random) -> Wish | None:
    """The wish with one figure raised or the period turned; only what leads to a row, and to another answer."""
    other: Period = "year" if wish.period == "month" else "month"
    options = [replace(wish, period=other)]
    rows = [row for row in tables.prices if row["product_type"] == wish.product]
    for size, least in wish.sizes.items():
        larger = sorted({int(row[size]) for row in rows if row[size] and int(row[size]) > least})
        options += [replace(wish, sizes={**wish.sizes, size: value}) for value in larger[:2]]
    options = [option for option in options if option.row(tables.prices) is not None]
    return rng.choice(options) if options else None


def _priced(kind: Literal["price", "change"], wish: Wish, tables: Tables) -> Need:
    row = wish.row(tables.prices)
    if row is None:
        raise GoalsError(f"prices.csv: no row has {wish}")
    return Need(kind, (row["name"], f"{row[f'price_{wish.period}_yuan']}元"), wish)


def _topic(kind: Literal["feature", "integration"], row: Row) -> Need:
    return Need(kind, (row["answer"],), topic=row["id"])


def _table(file: Path) -> tuple[Row, ...]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return tuple(csv.DictReader(lines))
    except FileNotFoundError:
        raise GoalsError(
            f"{file}: goals are drawn from it, and it is not there; simulated customers need the sample's tables"
        ) from None
