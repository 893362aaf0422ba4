"""A small price list and a state to look things up in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogue.actions.action import ActionContext
from dialogue.actions.settings import ActionSettings, Budget, Pricing
from dialogue.domain import Domain, ResponseVariation
from dialogue.events import BotUttered, Event, SlotSet, UserUttered
from dialogue.facts import Facts, Table
from dialogue.responses import DomainResponder
from dialogue.state import DialogueState, SlotValue
from nlu.understanding import Entity, Need, Understanding

COLUMNS = ("id", "kind", "region", "users", "cores", "storage", "month", "year")
LINES = (
    ("small", "server", "north|south", 200, 2, 50, 100, 1000),
    ("middle", "server", "north|south", 500, 4, 100, 200, 2000),
    ("large", "server", "north|south", 1000, 8, 200, 400, 4000),
    ("island", "server", "island", 500, 4, 100, 300, 3000),
    ("box", "storage", "north|south", None, None, 500, 50, 500),
    ("barn", "storage", "north|south", None, None, 5000, 400, 4000),
)
PRICES = Table("prices", COLUMNS, tuple(dict(zip(COLUMNS, line, strict=True)) for line in LINES))
TEXTS = {
    "utter_row": "{id} {month}/{year} {greeting}",
    "utter_range": "{choices}: {id}..{largest_id}",
    "utter_total": "{count} x = {total_yuan}",
    "utter_none": "none",
    "utter_dear": "{id} is above {budget}",
    "utter_ask": "which?",
    "utter_pair": "{first_id} or {second_id}",
    "utter_others": "others",
    "utter_nowhere": "not there",
    "utter_there": "{said}: yes",
}
SETTINGS = ActionSettings(
    table="prices",
    match=("kind", "region", "users", "cores", "storage"),
    at_least=("users", "cores", "storage"),
    order="month",
    budget=Budget("budget", "month", "year", "period", "budget_period"),
    pricing=Pricing("period", "count", "month", "year", "utter_total"),
    set={"quoted": "id"},
    keep={"compared": "quoted"},
    reply="utter_row",
    overview="utter_range",
    otherwise="utter_none",
    over_budget="utter_dear",
    ask="utter_ask",
)
FACTS = Facts({"prices": PRICES}, {"greeting": "hello"})
RESPONDER = DomainResponder(Domain(responses={name: (ResponseVariation(text),) for name, text in TEXTS.items()}))


def state(
    said: Mapping[str, Any] | tuple[tuple[str, Any], ...] = (),
    before: Mapping[str, Any] | None = None,
    text: str = "x",
) -> DialogueState:
    """Turn 2 of a conversation: `said` now, `before` in turn 1."""
    pairs = tuple(said.items() if isinstance(said, Mapping) else said)
    entities = tuple(Entity(name, value, str(value), 0, 1) for name, value in pairs)
    needs = (Need("price", 1.0, entities),)
    slots = {name: SlotValue(value, 1, "", "said") for name, value in (before or {}).items()}
    slots |= {name: SlotValue(value, 2, "", "said") for name, value in pairs}
    return DialogueState("c", turn=2, needs=needs, slots=slots, latest=UserUttered(text, Understanding(text, needs, entities)))


def context(of: DialogueState) -> ActionContext:
    return ActionContext(of, "rest", RESPONDER)


def text_of(events: tuple[Event, ...]) -> str:
    return " ".join(event.text for event in events if isinstance(event, BotUttered))


def slots_of(events: tuple[Event, ...]) -> dict[str, Any]:
    return {event.name: event.value for event in events if isinstance(event, SlotSet)}
