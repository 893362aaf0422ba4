"""What a simulated customer wants, drawn from a bot's tables; the right answers are worked out here, from the tables alone.

Agenda-based simulation (Schatzmann et al. 2007): a goal is a list of needs, each with what its answer must say. Nothing of the
bot's rules, policies or actions is imported: the same mistake would else be made on both sides.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from synth_data.callers.tables import GoalsError, Row, Tables

Style = Literal["cmn", "yue", "cmn-sichuan", "cmn-dongbei", "cmn-zhongyuan", "cmn-wu"]
Period = Literal["month", "year"]
Kind = Literal["price", "change", "another", "back", "cheaper", "vague", "feature", "integration", "discount", "trial"]

STYLES: tuple[Style, ...] = ("cmn", "cmn", "cmn", "yue", "cmn-sichuan", "cmn-wu", "cmn-dongbei", "cmn-zhongyuan")
SIZES = ("concurrency", "cpu_cores", "memory_gb", "storage_gb")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
ABROAD = "hongkong"
"""A city with rows of its own, to which nobody moves in passing."""
MOST_NEEDS = 6
"""More than that nobody settles in twelve turns with name and telephone number."""

__all__ = ["Goal", "GoalsError", "Need", "Period", "Style", "Tables", "Wish", "draw_goals"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A product as a customer thinks of it. `sizes` are the least figures that will do; `region` may be empty."""

    product: str
    sizes: Mapping[str, int]
    region: str = ""
    period: Period = "month"

    def row(self, prices: Sequence[Row]) -> Row | None:
        """The cheapest row that has all of it."""
        fitting = [row for row in prices if self.fits(row)]
        return min(fitting, key=_price) if fitting else None

    def fits(self, row: Row) -> bool:
        if row["product_type"] != self.product or (self.region and self.region not in row["region"].split("|")):
            return False
        return all(row[size] and float(row[size]) >= least for size, least in self.sizes.items())


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to be told. `says` are texts of which the answer must hold all; where there are several right answers, all the
    texts of one of `or_says` will do. `wish` and `topic` are what is asked about.

    `stumble` is what the customer says first, by mistake, before putting it right in the same breath.
    """

    kind: Kind
    says: tuple[str, ...]
    wish: Wish | None = None
    topic: str = ""
    or_says: tuple[tuple[str, ...], ...] = ()
    stumble: Wish | None = None

    def told_by(self, reply: str) -> bool:
        """Whether the bot's words answer it rightly."""
        return any(all(text in reply for text in texts) for texts in (self.says, *self.or_says))


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


def draw_goals(tables: Tables, count: int, seed: int = 0) -> tuple[Goal, ...]:
    """So many customers, each from the seed and its own number: the first 100 of 500 are the 100 of a smaller draw."""
    return tuple(_goal(tables, number, random.Random(f"{seed}-{number}")) for number in range(count))


def _goal(tables: Tables, number: int, rng: random.Random) -> Goal:
    wish = _wish(tables, rng)
    asked = [_topic("feature", row) for row in rng.sample(tables.features, rng.choice((0, 0, 1, 1, 2)))]
    asked += [_topic("integration", row) for row in rng.sample(tables.systems, rng.choice((0, 1, 1)))]
    rng.shuffle(asked)
    first = _first(wish, tables, rng)
    further = [] if first.kind == "vague" else _further(wish, tables, rng)
    needs = [first, *asked, *further]
    if rng.random() < 0.2:
        needs.append(Need("discount", ("包年",)))
    if rng.random() < 0.15:
        needs.append(Need("trial", ("试用",)))
    return Goal(
        number=number,
        style=rng.choice(STYLES),
        needs=tuple(needs[:MOST_NEEDS]),
        compound_first=len(needs) > 1 and rng.random() < 0.5,
        leaves_contact=rng.random() < 0.7,
        name=rng.choice(SURNAMES) + rng.choice(("先生", "女士")),
        phone=f"1{rng.choice('3578')}{rng.randrange(10**9):09d}",
        silent_turn=rng.randrange(2, 6) if rng.random() < 0.1 else 0,
    )


