"""Whether the parts of a domain know each other: slots their entities and intents, forms their slots, and so on."""

from __future__ import annotations

from collections.abc import Iterator

from dialogue.domain import Slot, SlotMapping
from dialogue.faults import Fault
from dialogue.linting.scope import Scope
from dialogue.message import message
from dialogue.payload import PAYLOAD
from dialogue.place import place_of
from dialogue.yaml_file import nearest


def check_domain(scope: Scope) -> Iterator[Fault]:
    """Every name that one part of the domain uses and no other defines."""
    yield from _intents(scope)
    for slot in scope.bot.domain.slots.values():
        for mapping in slot.mappings:
            yield from _mapping(scope, slot, mapping)
    yield from _responses(scope)
    for form in scope.bot.domain.forms.values():
        owner = message("form '{name}'", name=form.name)
        for slot_name in form.required_slots:
            yield from scope.unknown("slot", slot_name, owner, place_of(slot_name, form.place))
        for intent in form.ignored_intents:
            yield from scope.unknown("intent", intent, owner, place_of(intent, form.place), tolerated=True)


def _intents(scope: Scope) -> Iterator[Fault]:
    intents = scope.bot.domain.intents
    for intent in intents.values():
        owner = message("intent '{name}'", name=intent.name)
        for entity in (*(intent.use_entities or ()), *intent.ignore_entities):
            yield from scope.unknown("entity", entity, owner, place_of(entity, intent.place), tolerated=True)
        for part in intent.name.split("+") if "+" in intent.name and not scope.rasa else ():
            if not scope.knows("intent", part):
                told = "{owner} is made of '{part}', which is not listed{close}"
                yield Fault(intent.place, message(told, owner=owner, part=part, close=nearest(part, intents)), "intent")


def _mapping(scope: Scope, slot: Slot, mapping: SlotMapping) -> Iterator[Fault]:
    owner = message("slot '{name}'", name=slot.name)
    if mapping.entity is not None:
        yield from scope.unknown("entity", mapping.entity, owner, place_of(mapping.entity, slot.place), tolerated=True)
        yield from _marks(scope, slot, mapping, owner)
    for intent in (*mapping.intents, *mapping.not_intents):
        yield from scope.unknown("intent", intent, owner, place_of(intent, slot.place), tolerated=True)
    if mapping.active_loop:
        yield from scope.unknown("form", mapping.active_loop, owner, place_of(mapping.active_loop, slot.place), tolerated=True)
    if mapping.requested_slot is not None:
        place = place_of(mapping.requested_slot, slot.place)
        yield from scope.unknown("slot", mapping.requested_slot, owner, place, tolerated=True)


def _marks(scope: Scope, slot: Slot, mapping: SlotMapping, owner: str) -> Iterator[Fault]:
    """Roles and groups that the entity lacks; an entity that lists none may have any."""
    marks = scope.bot.domain.entities.get(mapping.entity or "", ())
    for kind, mark in (("role", mapping.role), ("group", mapping.group)):
        if mark is not None and marks and mark not in marks:
            told = "{owner} uses the {kind} '{name}', which '{entity}' lacks{close}"
            said = message(told, owner=owner, kind=message(kind), name=mark, entity=mapping.entity, close=nearest(mark, marks))
            yield Fault(place_of(mark, slot.place), said, "entity", scope.severity(tolerated=True))


def _responses(scope: Scope) -> Iterator[Fault]:
    for name, variations in scope.bot.domain.responses.items():
        owner = message("response '{name}'", name=name)
        for variation in variations:
            if variation.place is None:
                continue
            for slot in variation.conditions:
                yield from scope.unknown("slot", slot, owner, place_of(slot, variation.place), tolerated=True)
            for button in variation.buttons:
                payload = PAYLOAD.fullmatch(button.payload)
                for intent in payload["intents"].split("+") if payload else ():
                    place = place_of(button.payload, variation.place)
                    yield from scope.unknown("intent", intent, owner, place, tolerated=True)
