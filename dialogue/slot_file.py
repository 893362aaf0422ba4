"""Reads one slot of a domain, its type and its mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast, get_args

from dialogue.domain import MappingType, Slot, SlotMapping, SlotType
from dialogue.yaml_file import Node, Place, YamlError, nearest, refuse_unknown

REQUESTED_SLOT = "requested_slot"
"""Holds the slot that a running form asks for; a domain with forms has it without naming it."""
NO_LOOP = ""
"""SlotMapping.active_loop of a mapping that holds only while no form runs (`active_loop: null`)."""

_SLOT_KEYS = (
    "type",
    "initial_value",
    "influence_conversation",
    "mappings",
    "values",
    "min_value",
    "max_value",
    "auto_fill",
    "value_reset_delay",
)
_MAPPING_KEYS = ("type", "entity", "role", "group", "value", "intent", "not_intent", "conditions", "action")
_CLASSES: Mapping[str, SlotType] = {
    "TextSlot": "text",
    "BooleanSlot": "bool",
    "CategoricalSlot": "categorical",
    "FloatSlot": "float",
    "ListSlot": "list",
    "AnySlot": "any",
    "UnfeaturizedSlot": "any",
    "unfeaturized": "any",
}


def read_slot(name: str, node: Node, place: Place) -> Slot:
    """One entry of `slots`. Raises YamlError."""
    what = f"slot '{name}'"
    refuse_unknown(node, _SLOT_KEYS, what)
    given = node.mapping(what)
    kind = _type(given.get("type", Node("any", place)), what)
    values = tuple(item.plain() for item in given["values"].items(f"values of {what}")) if "values" in given else ()
    if kind == "categorical" and not values:
        raise YamlError(place, f"{what} is categorical and lacks 'values'")
    mappings = given["mappings"].items(f"mappings of {what}") if "mappings" in given else ()
    return Slot(
        name,
        kind,
        place,
        initial_value=given["initial_value"].plain() if "initial_value" in given else None,
        influence_conversation=bool(given["influence_conversation"].value) if "influence_conversation" in given else True,
        mappings=tuple(read for item in mappings for read in read_mappings(item, what)),
        values=values,
    )


def read_mappings(node: Node, what: str) -> tuple[SlotMapping, ...]:
    """One entry of `mappings`; it stands for as many mappings as it has conditions, since one of them is enough."""
    owner = f"a mapping of {what}"
    refuse_unknown(node, _MAPPING_KEYS, owner)
    given = node.mapping(owner)
    if "type" not in given:
        raise YamlError(node.place, f"{owner} lacks the key 'type'")
    kind = given["type"].text(f"type of {owner}")
    if kind not in get_args(MappingType):
        known = get_args(MappingType)
        raise YamlError(
            given["type"].place, f"{owner} has the unknown type '{kind}'{nearest(kind, known)}; known: {', '.join(known)}"
        )
    if kind == "from_entity" and "entity" not in given:
        raise YamlError(node.place, f"{owner} is from_entity and lacks the key 'entity'")
    mapping = SlotMapping(
        cast(MappingType, kind),
        entity=_name(given, "entity", owner),
        role=_name(given, "role", owner),
        group=_name(given, "group", owner),
        value=given["value"].plain() if "value" in given else None,
        intents=_intents(given, "intent", owner),
        not_intents=_intents(given, "not_intent", owner),
        action=_name(given, "action", owner),
    )
    if "conditions" not in given:
        return (mapping,)
    conditions = given["conditions"].items(f"conditions of {owner}")
    return tuple(_under(mapping, condition, owner) for condition in conditions) or (mapping,)


def form_mappings(form: str, slot: str, node: Node) -> tuple[SlotMapping, ...]:
    """The mappings of a slot as Rasa 2.0 wrote them into a form: they hold while the form asks for the slot."""
    what = f"slot '{slot}' of form '{form}'"
    items = node.items(what) if isinstance(node.value, (tuple, type(None))) else (node,)
    found = tuple(read for item in items for read in read_mappings(item, what))
    return tuple(replace(mapping, active_loop=form, requested_slot=slot) for mapping in found)


def with_auto_fill(slot: Slot, entities: Mapping[str, Any]) -> Slot:
    """Rasa 2.0 filled a slot from the entity of the same name without being told."""
    own = SlotMapping("from_entity", entity=slot.name)
    if slot.name not in entities or own in slot.mappings:
        return slot
    return replace(slot, mappings=(*slot.mappings, own))


def requested_slot(place: Place) -> Slot:
    """The slot that every domain with forms has."""
    return Slot(REQUESTED_SLOT, "any", place, influence_conversation=False)


def _type(node: Node, what: str) -> SlotType:
    name = node.text(f"type of {what}")
    kind = _CLASSES.get(name.rpartition(".")[2], name)
    if kind not in get_args(SlotType):
        raise YamlError(node.place, f"{what} has {_unknown_type(name, get_args(SlotType))}")
    return cast(SlotType, kind)


def _unknown_type(name: str, known: tuple[str, ...]) -> str:
    return f"the unknown type '{name}'{nearest(name, known)}; known: {', '.join(known)}"


def _under(mapping: SlotMapping, condition: Node, what: str) -> SlotMapping:
    refuse_unknown(condition, ("active_loop", "requested_slot"), f"a condition of {what}")
    given = condition.mapping(f"a condition of {what}")
    loop = given.get("active_loop")
    slot = given.get("requested_slot")
    return replace(
        mapping,
        active_loop=None if loop is None else NO_LOOP if loop.value is None else loop.text("active_loop"),
        requested_slot=None if slot is None else slot.text("requested_slot"),
    )


def _name(given: Mapping[str, Node], key: str, what: str) -> str | None:
    return given[key].text(f"{key} of {what}") if key in given and given[key].value is not None else None


def _intents(given: Mapping[str, Node], key: str, what: str) -> tuple[str, ...]:
    node = given.get(key)
    if node is None or node.value is None:
        return ()
    if isinstance(node.value, tuple):
        return tuple(item.text(f"{key} of {what}") for item in node.value)
    return (node.text(f"{key} of {what}"),)
