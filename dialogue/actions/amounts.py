"""How many of a row are wanted (三台), what that comes to, and sizes that no row has exactly (7核)."""

from __future__ import annotations

import re
from typing import Any

from dialogue.actions.criteria import Criterion, number, said
from dialogue.actions.settings import Amount
from dialogue.facts import Row
from dialogue.state import DialogueState, SlotValue

SAID = "said"
"""What a response may name: the customer's own word."""
TOTAL = "total_yuan"
"""What a contract of several periods comes to (dialogue.actions.look_up.total_of)."""
_ROUGHLY = re.compile(r"至少|起码|最少|最低|不少于|不低于|不小于|以上|左右|上下|差不多|大概|大约|大致|多点|多一点|往上|够了?")
"""Who says so gets what was asked for where the row has more."""


def wanted_of(slot: SlotValue | None) -> int:
    """How many are wanted; 1 where nothing, or no whole number, was said."""
    many = None if slot is None else number(slot.value)
    return int(many) if many is not None and many >= 1 and float(many).is_integer() else 1


def several(amount: Amount | None, state: DialogueState) -> int:
    """How many are wanted of the configuration spoken of."""
    return 1 if amount is None else wanted_of(state.slots.get(amount.slot))


def amounts(amount: Amount, row: Row, state: DialogueState, periods: dict[str, Any] | None) -> tuple[str, dict[str, Any]]:
    """The response for so many of a row and what it may name: {many}, the customer's word for it as {said}, and each of the
    columns times as many under its own name; for a contract of several periods (`total_of`) {count} and {total_yuan}."""
    many, words = several(amount, state), state.slots[amount.slot].words if amount.slot in state.slots else ""
    times = {column: _times(row.get(column), many) for column in amount.columns}
    values = {**{column: cell for column, cell in row.items() if cell is not None}, **times, "many": many, SAID: words or many}
    if periods is None or not amount.periods_reply:
        return amount.reply, values
    return amount.periods_reply, {**values, "count": periods["count"], TOTAL: _times(periods[TOTAL], many)}


def not_exact(columns: tuple[str, ...], wishes: tuple[Criterion, ...], row: Row, state: DialogueState) -> tuple[str, ...]:
    """The customer's words for the sizes named in this sentence that the row goes beyond; none where he named a least."""
    latest, focus = state.latest, state.focus
    if latest is None:
        return ()
    text = latest.text if state.need is None or focus is None else latest.text[focus.start : focus.end]
    if _ROUGHLY.search(text):
        return ()
    words = {entity.entity: entity.text for entity in said(state)}
    found = [
        wish.slot for wish in wishes if wish.column in columns and wish.slot in words and _exceeds(row.get(wish.column), wish)
    ]
    return tuple(words[slot].removesuffix("的") for slot in dict.fromkeys(found))


def _exceeds(cell: object, wish: Criterion) -> bool:
    offered, wanted = number(cell), number(wish.wanted)
    return offered is not None and wanted is not None and offered > wanted


def _times(cell: object, many: int) -> object:
    figure = number(cell)
    if figure is None:
        return ""
    product = figure * many
    return int(product) if float(product).is_integer() else round(product, 2)
