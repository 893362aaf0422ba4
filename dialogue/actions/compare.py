"""Compares two rows of a table: the two named, the one spoken of with the one before, or with the next larger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dialogue.actions.action import ActionContext
from dialogue.actions.choice import choose, fitting_rows
from dialogue.actions.criteria import Criterion, criteria, rehomed, said_values
from dialogue.actions.look_up import row_values
from dialogue.actions.settings import ActionSettings
from dialogue.events import Event, RowsOffered
from dialogue.facts import Cell, Facts, Row, Table
from dialogue.state import DialogueState

FIRST, SECOND = "first_", "second_"


@dataclass(frozen=True, slots=True)
class Compare:
    """The action of kind compare; the response sees {first_COLUMN} and {second_COLUMN}."""

    settings: ActionSettings
    table: Table
    facts: Facts

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        state = context.state
        pair = None if self._means_others(state) else self._pair(state)
        if pair is None:
            response = self.settings.otherwise if self._means_others(state) else self.settings.ask
            return (context.responder.say(response, state, context.channel, self.facts.terms),)
        values = {**self.facts.terms, **row_values(pair[0], FIRST), **row_values(pair[1], SECOND)}
        offered = RowsOffered(tuple(str(row.get("id")) for row in pair))
        return (offered, context.responder.say(self.settings.reply, state, context.channel, values))

    def _means_others(self, state: DialogueState) -> bool:
        text = "" if state.latest is None else state.latest.text
        return any(word in text for word in self.settings.others)

    def _pair(self, state: DialogueState) -> tuple[Row, Row] | None:
        wishes = rehomed(criteria(self.settings, state), self.table, self.settings.instead)
        quoted = self.table.row(state.value(self.settings.quoted))
        before = self.table.row(state.value(self.settings.compared))
        named = self._two_named(wishes, state)
        if named is not None:
            return named
        if quoted is None:
            return None
        now = choose(self.table, wishes, self.settings.order).row if _said_now(wishes, state) else None
        other = now if now is not None and now != quoted else before
        if other is not None and other != quoted:
            return _in_order(other, quoted, self.settings.order)
        larger = self._next_larger(quoted, wishes)
        return None if larger is None else (quoted, larger)

    def _two_named(self, wishes: tuple[Criterion, ...], state: DialogueState) -> tuple[Row, Row] | None:
        """'4 cores 8 GB or 8 cores 16 GB': the rows for the first and for the second value of each column."""
        doubled = {wish.column: said_values(state, wish.slot)[:2] for wish in wishes if len(said_values(state, wish.slot)) > 1}
        if not doubled:
            return None
        standing = [wish for wish in wishes if not wish.at_least or wish.turn == state.turn]
        first, second = (
            choose(self.table, [_with(wish, doubled, number) for wish in standing], self.settings.order).row for number in (0, 1)
        )
        return None if first is None or second is None or first == second else (first, second)

    def _next_larger(self, quoted: Row, wishes: tuple[Criterion, ...]) -> Row | None:
        kind = tuple(wish for wish in wishes if not wish.at_least)
        rows = fitting_rows(self.table, kind, self.settings.order)
        after = rows[rows.index(quoted) + 1 :] if quoted in rows else ()
        return after[0] if after else None


def _with(wish: Criterion, values: Mapping[str, tuple[Cell, ...]], number: int) -> Criterion:
    return replace(wish, wanted=values[wish.column][number]) if wish.column in values else wish


def _said_now(wishes: tuple[Criterion, ...], state: DialogueState) -> bool:
    return any(wish.turn == state.turn for wish in wishes)


def _in_order(one: Row, other: Row, order: str) -> tuple[Row, Row]:
    first, second = sorted((one, other), key=lambda row: float(row.get(order) or 0))
    return first, second
