"""What several configurations cost together: 两台一共多少钱."""

from __future__ import annotations

import re
from typing import Any

from dialogue.actions.criteria import number
from dialogue.facts import Row, Table
from dialogue.state import DialogueState

_SUM = re.compile(r"一共|总共|总价|合计|加起来|加一起|加埋|埋单|拢共|一总|一塌刮子|拢总|全部下来|两[个台样种]一起")


def asks_for_sum(state: DialogueState) -> bool:
    """Whether the need being answered asks what all of it costs."""
    latest, focus = state.latest, state.focus
    if latest is None:
        return False
    words = latest.text if focus is None else latest.text[focus.start : focus.end]
    return bool(_SUM.search(words or latest.text))


def rows_of(state: DialogueState, table: Table, quoted: str) -> tuple[Row, ...]:
    """The rows of all configurations, in the order in which they were opened."""
    ids = {name: slots[quoted].value for name, slots in state.configurations.items() if quoted in slots}
    now = state.value(quoted)
    if now is not None:
        ids[state.current] = now
    found = (table.row(ids[name]) for name in sorted(ids, key=int))
    return tuple(row for row in found if row is not None)


def summed(rows: tuple[Row, ...], columns: tuple[str, ...]) -> dict[str, Any]:
    """{names}, {count}, and the sum of each column under its own name."""
    sums = {column: sum(number(row.get(column)) or 0 for row in rows) for column in columns}
    return {"names": "和".join(str(row.get("name")) for row in rows), "count": len(rows), **sums}
