"""Which slots an utterance fills in a bot of Rasa: its action_extract_slots, to the letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dialogue.domain import Domain, Form, Slot, SlotMapping
from dialogue.events import SlotSet, UserUttered
from dialogue.payload import PAYLOAD
from dialogue.slot_file import NO_LOOP, REQUESTED_SLOT
from dialogue.state import DialogueState


def extracted(domain: Domain, state: DialogueState, utterance: UserUttered) -> tuple[SlotSet, ...]:
    """The first mapping of each slot that gives a value counts, whatever the slot's type; `state` is after the utterance.

    One thing is not as in Rasa: a button's '/intent' is no text for from_text.
    """
    return tuple(
        found
        for slot in domain.slots.values()
        if slot.name != REQUESTED_SLOT and (found := _first(slot, domain, state, utterance)) is not None
    )


def _first(slot: Slot, domain: Domain, state: DialogueState, utterance: UserUttered) -> SlotSet | None:
    form = domain.forms.get(state.active_loop or "")
    for mapping in slot.mappings:
        if not (_intent_fits(mapping, form, state) and _condition_holds(mapping, slot, state)):
            continue
        if form is not None and _is_ambiguous(mapping, slot, form, domain, state):
            continue
        values = list(_values(mapping, domain, state, utterance))
        if values:
            words = utterance.text.strip()
            return SlotSet(slot.name, values if slot.type == "list" else values[-1], "said", words)
    return None


def _values(mapping: SlotMapping, domain: Domain, state: DialogueState, utterance: UserUttered) -> Iterator[Any]:
    match mapping.type:
        case "from_entity" if mapping.entity in domain.entities:
            for entity in utterance.understanding.entities:
                if (entity.entity, entity.role, entity.group) == (mapping.entity, mapping.role, mapping.group):
                    yield entity.value
        case "from_intent":
            yield mapping.value
        case "from_trigger_intent" if state.active_loop is not None and mapping.active_loop in (None, state.active_loop):
            yield mapping.value
        case "from_text" if utterance.text.strip() and PAYLOAD.fullmatch(utterance.text) is None:
            yield utterance.text.strip()
        case _:
            pass


def _intent_fits(mapping: SlotMapping, form: Form | None, state: DialogueState) -> bool:
    """The intents that the mapping names; else none of those that it, or the running form that it belongs to, passes over."""
    said = {name for need in state.needs for name in (need.intent, need.intent.partition("/")[0])}
    if mapping.intents:
        return bool(said.intersection(mapping.intents))
    belongs = form is not None and (_unconditional(mapping) or mapping.active_loop == form.name)
    passed_over = {*mapping.not_intents, *(form.ignored_intents if form is not None and belongs else ())}
    return not said.intersection(passed_over)


def _unconditional(mapping: SlotMapping) -> bool:
    return mapping.active_loop is None and mapping.requested_slot is None


def _condition_holds(mapping: SlotMapping, slot: Slot, state: DialogueState) -> bool:
    if _unconditional(mapping) or mapping.type == "from_trigger_intent":
        return True
    requested = state.value(REQUESTED_SLOT)
    if state.active_loop is not None and state.scene.refused == state.active_loop and requested == slot.name:
        return False
    if mapping.active_loop in (None, NO_LOOP):
        return state.active_loop is None
    return mapping.active_loop == state.active_loop and mapping.requested_slot in (None, requested)


def _is_ambiguous(mapping: SlotMapping, slot: Slot, form: Form, domain: Domain, state: DialogueState) -> bool:
    """An entity that could as well fill another slot of the form counts only for the slot that is asked for."""
    if mapping.type != "from_entity" or slot.name not in form.required_slots or state.value(REQUESTED_SLOT) == slot.name:
        return False
    others = (domain.slots[name] for name in form.required_slots if name != slot.name and name in domain.slots)
    return any(mapping in other.mappings for other in others)
