"""Looks up a row of a table by what the customer wants, says it and remembers which row it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dialogue.actions.action import ActionContext
from dialogue.actions.choice import Choice, Limit, choose, knows
from dialogue.actions.criteria import Criterion, criteria, matched, number, said, said_values, wish_for_less
from dialogue.actions.settings import ActionSettings, Budget, Pricing
from dialogue.events import Event, SlotSet
from dialogue.facts import Facts, Row, Table
from dialogue.state import DialogueState

LARGEST = "largest_"
SAID = "said"
"""What a response of `mention` may name: the customer's own word."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """The action of kind look_up; its words come from the domain's responses, its figures from the table alone."""

    settings: ActionSettings
    table: Table
    facts: Facts

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        wishes = criteria(self.settings, context.state)
        if not wishes:
            return self._say(context, self.settings.ask or self.settings.otherwise, {})
        if self.settings.said_now:
            return self._each(context, wishes)
        strange = next((wish for wish in wishes if wish.column in self.settings.unknown and not knows(self.table, wish)), None)
        if strange is not None:
            return (SlotSet(strange.slot, None), *self._say(context, self.settings.unknown[strange.column], {}))
        mentioned = self._mentioned(context, wishes)
        if all(wish.column in self.settings.mention for wish in wishes):
            return (*mentioned, *self._say(context, self.settings.ask or self.settings.otherwise, {}))
        return self._one(context, wishes, mentioned)

    def _mentioned(self, context: ActionContext, wishes: tuple[Criterion, ...]) -> tuple[Event, ...]:
        """A word on each thing that this sentence names and that has one, such as a city."""
        events: list[Event] = []
        for wish in wishes:
            words = [entity.text for entity in said(context.state) if entity.entity == wish.slot]
            if words and wish.column in self.settings.mention:
                events += self._say(context, self.settings.mention[wish.column], {SAID: words[-1]})
        return tuple(events)

    def _each(self, context: ActionContext, wishes: tuple[Criterion, ...]) -> tuple[Event, ...]:
        """One answer for each thing asked about in the sentence (backup and scaling)."""
        events: list[Event] = []
        for wish in wishes:
            for value in said_values(context.state, wish.slot):
                events += self._told(context, choose(self.table, [replace(wish, wanted=value)], self.settings.order))
        return tuple(events)

    def _one(self, context: ActionContext, wishes: tuple[Criterion, ...], mentioned: tuple[Event, ...]) -> tuple[Event, ...]:
        """The row that fits all that is known; sizes that no longer hold are forgotten."""
        state = context.state
        gone = wish_for_less(wishes, self._quoted(state), state.turn)
        standing = tuple(wish for wish in wishes if wish not in gone)
        limit = self._limit(state)
        choice = choose(self.table, standing, self.settings.order, limit)
        if choice.row is None and (self._kind_is_new(standing, state) or _names_a_size(standing, state)):
            fresh = tuple(wish for wish in standing if not wish.at_least or wish.turn == state.turn)
            gone = (*gone, *(wish for wish in standing if wish not in fresh))
            choice = choose(self.table, fresh, self.settings.order, limit)
            standing = fresh
        forgotten = tuple(SlotSet(wish.slot, None) for wish in gone)
        words = self._overview if self._is_overview(state, standing, choice, limit) else self._told
        before = () if choice.row is None else mentioned
        return (*forgotten, *self._remembered(state, choice.row), *before, *words(context, choice))

    def _told(self, context: ActionContext, choice: Choice) -> tuple[Event, ...]:
        if choice.row is None:
            return self._say(context, self.settings.otherwise, {})
        if choice.over_limit:
            return self._say(context, self.settings.over_budget or self.settings.reply, row_values(choice.row))
        total = total_of(choice.row, self.settings.pricing, context.state)
        if total is not None and self.settings.pricing is not None:
            return self._say(context, self.settings.pricing.reply, {**row_values(choice.row), **total})
        return self._say(context, self._reply(choice.row, context.state), row_values(choice.row))

    def _overview(self, context: ActionContext, choice: Choice) -> tuple[Event, ...]:
        values = {
            **row_values(choice.fitting[0]),
            **row_values(choice.fitting[-1], LARGEST),
            "choices": len(choice.fitting),
        }
        return self._say(context, self.settings.overview, values)

    def _reply(self, row: Row, state: DialogueState) -> str:
        for column, responses in self.settings.replies.items():
            if str(row.get(column)) in responses:
                return responses[str(row.get(column))]
        return self.settings.reply if self._quoted(state) else self.settings.first or self.settings.reply

    def _remembered(self, state: DialogueState, row: Row | None) -> tuple[SlotSet, ...]:
        if row is None:
            return ()
        found = {slot: row.get(column) for slot, column in self.settings.set.items()}
        kept = {
            slot: state.value(before)
            for slot, before in self.settings.keep.items()
            if state.value(before) is not None and state.value(before) != found.get(before)
        }
        told = tuple(SlotSet(slot, value, "looked_up") for slot, value in {**kept, **found}.items())
        budget = self.settings.budget
        if budget is None or not budget.kept_in or not _said_in(state, budget.slot):
            return told
        return (*told, SlotSet(budget.kept_in, self._budget_period(budget, state)))

    def _is_overview(self, state: DialogueState, standing: tuple[Criterion, ...], choice: Choice, limit: Limit | None) -> bool:
        """Whether only a kind of thing is known, and it is news (else the row spoken of is meant)."""
        if not self.settings.overview or len(choice.fitting) < 2 or limit is not None:
            return False
        counted = [wish for wish in standing if wish.at_least and choice.fitting[0].get(wish.column) is not None]
        return not counted and (self._kind_is_new(standing, state) or self._quoted(state) is None)

    def _kind_is_new(self, wishes: tuple[Criterion, ...], state: DialogueState) -> bool:
        """Whether this very sentence names a kind of thing: then the sizes of before may have been those of another."""
        kind = next(iter(matched(self.settings)), "")
        return any(wish.column == kind and wish.turn == state.turn for wish in wishes)

    def _quoted(self, state: DialogueState) -> Row | None:
        return self.table.row(state.value(self.settings.quoted))

    def _limit(self, state: DialogueState) -> Limit | None:
        budget = self.settings.budget
        most = None if budget is None else number(state.value(budget.slot))
        if budget is None or most is None:
            return None
        return Limit(budget.year if self._budget_period(budget, state) == "year" else budget.month, most)

    @staticmethod
    def _budget_period(budget: Budget, state: DialogueState) -> str:
        """month or year; an amount without either is for a month, as prices are told."""
        if budget.kept_in and not _said_in(state, budget.slot):
            return str(state.value(budget.kept_in) or "month")
        return str(state.value(budget.period) or "month")

    def _say(self, context: ActionContext, response: str, values: Mapping[str, Any]) -> tuple[Event, ...]:
        if not response:
            return ()
        return (context.responder.say(response, context.state, context.channel, {**self.facts.terms, **values}),)


def row_values(row: Row, prefix: str = "") -> dict[str, Any]:
    """A row's columns as values of a response; an empty cell says nothing (and hides a slot of the same name)."""
    return {f"{prefix}{column}": "" if cell is None else cell for column, cell in row.items()}


