"""What a reply may speak of: the facts looked up for it, what an action computed, what the customer said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.events import BotUttered, UserUttered
from dialogue.facts import ID, Facts, Row
from dialogue.state import DialogueState

_TOLD = 6
"""Messages of the bot's own wording that still count as told: a caller refers to no earlier ones."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A row of a table, with the table's name."""

    table: str
    row: Row

    @property
    def name(self) -> str:
        return f"{self.table}/{self.row.get(ID)}"


@dataclass(frozen=True, slots=True)
class GuardContext:
    """What one reply may say; everything else that sounds like a fact is stopped."""

    rows: tuple[LookedUp, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    """Figures that an action computed, by name (total_yuan)."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """What is remembered of this customer."""
    said: tuple[str, ...] = ()
    """The customer's own words."""
    told: tuple[str, ...] = ()
    """The bot's own responses of before: what operators wrote and tables filled in."""
    prompt: str = ""
    """What a language model was told of its part."""
    dialect: str | None = None
    """A code of asr.dialects, where the reply is in dialect."""


def context_of(state: DialogueState, facts: Facts, values: Mapping[str, Any] | None = None, prompt: str = "") -> GuardContext:
    """What the state gives: the rows that were offered or are remembered, slots, and what both sides said."""
    told = [event.own_words for event in state.history if isinstance(event, BotUttered) and event.response]
    said = [event.text for event in state.history if isinstance(event, UserUttered) and event.text]
    return GuardContext(
        rows=_rows(state, facts),
        values=values or {},
        slots={name: slot.value for name, slot in state.slots.items()},
        said=tuple(said[-2 * _TOLD :]),
        told=tuple(told[-_TOLD:]),
        prompt=prompt,
    )


def _rows(state: DialogueState, facts: Facts) -> tuple[LookedUp, ...]:
    looked_up = [slot.value for slot in state.slots.values() if slot.source in ("looked_up", "default")]
    wanted = dict.fromkeys(one for one in (*state.offered, *_flat(looked_up)) if isinstance(one, str))
    found = ((table.name, table.row(one)) for one in wanted for table in facts.tables.values())
    return tuple(LookedUp(name, row) for name, row in found if row is not None)


def _flat(values: list[Any]) -> list[Any]:
    return [one for value in values for one in (value if isinstance(value, (list, tuple)) else (value,))]
