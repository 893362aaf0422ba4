"""Where a figure may come from: a cell of a row looked up, a term, a promise that may be made, an action, the customer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from dialogue.facts import ID, Cell, Facts, Table
from dialogue.guard.aspects import NOTHING, aspects, in_words
from dialogue.guard.context import GuardContext, LookedUp
from dialogue.guard.figures import Figure, figures
from dialogue.guard.reading import ORDINARY, Reading, read
from dialogue.guard.words import aspect_words
from nlu import numbers
from nlu.text import fold, is_han

Origin = Literal["row", "term", "promise", "general", "computed", "customer", "told"]

_KINDS = {
    "yuan": "yuan",
    "price": "yuan",
    "percent": "percent",
    "days": "hours",
    "hours": "hours",
    "minutes": "hours",
    "months": "months",
    "years": "months",
    "gb": "gb",
    "mbps": "mbps",
    "cores": "cores",
    "concurrency": "concurrency",
}
"""Kind of a figure by a part of its column's or term's name."""
_RANGE = re.compile(r"[零一二两三四五六七八九十百\d]+(?:到|至|-|~)")
"""Between the starts of two figures: 一到三周."""
_TIMES = {"days": 24.0, "hours": 1.0, "minutes": 1 / 60, "months": 1.0, "years": 12.0}


@dataclass(frozen=True, slots=True)
class Source:
    """One figure that may be spoken. `kind` may be 'any'; `where` names the place: prices.csv cs-4c8g price_month_yuan."""

    kind: str
    value: float
    where: str
    origin: Origin
    raw: float
    aspects: frozenset[str] = NOTHING
    row: str = ""
    spread: float = 0.0
    """How far above `value` it may be: 几分钟 in a text."""
    about: frozenset[str] = NOTHING
    """Characters around it in a text of the bot's own that tells no aspect: only what shares some may be said with it."""


def of_facts(facts: Facts, own: Iterable[str] = ()) -> tuple[Source, ...]:
    """What may be said whatever was looked up: terms, promises, and figures that operators wrote into responses (`own`)."""
    terms = (source for key, term in facts.terms.items() for source in _of_value(key, term, f"terms.yml {key}", "term"))
    told = (_general(source) for table in facts.tables.values() for source in _of_prose(table))
    may = (source for text in facts.promises.may for source in _of_text(text, f"promises.yml {text}", "promise"))
    written = [_general(source) for text in own for source in _of_text(text, "a response", "general")]
    return (*terms, *may, *(one for one in (*told, *written) if one.aspects or one.about or one.kind == "plain"))


def _of_prose(table: Table) -> Iterator[Source]:
    """The figures in the texts of a table without prices: what is said of filing or backups holds whatever was looked up."""
    if not any("yuan" in column for column in table.columns):
        for row in table.rows:
            yield from of_row(LookedUp(table.name, row))


def _general(source: Source) -> Source:
    return replace(source, origin="general")


def of_row(looked_up: LookedUp) -> tuple[Source, ...]:
    """The figures of a row: its cells by their columns' units, and those inside its texts."""
    found: list[Source] = []
    name = str(looked_up.row.get("name") or "")
    for column, cell in looked_up.row.items():
        if column == ID or cell is None or (isinstance(cell, str) and "|" in cell):
            continue
        where = f"{looked_up.table}.csv {looked_up.row.get(ID)} {column}"
        found += (_in_row(source, looked_up.name) for source in _of_value(column, cell, where, "row", name))
    return tuple(found)


def of_context(context: GuardContext) -> Iterator[Source]:
    """What an action computed, what the customer said, what the bot said in its own words; rows come from `of_row`."""
    for key, value in context.values.items():
        yield from _of_value(key, value, f"computed {key}", "computed")
    for key, value in context.slots.items():
        yield from _of_value(key, value, f"slot {key}", "customer")
    for text in context.said:
        yield from _of_text(text, "said by the customer", "customer")
        yield from (Source("any", one.value, "said by the customer", "customer", one.value) for one in numbers.find(fold(text)))
    for text in context.told:
        yield from _of_text(text, "said before", "told")


