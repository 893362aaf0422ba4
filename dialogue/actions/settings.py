"""What bot.yml says of an action that needs no code (`actions: {NAME: ...}`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ActionKind = Literal["look_up", "compare", "lead", "send", "ask_again"]


@dataclass(frozen=True, slots=True)
class Budget:
    """The slot that holds what the customer wants to spend, and the table's price columns it is held against.

    `period` is the slot with month or year. Whether the amount is for a month or a year is settled in the sentence that names it
    and kept in the slot `kept_in`, since a later question may be about another period.
    """

    slot: str
    month: str
    year: str
    period: str = ""
    kept_in: str = ""


@dataclass(frozen=True, slots=True)
class Pricing:
    """How a price is told for a length of contract: `period` and `count` are slots (month|year, how many), `month` and
    `year` the table's price columns, `reply` the response for more than one period ({count} and {total_yuan} in it).
    """

    period: str
    count: str
    month: str
    year: str
    reply: str


@dataclass(frozen=True, slots=True)
class Amount:
    """How many the customer wants (三台): `slot` holds the number. From two on `reply` is said after the row's own response, with
    {many}, the customer's word for it as {said}, and each of `columns`, the table's prices, times as many under its own name. For
    a contract of several periods (see `pricing`) it is `periods_reply`, with {count} and {total_yuan} as well.
    """

    slot: str
    columns: tuple[str, ...]
    reply: str
    periods_reply: str = ""


@dataclass(frozen=True, slots=True)
class Rounded:
    """`reply` is said before the row's own response where this sentence names a size (one of `columns`) that the row goes
    beyond, since none has it exactly ({said}: the customer's words): 7核 where 4 and 8 are on offer. Not where a least was named.
    """

    columns: tuple[str, ...]
    reply: str


@dataclass(frozen=True, slots=True)
class ActionSettings:
    """One action of bot.yml; which keys count depends on `kind`."""

    kind: ActionKind = "look_up"
    table: str = ""
    """Name of a file in facts/, without .csv."""
    match: tuple[str, ...] | Mapping[str, str] = ()
    """Slots that have a column of the same name, or {column: slot}; an empty slot does not limit. A cell may list several
    values (beijing|shanghai). The first names the kind of thing (product_type): sizes of before don't bind another kind."""
    assume: Mapping[str, str] = field(default_factory=dict)
    """Column: value taken for it when only sizes were named (product_type: cloud_server)."""
    at_least: tuple[str, ...] = ()
    """Columns of `match` whose number the row must reach."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Size column: the one that was meant where the rows in question lack it (memory_gb: storage_gb; '500G' of a storage)."""
    said_now: bool = False
    """Only what the customer says in this very sentence counts, not what is remembered."""
    order: str = ""
    """Column; of the rows that fit, the one with the smallest value is taken. Without it: the first in the file."""
    budget: Budget | None = None
    pricing: Pricing | None = None
    amount: Amount | None = None
    rounded: Rounded | None = None
    set: Mapping[str, str] = field(default_factory=dict)
    """Slot: column of the row found."""
    keep: Mapping[str, str] = field(default_factory=dict)
    """Slot: another slot whose value it takes over before that one changes (compared: quoted)."""
    mention: Mapping[str, str] = field(default_factory=dict)
    """Column: response said first where this sentence names a value of it that fits ({said}: the customer's word for it). Such a
    column alone chooses no row: without a kind of thing or a size, `ask` follows."""
    reply: str = ""
    """Response; it sees the row's columns, then the terms, then the slots."""
    overview: str = ""
    """Response said instead of `reply` when a kind of thing was named but no size: it sees the smallest row that fits,
    the columns of the largest as {largest_COLUMN}, and how many there are as {choices}."""
    first: str = ""
    """Response said instead of `reply` while no row has been spoken of (nothing can be 'changed' yet)."""
    replies: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Column: value: response said instead of `reply` (available: {no: utter_feature_missing})."""
    otherwise: str = ""
    """Response when no row fits."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Column: response when the table does not know the value at all (a city without a machine hall); it is then forgotten."""
    over_budget: str = ""
    """Response when only rows above the budget fit; the cheapest of them is offered."""
    ask: str = ""
    """Response when nothing that could be looked up is known."""
    again: Mapping[str, str] = field(default_factory=dict)
    """Response: the one said in its place when it was said in the turn before already, so that no question goes in circles."""
    together: str = ""
    """Response to 'how much is all of it' where several configurations stand side by side: {names}, {count}, and the sums of
    `pricing`'s columns under their names."""
    by_default: str = ""
    """Response said instead of `reply` for a row that was taken because the customer left the choice to the bot."""
    quoted: str = "quoted"
    """Slot with the id of the row spoken of (look_up: to see a wish for less; compare: the first of the two)."""
    compared: str = "compared"
    """compare: slot with the id of the row spoken of before."""
    others: tuple[str, ...] = ()
    """compare: words that mean other sellers; the reply then is `otherwise`."""
    fields: tuple[str, ...] = ()
    """lead: slots that are written down. send: slots that are sent."""
    to: str = ""
    """send: name of the webhook (bot.yml's `webhooks`) that gets the message. lead: one that gets each lead, if any."""
    text: str = ""
    """send: response whose words are sent along: those of an SMS."""
    needs: tuple[str, ...] = ()
    """send: slots without which nothing is sent; `ask` is said instead."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """ask_again: intent: what it is called when the customer is asked what was meant."""
