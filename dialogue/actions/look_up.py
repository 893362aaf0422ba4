"""Looks up a row of a table by what the customer wants, says it and remembers which row it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dialogue.actions.action import ActionContext
from dialogue.actions.amounts import SAID, amounts, not_exact, several
from dialogue.actions.choice import Choice, Limit, choose, knows
from dialogue.actions.criteria import Criterion, criteria, matched, number, rehomed, said, said_values, wish_for_less
from dialogue.actions.settings import ActionSettings, Budget, Pricing
from dialogue.actions.together import asks_for_sum, lots_of, summed
from dialogue.events import BotUttered, Event, RowsOffered, SlotSet, UserUttered
from dialogue.facts import Facts, Row, Table
from dialogue.state import DialogueState

LARGEST = "largest_"
_MOST_PERIODS = {"year": 10, "month": 60}
"""Nobody signs for longer; more was heard wrong (71年)."""
_MOST_LISTED = 3
"""Rows told one by one; nobody keeps more of them in mind."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """The action of kind look_up; its words come from the domain's responses, its figures from the table alone."""

    settings: ActionSettings
    table: Table
    facts: Facts

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        if self.settings.together and self.settings.pricing is not None and asks_for_sum(context.state):
            counted = "" if self.settings.amount is None else self.settings.amount.slot
            lots = lots_of(context.state, self.table, self.settings.quoted, counted)
            if len(lots) > 1:
                columns = (self.settings.pricing.month, self.settings.pricing.year)
                return self._say(context, self.settings.together, summed(lots, columns))
        pinned = self._pinned(context.state)
        if pinned is not None:
            return self._told(context, Choice(pinned, (pinned,)))
        wishes = rehomed(criteria(self.settings, context.state), self.table, self.settings.instead)
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
        before = () if choice.row is None else (*mentioned, *self._rounded(context, standing, choice))
        rehoused = self._rehoused(state, standing)
        return (*forgotten, *rehoused, *self._remembered(state, choice.row), *before, *words(context, choice))

    def _rounded(self, context: ActionContext, wishes: tuple[Criterion, ...], choice: Choice) -> tuple[Event, ...]:
        """A word on sizes that the row has more of than was asked for."""
        rounded = self.settings.rounded
        if rounded is None or choice.row is None or choice.over_limit:
            return ()
        words = not_exact(rounded.columns, wishes, choice.row, context.state)
        return self._say(context, rounded.reply, {**row_values(choice.row), SAID: "、".join(words)}) if words else ()

    def _rehoused(self, state: DialogueState, standing: tuple[Criterion, ...]) -> tuple[SlotSet, ...]:
        """Sizes that were meant for another column go into the slot of that column."""
        slots = matched(self.settings)
        found: list[SlotSet] = []
        for wish in standing:
            slot, held = slots.get(wish.column, wish.slot), state.slots.get(wish.slot)
            if slot != wish.slot and held is not None:
                found += [SlotSet(wish.slot, None), SlotSet(slot, wish.wanted, held.source, held.words)]
        return tuple(found)

    def _pinned(self, state: DialogueState) -> Row | None:
        """The row that the customer pointed at (the second), or left to the bot, as long as no size or kind was named since."""
        slot = state.slots.get(self.settings.quoted)
        if slot is None or slot.source not in ("said", "default") or self.settings.quoted not in self.settings.set:
            return None
        if any(wish.turn == state.turn and said_values(state, wish.slot) for wish in criteria(self.settings, state)):
            return None
        later = (state.slots[name].turn > slot.turn for name in matched(self.settings).values() if name in state.slots)
        return None if any(later) else self._quoted(state)

    def _told(self, context: ActionContext, choice: Choice) -> tuple[Event, ...]:
        if choice.row is None:
            return self._say(context, self.settings.otherwise, {})
        return (*self._offered(choice.row), *self._told_row(context, choice, choice.row))

    def _offered(self, *rows: Row) -> tuple[RowsOffered, ...]:
        """The rows told, where rows are remembered at all."""
        return (RowsOffered(tuple(str(row.get("id")) for row in rows)),) if self.settings.set else ()

    def _told_row(self, context: ActionContext, choice: Choice, row: Row) -> tuple[Event, ...]:
        if choice.over_limit:
            return self._say(context, self.settings.over_budget or self.settings.reply, row_values(row))
        total = total_of(row, self.settings.pricing, context.state)
        if total is not None and self.settings.pricing is not None:
            own = self._say(context, self.settings.pricing.reply, {**row_values(row), **total})
        else:
            own = self._say(context, self._reply(row, context.state), row_values(row))
        return (*own, *self._amount(context, row, total))

    def _amount(self, context: ActionContext, row: Row, total: dict[str, Any] | None) -> tuple[Event, ...]:
        """What as many as are wanted cost."""
        amount = self.settings.amount
        if amount is None or several(amount, context.state) < 2:
            return ()
        return self._say(context, *amounts(amount, row, context.state, total))

    def _overview(self, context: ActionContext, choice: Choice) -> tuple[Event, ...]:
        """The smallest row and the largest; of what no size tells apart, each of the first ones with its price."""
        sized = any(row.get(column) is not None for row in choice.fitting for column in self.settings.at_least)
        if self.settings.pricing is not None and not sized:
            rows = choice.fitting[:_MOST_LISTED]
            words = (event for row in rows for event in self._told_row(context, Choice(row, rows), row))
            return (*self._offered(*rows), *words)
        values = {
            **row_values(choice.fitting[0]),
            **row_values(choice.fitting[-1], LARGEST),
            "choices": len(choice.fitting),
        }
        return (*self._offered(choice.fitting[0], choice.fitting[-1]), *self._say(context, self.settings.overview, values))

    def _reply(self, row: Row, state: DialogueState) -> str:
        for column, responses in self.settings.replies.items():
            if str(row.get(column)) in responses:
                return responses[str(row.get(column))]
        quoted = state.slots.get(self.settings.quoted)
        if self.settings.by_default and quoted is not None and quoted.source == "default" and quoted.turn == state.turn:
            return self.settings.by_default
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
        again = self.settings.again.get(response)
        if again is not None and not {response, again}.isdisjoint(_said_before(context.state)):
            response = again
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
    if price is None or many is None or not 1 < many <= _MOST_PERIODS.get(str(period.value), many):
        return None
    total = price * many
    return {"count": count.value, "total_yuan": int(total) if float(total).is_integer() else round(total, 2)}


def _said_before(state: DialogueState) -> tuple[str, ...]:
    """The responses of the turn before this one; silences don't count."""
    found: list[str] = []
    heard = 0
    for event in reversed(state.history):
        if isinstance(event, UserUttered) and event.text.strip():
            heard += 1
            if heard > 1:
                break
        elif isinstance(event, BotUttered) and heard and event.response is not None:
            found.append(event.response)
    return tuple(found)


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
        *settings.instead,
        *settings.instead.values(),
        *(() if settings.rounded is None else settings.rounded.columns),
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
    if settings.amount is not None:
        columns += settings.amount.columns
    return tuple(dict.fromkeys(columns))
