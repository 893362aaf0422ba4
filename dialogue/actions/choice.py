"""Which row of a table fits what is wanted. Pure: table and criteria in, row out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dialogue.actions.criteria import Criterion, holds, number
from dialogue.facts import Cell, Row, Table


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a column may hold: a budget."""

    column: str
    most: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The row chosen (None: none fits), all that fit in order, and whether even the cheapest is above the limit."""

    row: Row | None
    fitting: tuple[Row, ...] = ()
    over_limit: bool = False


def choose(table: Table, wishes: Iterable[Criterion], order: str, limit: Limit | None = None) -> Choice:
    """The first fitting row by `order`. Within a limit and without a size: the last one that the limit allows."""
    fitting = fitting_rows(table, tuple(wishes), order)
    if not fitting:
        return Choice(None)
    if limit is None:
        return Choice(fitting[0], fitting)
    affordable = [row for row in fitting if (number(row.get(limit.column)) or 0) <= limit.most]
    if not affordable:
        return Choice(fitting[0], fitting, over_limit=True)
    sized = any(wish.at_least for wish in wishes)
    return Choice(affordable[0] if sized else affordable[-1], fitting)


def fitting_rows(table: Table, wishes: tuple[Criterion, ...], order: str) -> tuple[Row, ...]:
    """All rows that fit, sorted. A size that none of the rows in question has (cores of a storage) does not count."""
    rows = [row for row in table.rows if all(holds(row.get(wish.column), wish.wanted) for wish in wishes if not wish.at_least)]
    for wish in wishes:
        if wish.at_least and any(row.get(wish.column) is not None for row in rows):
            rows = [row for row in rows if _reaches(row.get(wish.column), wish)]
    return tuple(sorted(rows, key=lambda row: number(row.get(order)) or 0)) if order else tuple(rows)


def knows(table: Table, wish: Criterion) -> bool:
    """Whether any row has the value asked for; sizes are always known."""
    return wish.at_least or any(holds(row.get(wish.column), wish.wanted) for row in table.rows)


def _reaches(cell: Cell, wish: Criterion) -> bool:
    held, wanted = number(cell), number(wish.wanted)
    return held is not None and wanted is not None and held >= wanted
