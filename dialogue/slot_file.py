"""Reads one slot of a domain, its type and its mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast, get_args

from dialogue.domain import MappingType, Slot, SlotMapping, SlotType
from dialogue.message import message
from dialogue.yaml_file import Node, Place, YamlError, nearest, refuse_unknown, unknown_keys

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


def read_slot(name: str, node: Node, place: Place) -> tuple[Slot, tuple[YamlError, ...]]:
    """One entry of `slots` as far as it could be read, and what is wrong with it. Raises YamlError where it is no mapping."""
    what = message("slot '{name}'", name=name)
    given = node.mapping(what)
    errors = list(unknown_keys(node, _SLOT_KEYS, what))
    kind = _type(given.get("type", Node("any", place)), what, errors)
    values = _listed(given, "values", what, errors)
    if kind == "categorical" and "values" not in given:
        errors.append(YamlError(place, message("{what} is categorical and lacks 'values'", what=what)))
    slot = Slot(
        name,
        kind,
        place,
        initial_value=given["initial_value"].plain() if "initial_value" in given else None,
        influence_conversation=bool(given["influence_conversation"].value) if "influence_conversation" in given else True,
        mappings=tuple(_mappings(given, what, errors)),
        values=tuple(item.plain() for item in values),
        min_value=_bound(given, "min_value", 0.0, what, errors),
        max_value=_bound(given, "max_value", 1.0, what, errors),
    )
    return slot, tuple(errors)


def _listed(given: Mapping[str, Node], key: str, what: str, errors: list[YamlError]) -> tuple[Node, ...]:
    try:
        return given[key].items(message("{key} of {what}", key=key, what=what)) if key in given else ()
    except YamlError as error:
        errors.append(error)
        return ()


def _mappings(given: Mapping[str, Node], what: str, errors: list[YamlError]) -> Iterator[SlotMapping]:
    for item in _listed(given, "mappings", what, errors):
        try:
            errors.extend(unknown_keys(item, _MAPPING_KEYS, message("a mapping of {what}", what=what)))
            yield from read_mappings(item, what)
        except YamlError as error:
            errors.extend(error.each())


def _bound(given: Mapping[str, Node], key: str, otherwise: float, what: str, errors: list[YamlError]) -> float:
    value = given[key].plain() if key in given else otherwise
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        told = message("{key} of {what} must be a number, got {got}", key=key, what=what, got=repr(value))
        errors.append(YamlError(given[key].place, told))
        return otherwise
    return float(value)


def read_mappings(node: Node, what: str) -> tuple[SlotMapping, ...]:
    """One entry of `mappings`; it stands for as many mappings as it has conditions, since one of them is enough."""
    owner = message("a mapping of {what}", what=what)
    given = node.mapping(owner)
    if "type" not in given:
        raise YamlError(node.place, message("{what} lacks the key '{key}'", what=owner, key="type"))
    kind = given["type"].text(message("{key} of {what}", key="type", what=owner))
    known = get_args(MappingType)
    if kind not in known:
        raise YamlError(given["type"].place, _unknown_type(owner, kind, known))
    if kind in ("from_intent", "from_trigger_intent") and "value" not in given:
        raise YamlError(node.place, message("{what} is {kind} and lacks the key 'value'", what=owner, kind=kind))
    if kind == "from_entity" and "entity" not in given:
        raise YamlError(node.place, message("{what} is from_entity and lacks the key 'entity'", what=owner))
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
    conditions = given["conditions"].items(message("{key} of {what}", key="conditions", what=owner))
    return tuple(_under(mapping, condition, owner) for condition in conditions) or (mapping,)


def form_mappings(form: str, slot: str, node: Node) -> tuple[SlotMapping, ...]:
    """The mappings of a slot as Rasa 2.0 wrote them into a form: they hold while the form asks for the slot."""
    what = message("slot '{slot}' of form '{form}'", slot=slot, form=form)
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


def _type(node: Node, what: str, errors: list[YamlError]) -> SlotType:
    known = get_args(SlotType)
    try:
        name = node.text(message("{key} of {what}", key="type", what=what))
    except YamlError as error:
        errors.append(error)
        return "any"
    kind = _CLASSES.get(name.rpartition(".")[2], name)
    if kind not in known:
        errors.append(YamlError(node.place, _unknown_type(what, name, known)))
        return "any"
    return cast(SlotType, kind)


def _unknown_type(what: str, kind: str, known: tuple[str, ...]) -> str:
    told = "{what} has the unknown type '{kind}'{close}; known: {known}"
    return message(told, what=what, kind=kind, close=nearest(kind, known), known=", ".join(known))


def _under(mapping: SlotMapping, condition: Node, what: str) -> SlotMapping:
    owner = message("a condition of {what}", what=what)
    refuse_unknown(condition, ("active_loop", "requested_slot"), owner)
    given = condition.mapping(owner)
    loop = given.get("active_loop")
    slot = given.get("requested_slot")
    return replace(
        mapping,
        active_loop=None if loop is None else NO_LOOP if loop.value is None else loop.name("active_loop"),
        requested_slot=None if slot is None else slot.name("requested_slot"),
    )


def _name(given: Mapping[str, Node], key: str, what: str) -> str | None:
    if key not in given or given[key].value is None:
        return None
    return given[key].name(message("{key} of {what}", key=key, what=what))


def _intents(given: Mapping[str, Node], key: str, what: str) -> tuple[str, ...]:
    node = given.get(key)
    if node is None or node.value is None:
        return ()
    if isinstance(node.value, tuple):
        return tuple(item.name(message("{key} of {what}", key=key, what=what)) for item in node.value)
    return (node.name(message("{key} of {what}", key=key, what=what)),)
