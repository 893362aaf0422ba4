from __future__ import annotations

from typing import Any

import pytest

from dialogue.events import ActionRejected, ActiveLoop, SlotSet, UserUttered
from dialogue.extraction import extracted
from dialogue.track import initial_state, track
from nlu.understanding import Entity, Need, Understanding
from tests.policies.talk import domain_of

DOMAIN = domain_of(
    """
version: "3.1"
intents: [inform, order, chat, affirm]
entities: [drink, city, {day: {roles: [from, to]}}]
slots:
  drink: {type: text, mappings: [{type: from_entity, entity: drink}]}
  origin: {type: text, mappings: [{type: from_entity, entity: city}]}
  destination: {type: text, mappings: [{type: from_entity, entity: city}]}
  begins: {type: text, mappings: [{type: from_entity, entity: day, role: from}]}
  any_day: {type: text, mappings: [{type: from_entity, entity: day}]}
  drinks: {type: list, mappings: [{type: from_entity, entity: drink}]}
  sure: {type: bool, mappings: [{type: from_intent, intent: affirm, value: true, conditions: [{active_loop: trip_form}]}]}
  note: {type: text, mappings: [{type: from_text, conditions: [{active_loop: trip_form, requested_slot: note}]}]}
  topic: {type: text, mappings: [{type: from_trigger_intent, intent: order, value: trip, conditions: [{active_loop: trip_form}]}]}
  idle: {type: text, mappings: [{type: from_intent, intent: order, value: x, conditions: [{active_loop: null}]}]}
forms:
  trip_form: {required_slots: [origin, destination, note], ignored_intents: [chat]}
"""
)
TRIP = (ActiveLoop("trip_form"), SlotSet("requested_slot", "note"))


def filled(intent: str, *before: Any, text: str = "……", **entities: str) -> dict[str, Any]:
    """What an utterance fills after these events; an entity 'day__from' has the role 'from'."""
    found = tuple(
        Entity(name.partition("__")[0], value, value, 0, 0, role=name.partition("__")[2] or None)
        for name, value in entities.items()
    )
    said = UserUttered(text, Understanding(text, (Need(intent, 1.0, found, 0, 0),), found))
    state = initial_state("test", DOMAIN)
    for event in (*before, said):
        state = track(state, event)
    return {slot.name: slot.value for slot in extracted(DOMAIN, state, said)}


def test_an_entity_fills_a_slot_and_a_list_takes_all() -> None:
    assert filled("inform", drink="tea") == {"drink": "tea", "drinks": ["tea"]}


def test_a_role_must_be_that_of_the_mapping_and_none_where_it_has_none() -> None:
    assert filled("inform", day__from="周一") == {"begins": "周一"}
    assert filled("inform", day="周一") == {"any_day": "周一"}


def test_an_entity_of_two_slots_of_the_form_fills_only_the_one_asked_for() -> None:
    assert filled("inform", city="上海") == {"origin": "上海", "destination": "上海"}
    assert filled("inform", *TRIP, city="上海") == {"note": "……"}
    assert filled("inform", TRIP[0], SlotSet("requested_slot", "origin"), city="上海") == {"origin": "上海"}


@pytest.mark.parametrize(
    ("intent", "before", "found"),
    [
        ("affirm", (), {}),
        ("affirm", TRIP, {"sure": True, "note": "……"}),
        ("order", (), {"idle": "x"}),
        ("order", TRIP, {"topic": "trip", "note": "……"}),
        ("chat", TRIP, {}),
        ("inform", (*TRIP, ActionRejected("trip_form")), {}),
    ],
)
def test_conditions_are_those_of_the_running_form(intent: str, before: tuple[Any, ...], found: dict[str, Any]) -> None:
    assert filled(intent, *before) == found


def test_a_button_is_no_text() -> None:
    assert filled("inform", *TRIP, text="/inform") == {}