def differences(rows: tuple[LookedUp, ...]) -> Iterator[Source]:
    """How much one row costs more than another."""
    for one, other in itertools.combinations(rows, 2):
        for column, cell in one.row.items():
            beside = other.row.get(column)
            if "yuan" in column and _is_number(cell) and _is_number(beside):
                gap = abs(float(cell) - float(beside))  # type: ignore[arg-type]  # both are numbers
                yield Source("yuan", gap, f"{one.name} and {other.name} {column}", "computed", gap, frozenset(("saving",)))


def beyond_budget(context: GuardContext) -> Iterator[Source]:
    """How far a row's price lies above or below the customer's budget."""
    budgets = [value for key, value in context.slots.items() if "budget" in key and _is_number(value)]
    for one in context.rows if budgets else ():
        for column, cell in one.row.items():
            if "yuan" in column and "saving" not in column and _is_number(cell):
                gap = abs(float(cell) - float(budgets[0]))  # type: ignore[arg-type]  # both are numbers
                yield Source("yuan", gap, f"{one.name} {column} and the budget", "computed", gap, frozenset(("saving", "gap")))


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _in_row(source: Source, row: str) -> Source:
    return replace(source, row=row)


def _of_value(key: str, value: Any, where: str, origin: Origin, name: str = "") -> Iterator[Source]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, (int, float)):
        yield _of_number(key, float(value), where, origin)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _of_value(key, one, where, origin, name)
    elif isinstance(value, str):
        try:
            yield _of_number(key, float(value), where, origin)
        except ValueError:
            yield from _of_text(value, where, origin, name)


def _of_number(key: str, value: float, where: str, origin: Origin) -> Source:
    parts = key.lower().split("_")
    kind = next((_KINDS[part] for part in parts if part in _KINDS), "any")
    unit = next((_TIMES[part] for part in parts if part in _TIMES and kind in ("hours", "months")), 1.0)
    known = aspect_words().get(kind, {})
    return Source(kind, value * unit, where, origin, value, frozenset(part for part in parts if part in known))


def _of_text(text: str, where: str, origin: Origin, name: str = "") -> Iterator[Source]:
    reading = read(text)
    listed = list(figures(reading.text))
    for figure, following in itertools.zip_longest(listed, listed[1:]):
        found = aspects(reading, figure) or in_words(figure, name)
        between = reading.text[figure.start : following.start] if following is not None else ""
        if following is not None and _RANGE.fullmatch(between) and figure.kind == following.kind in ("hours", "months"):
            yield Source(figure.kind, figure.value, where, origin, figure.raw, found, spread=following.value - figure.value)
        spread = figure.size if figure.bound == "range" else 0.0
        told = origin == "general" and figure.kind != "plain" and not found
        about = around(reading, figure) if told or (figure.kind == "date" and origin == "term") else NOTHING
        yield Source(figure.kind, figure.value, where, origin, figure.raw, found, spread=spread, about=about)


def around(reading: Reading, figure: Figure, whole: bool = False) -> frozenset[str]:
    """The characters of a figure's clause, or of the `whole` reading (if that has too few), that tell of what it is."""
    first, last = (0, len(reading.text)) if whole else reading.clause(figure.start)
    words = reading.text[first : figure.start] + reading.text[figure.end : last]
    found = frozenset(character for character in words if is_han(character)) - ORDINARY
    return found if whole or len(found) > 1 else around(reading, figure, whole=True)


def mentions(looked_up: LookedUp) -> tuple[str, ...]:
    """Wordings that name a row: its name, and the size in it (8核16g, 8核)."""
    name = read(str(looked_up.row.get("name") or "")).text
    sizes = re.findall(r"((\d+核)\d+g)", name + read(str(looked_up.row.get("specs") or "")).text)
    return tuple(dict.fromkeys(one for one in (name, *itertools.chain(*sizes)) if one))
