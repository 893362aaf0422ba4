"""What several configurations cost together: 两台一共多少钱."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dialogue.actions.amounts import wanted_of
from dialogue.actions.criteria import number
from dialogue.facts import Row, Table
from dialogue.state import DialogueState, SlotValue

_SUM = re.compile(r"一共|总共|总价|合计|加起来|加一起|加埋|埋单|拢共|一总|一塌刮子|拢总|全部下来|两[个台样种]一起")


def asks_for_sum(state: DialogueState) -> bool:
    """Whether the need being answered asks what all of it costs."""
    latest, focus = state.latest, state.focus
    if latest is None:
        return False
    words = latest.text if focus is None else latest.text[focus.start : focus.end]
    return bool(_SUM.search(words or latest.text))


@dataclass(frozen=True, slots=True)
class Lot:
    """A row of one configuration, how many of it are wanted, and the customer's words for that where it is several (三台)."""

    row: Row
    many: int = 1
    words: str = ""

    @property
    def name(self) -> str:
        return f"{self.words}{self.row.get('name')}"


def lots_of(state: DialogueState, table: Table, quoted: str, counted: str = "") -> tuple[Lot, ...]:
    """The rows of all configurations in the order in which they were opened; the slot `counted` says how many of each."""
    known = {**state.configurations, state.current: state.slots}
    named = [slots for _, slots in sorted(known.items(), key=_opened) if quoted in slots and slots[quoted].value is not None]
    found = ((slots, table.row(slots[quoted].value)) for slots in named)
    return tuple(_lot(row, slots.get(counted)) for slots, row in found if row is not None)


def summed(lots: tuple[Lot, ...], columns: tuple[str, ...]) -> dict[str, Any]:
    """{names}, {count}, and the sum of each column under its own name."""
    sums = {column: sum((number(lot.row.get(column)) or 0) * lot.many for lot in lots) for column in columns}
    return {"names": "和".join(lot.name for lot in lots), "count": len(lots), **sums}


def _lot(row: Row, counted: SlotValue | None) -> Lot:
    many = wanted_of(counted)
    return Lot(row, many, counted.words) if counted is not None and many > 1 else Lot(row)


def _opened(configuration: tuple[str, object]) -> int:
    return int(configuration[0])
