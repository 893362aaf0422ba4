"""What the bot said as fact, and where it comes from: rows of facts/, terms, promises, sums of prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.actions.amounts import TOTAL, amounts, several
from dialogue.actions.look_up import total_of
from dialogue.actions.together import lots_of, summed
from dialogue.after_call.house import House
from dialogue.events import BotUttered, Event, RowsOffered
from dialogue.guard.context import LookedUp, context_of
from dialogue.guard.sources import Source as Origin
from dialogue.state import DialogueState
from dialogue.track import track

_TOLD_BEFORE = ("told", "customer")
"""Origins that are no facts of the house: its own words of before, the customer's."""


@dataclass(frozen=True, slots=True)
class Source:
    """A place in facts/: the file, the row's id (of terms.yml the key, of promises.yml the words), the columns."""

    file: str
    row: str
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file} {self.row}".strip() + (f"（{'、'.join(self.columns)}）" if self.columns else "")


@dataclass(frozen=True, slots=True)
class Told:
    """A message of the bot's that states facts. `unsourced` are the words of figures that no fact holds."""

    turn: int
    text: str
    sources: tuple[Source, ...] = ()
    unsourced: tuple[str, ...] = ()


def told_of(events: Sequence[Event], before: DialogueState, house: House) -> tuple[Told, ...]:
    """What was stated in these events, in order; `before` is the state in which they began."""
    found: list[Told] = []
    state = before
    for event in events:
        after = track(state, event)
        if isinstance(event, BotUttered) and event.text:
            told = _told(event, state, house)
            if told.sources or told.unsourced:
                found.append(told)
        state = after
    return tuple(dict.fromkeys(found))


def rows_told(events: Sequence[Event], house: House) -> tuple[LookedUp, ...]:
    """The rows that were offered, in the order in which they first were."""
    offered = (row for event in events if isinstance(event, RowsOffered) for row in event.rows)
    found = (house.row(row) for row in dict.fromkeys(offered))
    return tuple(row for row in found if row is not None)


def _told(event: BotUttered, state: DialogueState, house: House) -> Told:
    context = context_of(state, house.bot.facts, computed(state, house))
    traced = house.guard.trace(event.text, context)
    known = (one.source for one in traced if one.source is not None and one.source.origin not in _TOLD_BEFORE)
    figures = (_place(one, house.settings.texts["computed"]) for one in known)
    cells = (Source(f"{row.table}.csv", str(row.row.get("id")), (column,)) for row, column in house.rows_in(event.text))
    own = {str(slot.value) for slot in state.slots.values()}  # the customer's telephone number, read back
    unsourced = tuple(one.words for one in traced if one.source is None and one.words not in own)
    return Told(state.turn, event.text, _joined((*figures, *cells)), unsourced)


def _place(source: Origin, computed_as: str) -> Source:
    if source.origin == "computed":
        return Source(computed_as, "")
    file, _, rest = source.where.partition(" ")
    if not file.endswith(".csv"):
        return Source(file, rest)
    row, _, column = rest.partition(" ")
    return Source(file, row, (column,))


def _joined(sources: Sequence[Source]) -> tuple[Source, ...]:
    """One for each row, with all its columns."""
    columns: dict[tuple[str, str], dict[str, None]] = {}
    for one in sources:
        columns.setdefault((one.file, one.row), {}).update(dict.fromkeys(one.columns))
    return tuple(Source(file, row, tuple(named)) for (file, row), named in columns.items())


def computed(state: DialogueState, house: House) -> Mapping[str, Any]:
    """The sums that a reply may have named: a row's price for several periods, all rows together."""
    return {f"{name}_total": value for name, value in _sums(state, house)}


def _sums(state: DialogueState, house: House) -> Iterator[tuple[str, Any]]:
    for name, action in house.bot.settings.actions.items():
        table = house.bot.facts.tables.get(action.table)
        if action.pricing is None or table is None:
            continue
        row = table.row(state.value(action.quoted))
        total = None if row is None else total_of(row, action.pricing, state)
        if total is not None:
            yield f"{name}_yuan", total["total_yuan"]
        if row is not None and action.amount is not None and several(action.amount, state) > 1:
            told = amounts(action.amount, row, state, total)[1]
            yield from ((f"{name}_{figure}_amount", told[figure]) for figure in (*action.amount.columns, TOTAL) if figure in told)
        lots = lots_of(state, table, action.quoted, "" if action.amount is None else action.amount.slot)
        if len(lots) > 1:
            for column in (action.pricing.month, action.pricing.year):
                yield f"{name}_{column}", summed(lots, (column,))[column]
