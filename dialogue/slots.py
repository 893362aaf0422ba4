"""Which slots an utterance fills, by the slot mappings of the domain."""

from __future__ import annotations

import math
from typing import Any

from dialogue.domain import Domain, Form, Slot, SlotMapping
from dialogue.events import SlotSet, UserUttered
from dialogue.extraction import extracted
from dialogue.payload import PAYLOAD
from dialogue.slot_file import NO_LOOP, REQUESTED_SLOT
from dialogue.state import DialogueState
from nlu.understanding import Entity

VALIDATE_MAPPINGS = "action_validate_slot_mappings"
"""The custom action that rasa-sdk's ValidationAction has: it checks slots, or fills them, after every utterance."""


def extract(domain: Domain, state: DialogueState, utterance: UserUttered) -> tuple[SlotSet, ...]:
    """Slots filled by what was said, in the domain's order; `state` is the one after the utterance was tracked.

    Of a slot's mappings the first that finds something counts. Of several entities of one kind the last wins, since a
    speaker who corrects himself says the right one last; a list slot takes them all.
    """
    if not utterance.text:
        return ()
    if domain.as_rasa:
        return extracted(domain, state, utterance)
    form = domain.forms.get(state.active_loop or "")
    found = []
    for slot in domain.slots.values():
        ignored = form is not None and slot.name in form.required_slots and _all_ignored(form, state)
        if ignored:
            continue
        free = form is None or not _tells_another(slot, form, domain, utterance)
        filled = _fill(slot.mappings if free else _but_text(slot), slot, state, utterance)
        if filled is not None:
            found.append(filled)
    return tuple(found)


def filled_by(domain: Domain, entity: str) -> frozenset[str]:
    """The slots that this entity fills; an empty name fills none."""
    mapped = ((slot.name, mapping.entity) for slot in domain.slots.values() for mapping in slot.mappings)
    return frozenset(name for name, mapped_entity in mapped if entity and mapped_entity == entity)


def stored_entities(domain: Domain, entities: tuple[Entity, ...]) -> tuple[SlotSet, ...]:
    """Slots that the entities named in a story fill: as in Rasa those of from_entity, whatever form runs."""
    found = []
    for slot in domain.slots.values():
        mapped = [one for one in slot.mappings if one.type == "from_entity" and not one.active_loop]
        values = [entity.value for one in dict.fromkeys(mapped) for entity in entities if _is_meant(one, entity)]
        if values:
            found.append(SlotSet(slot.name, values if slot.type == "list" else values[-1], "said"))
    return tuple(found)


def _is_meant(mapping: SlotMapping, entity: Entity) -> bool:
    """Whether a mapping asks for this very entity, its role and group included."""
    return (mapping.entity, mapping.role, mapping.group) == (entity.entity, entity.role, entity.group)


def extractors(domain: Domain) -> tuple[str, ...]:
    """The actions that fill slots after every utterance: those that custom mappings name, then the check of them all."""
    named = (mapping.action for slot in domain.slots.values() for mapping in slot.mappings if mapping.type == "custom")
    checks = (VALIDATE_MAPPINGS,) if VALIDATE_MAPPINGS in domain.actions else ()
    return tuple(dict.fromkeys((*(name for name in named if name), *checks)))


def asked_for(state: DialogueState, domain: Domain, entity: str) -> bool:
    """Whether a running form waits for a slot that this entity fills."""
    return state.active_loop is not None and state.value(REQUESTED_SLOT) in filled_by(domain, entity)


def _tells_another(slot: Slot, form: Form, domain: Domain, utterance: UserUttered) -> bool:
    """Whether the sentence holds an entity of another slot of the form: then it is no free answer for this one."""
    told = {entity.entity for entity in utterance.understanding.entities}
    others = (domain.slots[name] for name in form.required_slots if name != slot.name)
    return any(mapping.entity in told for other in others for mapping in other.mappings)


def _but_text(slot: Slot) -> tuple[SlotMapping, ...]:
    return tuple(mapping for mapping in slot.mappings if mapping.type != "from_text")


def _fill(mappings: tuple[SlotMapping, ...], slot: Slot, state: DialogueState, utterance: UserUttered) -> SlotSet | None:
    for mapping in mappings:
        if not _intents_fit(mapping, state) or not _conditions_fit(mapping, state):
            continue
        filled = _by(mapping, slot, state, utterance)
        if filled is not None:
            return filled
    return None


def _by(mapping: SlotMapping, slot: Slot, state: DialogueState, utterance: UserUttered) -> SlotSet | None:
    match mapping.type:
        case "from_entity":
            return _from_entities(mapping, slot, utterance.understanding.entities)
        case "from_text":
            text = utterance.text.strip()
            return None if PAYLOAD.fullmatch(text) else _set(slot, text, text)
        case "from_intent" | "from_trigger_intent":
            return _set(slot, mapping.value, utterance.text.strip()) if state.needs else None
        case "custom":
            return None  # an action fills it


def _from_entities(mapping: SlotMapping, slot: Slot, entities: tuple[Entity, ...]) -> SlotSet | None:
    fitting = [
        entity
        for entity in entities
        if entity.entity == mapping.entity and mapping.role in (None, entity.role) and mapping.group in (None, entity.group)
    ]
    if not fitting:
        return None
    if slot.type == "list":
        return _set(slot, [entity.value for entity in fitting], "、".join(entity.text for entity in fitting))
    return _set(slot, fitting[-1].value, fitting[-1].text)


def _set(slot: Slot, value: Any, words: str) -> SlotSet | None:
    """The value as the slot's type wants it; None where it cannot be that."""
    kept = _typed(slot, value)
    return None if kept is None else SlotSet(slot.name, kept, "said", words)


def _typed(slot: Slot, value: Any) -> Any:
    match slot.type:
        case "float":
            return _number(value)
        case "bool":
            return {"true": True, "false": False}.get(str(value).lower())
        case "list":
            return value if isinstance(value, list) else [value]
        case "categorical":
            named = {str(known).lower(): known for known in slot.values}
            return named.get(str(value).lower(), value)
        case "text" | "any":
            return value


def _number(value: Any) -> int | float | None:
    """Whole numbers stay whole, so that '8 cores' is not said as '8.0 cores'."""
    if isinstance(value, (int, float)):
        return value
    try:
        number = float(str(value))
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def _intents_fit(mapping: SlotMapping, state: DialogueState) -> bool:
    """A mapping for an intent holds when any need of the sentence has it; one against an intent, when none has."""
    said = {name for need in state.needs for name in (need.intent, need.intent.partition("/")[0])}
    if mapping.not_intents and said.intersection(mapping.not_intents):
        return False
    return not mapping.intents or bool(said.intersection(mapping.intents))


def _conditions_fit(mapping: SlotMapping, state: DialogueState) -> bool:
    if mapping.type == "from_trigger_intent":
        # it belongs to the utterance that starts the form, so the form does not run yet
        return state.active_loop is None or state.active_loop != mapping.active_loop
    if mapping.active_loop == NO_LOOP:
        return state.active_loop is None
    if mapping.active_loop is not None and mapping.active_loop != state.active_loop:
        return False
    return mapping.requested_slot in (None, state.value(REQUESTED_SLOT))


def _all_ignored(form: Form, state: DialogueState) -> bool:
    """Whether everything that was said is of an intent which the running form passes over."""
    return bool(state.needs) and all(need.intent in form.ignored_intents for need in state.needs)