def total_of(row: Row, pricing: Pricing | None, state: DialogueState) -> dict[str, Any] | None:
    """{count} and {total_yuan} for a contract of several periods; None for a single one.

    A count that was said before the period belongs to another question ('two years' ... 'and by the month?').
    """
    if pricing is None:
        return None
    period, count = state.slots.get(pricing.period), state.slots.get(pricing.count)
    if period is None or count is None or count.turn < period.turn:
        return None
    price = number(row.get(pricing.year if period.value == "year" else pricing.month))
    many = number(count.value)
    if price is None or many is None or many <= 1:
        return None
    total = price * many
    return {"count": count.value, "total_yuan": int(total) if float(total).is_integer() else round(total, 2)}


def _names_a_size(wishes: tuple[Criterion, ...], state: DialogueState) -> bool:
    return any(wish.at_least and wish.turn == state.turn for wish in wishes)


def _said_in(state: DialogueState, slot: str) -> bool:
    """Whether a slot was filled by the current sentence."""
    return slot in state.slots and state.slots[slot].turn == state.turn


def columns_used(settings: ActionSettings) -> tuple[str, ...]:
    """Every column of the table that an action names, for the check of the bot's files."""
    columns = (
        *matched(settings),
        *settings.at_least,
        *settings.set.values(),
        *settings.replies,
        *settings.unknown,
        *settings.mention,
        *settings.assume,
        *figures(settings),
    )
    return tuple(dict.fromkeys(columns))


def figures(settings: ActionSettings) -> tuple[str, ...]:
    """The columns that every row must fill: what rows are ordered by, and prices."""
    columns = [settings.order] if settings.order else []
    if settings.budget is not None:
        columns += [settings.budget.month, settings.budget.year]
    if settings.pricing is not None:
        columns += [settings.pricing.month, settings.pricing.year]
    return tuple(dict.fromkeys(columns))
