"""Whether the parts of a domain know each other: slots their entities and intents, forms their slots, and so on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dialogue.domain import Domain, Slot, SlotMapping
from dialogue.faults import Fault
from dialogue.yaml_file import Place, nearest


def check_domain(domain: Domain) -> tuple[Fault, ...]:
    """Every name that one part of the domain uses and no other defines."""
    return tuple(fault for faults in (_intents(domain), _slots(domain), _responses(domain), _forms(domain)) for fault in faults)


def _intents(domain: Domain) -> Iterator[Fault]:
    for intent in domain.intents.values():
        what = f"intent '{intent.name}'"
        yield from _unknown(
            (*(intent.use_entities or ()), *intent.ignore_entities), domain.entities, "entity", what, intent.place
        )
        unknown = [part for part in intent.name.split("+") if "+" in intent.name and part not in domain.intents]
        for part in unknown:
            yield Fault(intent.place, f"{what} is made of '{part}', which is not listed{nearest(part, domain.intents)}")


def _slots(domain: Domain) -> Iterator[Fault]:
    for slot in domain.slots.values():
        for mapping in slot.mappings:
            yield from _mapping(domain, slot, mapping)


def _mapping(domain: Domain, slot: Slot, mapping: SlotMapping) -> Iterator[Fault]:
    what = f"slot '{slot.name}'"
    if mapping.entity is not None:
        yield from _unknown((mapping.entity,), domain.entities, "entity", what, slot.place)
        for mark in (mapping.role, mapping.group):
            marks = domain.entities.get(mapping.entity, ())
            if mark is not None and marks and mark not in marks:  # an entity that lists none may have any
                kind = "role" if mark == mapping.role else "group"
                yield Fault(slot.place, f"{what} uses the {kind} '{mark}', which '{mapping.entity}' lacks{nearest(mark, marks)}")
    yield from _unknown((*mapping.intents, *mapping.not_intents), domain.intents, "intent", what, slot.place)
    if mapping.active_loop:
        yield from _unknown((mapping.active_loop,), domain.forms, "form", what, slot.place)
    if mapping.requested_slot is not None:
        yield from _unknown((mapping.requested_slot,), domain.slots, "slot", what, slot.place)


def _responses(domain: Domain) -> Iterator[Fault]:
    for name, variations in domain.responses.items():
        for variation in variations:
            if variation.place is not None:
                yield from _unknown(variation.conditions, domain.slots, "slot", f"response '{name}'", variation.place)


def _forms(domain: Domain) -> Iterator[Fault]:
    for form in domain.forms.values():
        what = f"form '{form.name}'"
        yield from _unknown(form.required_slots, domain.slots, "slot", what, form.place)
        yield from _unknown(form.ignored_intents, domain.intents, "intent", what, form.place)


def _unknown(used: Iterable[str], known: Iterable[str], kind: str, what: str, place: Place) -> Iterator[Fault]:
    names = list(known)
    for name in used:
        if name not in names:
            yield Fault(place, f"{what} uses the {kind} '{name}', which the domain does not list{nearest(name, names)}")
