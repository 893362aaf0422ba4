"""What the customer wants of a row of a table, from what was said now and what is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dialogue.actions.settings import ActionSettings
from dialogue.facts import SEPARATOR, Cell, Row, Table
from dialogue.negation import NOT
from dialogue.state import DialogueState
from nlu.understanding import Entity


@dataclass(frozen=True, slots=True)
class Criterion:
    """A column must hold `wanted`, or reach it (`at_least`). `turn` is when it was said, `slot` where it is remembered."""

    column: str
    slot: str
    wanted: Cell
    at_least: bool
    turn: int


def criteria(settings: ActionSettings, state: DialogueState) -> tuple[Criterion, ...]:
    """All that limits the choice. What stands in the need being answered goes before what the slots hold."""
    found = []
    for column, slot in matched(settings).items():
        wanted, turn = _wanted(settings, state, slot)
        at_least = column in settings.at_least
        value = number(wanted) if at_least else wanted
        if value is not None:
            found.append(Criterion(column, slot, value, at_least, turn))
    return (*_assumed(settings, tuple(found)), *found)


def rehomed(wishes: tuple[Criterion, ...], table: Table, instead: Mapping[str, str]) -> tuple[Criterion, ...]:
    """The wishes, sizes that no row in question has held against the column that was meant; of two for it the later counts."""
    if not any(wish.column in instead for wish in wishes):
        return wishes
    kinds = [wish for wish in wishes if not wish.at_least]
    rows = [row for row in table.rows if all(holds(row.get(wish.column), wish.wanted) for wish in kinds)]
    moved = tuple(_moved(wish, rows, instead) for wish in wishes)
    latest = {wish.column: max(one.turn for one in moved if one.column == wish.column) for wish in moved}
    kept: dict[str, Criterion] = {wish.column: wish for wish in moved if wish.turn == latest[wish.column]}
    return tuple(kept.values())


def _moved(wish: Criterion, rows: list[Row], instead: Mapping[str, str]) -> Criterion:
    column = wish.column
    for _ in instead:  # memory, else storage, else traffic
        if wish.at_least and not any(row.get(column) is not None for row in rows):
            column = instead.get(column, column)
    return replace(wish, column=column) if any(row.get(column) is not None for row in rows) else wish


def holds(cell: Cell, wanted: Cell) -> bool:
    """Whether a cell, which may list several values, has this one."""
    return cell is not None and str(wanted) in str(cell).split(SEPARATOR)


def _assumed(settings: ActionSettings, found: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """What a size alone is taken to be a size of."""
    if not any(wish.at_least for wish in found):
        return ()
    named = {wish.column for wish in found}
    slots = matched(settings)
    assumed = ((column, value) for column, value in settings.assume.items() if column not in named)
    return tuple(Criterion(column, slots.get(column, column), value, False, 0) for column, value in assumed)


def matched(settings: ActionSettings) -> Mapping[str, str]:
    """Column: slot."""
    return settings.match if isinstance(settings.match, Mapping) else {name: name for name in settings.match}


def said_values(state: DialogueState, slot: str) -> tuple[Cell, ...]:
    """The different values said for a slot in the need being answered, in spoken order."""
    return tuple(dict.fromkeys(entity.value for entity in said(state) if entity.entity == slot))


def said(state: DialogueState) -> tuple[Entity, ...]:
    """The entities of the need being answered, of a sentence taken whole all of them; not those that it turns down."""
    if state.need is not None and state.focus is not None:
        entities = state.focus.entities
    else:
        entities = () if state.latest is None else state.latest.understanding.entities
    return tuple(entity for entity in entities if entity.role != NOT)


def wish_for_less(wishes: tuple[Criterion, ...], quoted: Row | None, turn: int) -> tuple[Criterion, ...]:
    """The sizes that no longer hold: all said before, once a size below the quoted row's is asked for.

    'Four cores will do' after a quote for eight is a change of mind, also where it was '1000 users' that led to the eight.
    """
    if quoted is None:
        return ()
    smaller = any(wish.at_least and wish.turn == turn and _below(wish.wanted, quoted.get(wish.column)) for wish in wishes)
    return tuple(wish for wish in wishes if smaller and wish.at_least and wish.turn != turn)


def number(value: object) -> int | float | None:
    """A number out of a slot; None for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _wanted(settings: ActionSettings, state: DialogueState, slot: str) -> tuple[Cell, int]:
    now = said_values(state, slot)
    if now:
        return now[-1], state.turn
    remembered = state.slots.get(slot)
    if settings.said_now or remembered is None:
        return None, 0
    return remembered.value, remembered.turn


def _below(wanted: Cell, quoted: Cell) -> bool:
    one, other = number(wanted), number(quoted)
    return one is not None and other is not None and one < other
