"""The domain in the shape in which Rasa sends it to action servers."""

from __future__ import annotations

from typing import Any

from dialogue.domain import Domain, Form, Slot, SlotMapping
from dialogue.slot_file import NO_LOOP
from dialogue.understanding_json import Json


def domain_json(domain: Domain) -> Json:
    """Intents, entities, slots with their mappings, forms, actions and the texts of responses."""
    return {
        "version": "3.1",
        "intents": list(domain.intents),
        "entities": [{name: {"roles": list(marks)}} if marks else name for name, marks in domain.entities.items()],
        "slots": {name: _slot(slot) for name, slot in domain.slots.items()},
        "responses": {
            name: [
                {"text": variation.text} | ({"channel": variation.channel} if variation.channel else {}) for variation in several
            ]
            for name, several in domain.responses.items()
        },
        "forms": {name: _form(form) for name, form in domain.forms.items()},
        "actions": list(domain.actions),
        "session_config": {
            "session_expiration_time": domain.session.session_expiration_time,
            "carry_over_slots_to_new_session": domain.session.carry_over_slots_to_new_session,
        },
        "config": {"store_entities_as_slots": True},
        "e2e_actions": [],
    }


def _slot(slot: Slot) -> Json:
    found: Json = {
        "type": slot.type,
        "influence_conversation": slot.influence_conversation,
        "initial_value": slot.initial_value,
        "mappings": [_mapping(mapping) for mapping in slot.mappings],
    }
    return found | ({"values": list(slot.values)} if slot.values else {})


def _mapping(mapping: SlotMapping) -> Json:
    found: dict[str, Any] = {"type": mapping.type}
    for key in ("entity", "role", "group", "value", "action"):
        if getattr(mapping, key) is not None:
            found[key] = getattr(mapping, key)
    if mapping.intents:
        found["intent"] = list(mapping.intents)
    if mapping.not_intents:
        found["not_intent"] = list(mapping.not_intents)
    if mapping.active_loop is not None:
        condition: Json = {"active_loop": None if mapping.active_loop == NO_LOOP else mapping.active_loop}
        found["conditions"] = [condition | ({"requested_slot": mapping.requested_slot} if mapping.requested_slot else {})]
    return found


def _form(form: Form) -> Json:
    return {"required_slots": list(form.required_slots), "ignored_intents": list(form.ignored_intents)}