def _first(wish: Wish, tables: Tables, rng: random.Random) -> Need:
    """The price of the product; one in twelve does not know what size, one in twelve says another size first."""
    luck = rng.random()
    if luck < 0.08:
        rows = [row for row in tables.prices if row["product_type"] == wish.product]
        return Need("vague", _told(rows[0], wish.period), replace(wish, sizes={}, region=""), or_says=_either(rows))
    need = _priced("price", wish, tables)
    others = _larger(wish, tables)
    return replace(need, stumble=rng.choice(others)) if luck > 0.92 and others else need


def _further(wish: Wish, tables: Tables, rng: random.Random) -> list[Need]:
    """What comes of the first answer: a change of mind, or another configuration beside it and perhaps back to the first."""
    luck = rng.random()
    if luck < 0.4:
        changed = _changed(wish, tables, rng)
        return [] if changed is None else [_priced("change", changed, tables)]
    if luck < 0.55:
        other = _other(wish, tables, rng)
        if other is None:
            return []
        back = _priced("back", replace(wish, period="year" if wish.period == "month" else "month"), tables)
        return [_priced("another", other, tables), *([back] if rng.random() < 0.5 else [])]
    if luck < 0.65:
        row = wish.row(tables.prices)
        cheaper = [one for one in tables.prices if row and replace(wish, sizes={}).fits(one) and _price(one) < _price(row)]
        return [Need("cheaper", _told(cheaper[0], wish.period), wish, or_says=_either(cheaper))] if cheaper else []
    return []


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
    """The wish with figures raised or lowered, the city changed or the period turned; only what leads to a row."""
    other: Period = "year" if wish.period == "month" else "month"
    options = [replace(wish, period=other), *_larger(wish, tables), *_smaller(wish, tables)]
    if wish.region and wish.region != ABROAD:
        cities = {city for row in tables.prices for city in row["region"].split("|")}
        options += [replace(wish, region=city) for city in sorted(cities - {wish.region, ABROAD})[:2]]
    options = [option for option in options if option.row(tables.prices) is not None]
    return rng.choice(options) if options else None


def _larger(wish: Wish, tables: Tables) -> list[Wish]:
    """The wish with one figure raised to that of a larger row; cores and memory go up together."""
    rows = sorted((row for row in tables.prices if replace(wish, sizes={}).fits(row)), key=_price)
    found = [row for row in rows if all(row[size] and int(row[size]) > least for size, least in wish.sizes.items())]
    return [replace(wish, sizes={size: int(row[size]) for size in wish.sizes}) for row in found[:2] if wish.sizes]


def _smaller(wish: Wish, tables: Tables) -> list[Wish]:
    rows = sorted((row for row in tables.prices if replace(wish, sizes={}).fits(row)), key=_price)
    found = [row for row in rows if all(row[size] and int(row[size]) < least for size, least in wish.sizes.items())]
    return [replace(wish, sizes={size: int(row[size]) for size in wish.sizes}) for row in found[-1:] if wish.sizes]


def _other(wish: Wish, tables: Tables, rng: random.Random) -> Wish | None:
    """A second configuration: another size of the same, or another product; paid by the same period, in the same city."""
    if rng.random() < 0.5:
        same = _larger(wish, tables) + _smaller(wish, tables)
        return rng.choice(same) if same else None
    drawn = replace(_wish(tables, rng), region=wish.region, period=wish.period)
    return drawn if drawn.product != wish.product and drawn.row(tables.prices) is not None else None


def _priced(kind: Kind, wish: Wish, tables: Tables) -> Need:
    row = wish.row(tables.prices)
    if row is None:
        raise GoalsError(f"prices.csv: no row has {wish}")
    return Need(kind, _told(row, wish.period), wish)


def _told(row: Row, period: Period) -> tuple[str, ...]:
    return (row["name"], f"{row[f'price_{period}_yuan']}元")


def _either(rows: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    """Any of these rows, with either price."""
    return tuple(_told(row, period) for row in rows for period in ("month", "year"))


def _price(row: Row) -> float:
    return float(row["price_month_yuan"])


def _topic(kind: Literal["feature", "integration"], row: Row) -> Need:
    return Need(kind, (row["answer"],), topic=row["id"])
