"""Slots that nothing sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from dialogue.domain import Slot, SlotMapping
from dialogue.faults import Fault
from dialogue.linting.scope import RASAS_SLOTS, Scope, where
from dialogue.message import message
from dialogue.place import Place, place_of
from dialogue.responses import placeholders
from dialogue.script import SlotChoice, SlotStep, Step


def check_slots(scope: Scope) -> Iterator[Fault]:
    """Slots that rules, stories or responses wait for and that nothing ever sets."""
    bot = scope.bot
    if scope.server:
        return
    used = _uses(scope)
    asked = {name for form in bot.domain.forms.values() for name in form.required_slots}
    for name, slot in bot.domain.slots.items():
        if slot.initial_value is not None or name in scope.settled or name in RASAS_SLOTS or scope.lost(name):
            continue
        if any(_sets(mapping, scope) for mapping in slot.mappings):
            yield from _never_heard(scope, slot)
        elif name not in asked:
            told = "nothing sets the slot '{slot}': it has no mapping, and no action sets it"
            said = message(told, slot=name)
            if name in used:
                owner, place = used[name]
                told = "nothing sets the slot '{slot}', which {owner} wants ({at}): it has no mapping, and no action sets it"
                said = message(told, slot=name, owner=owner, at=where(place))
            yield Fault(slot.place, said, "unfilled_slot", "hint" if scope.rasa else "warning")


def _never_heard(scope: Scope, slot: Slot) -> Iterator[Fault]:
    """A slot that only entities fill which nothing finds; of a bot of Rasa it is not known what its pipeline finds."""
    entities = [mapping.entity for mapping in slot.mappings if mapping.type == "from_entity" and mapping.entity is not None]
    if scope.rasa or scope.bot.settings.models.nlu or len(entities) < len(slot.mappings):
        return
    if all(scope.knows("entity", entity) and not scope.lost(entity) and not _found(scope, entity) for entity in entities):
        told = (
            "nothing finds the entity '{entity}', so the slot '{slot}' stays empty; mark it in examples or list it as a 'lookup'"
        )
        place = place_of(entities[0], slot.place)
        yield Fault(place, message(told, entity=entities[0], slot=slot.name), "unfilled_slot", "warning")


def _found(scope: Scope, entity: str) -> bool:
    """Whether sentences are read for this entity: marks, lists, patterns, config.yml's extractors, tables, buttons."""
    training, pipeline = scope.bot.training, scope.bot.pipeline
    period = () if pipeline.period is None else (pipeline.period.unit, pipeline.period.count)
    named = (*pipeline.quantities, *pipeline.money, *period, pipeline.phone, pipeline.person, pipeline.company, pipeline.date)
    columns = {column for table in scope.bot.facts.tables.values() for column in (table.name, *table.columns)}
    marked = {mark.entity for example in training.examples for mark in example.entities}
    payloads = (button.payload for said in scope.bot.domain.responses.values() for one in said for button in one.buttons)
    return entity in {*named, *columns, *marked, *training.lookups, *training.regexes, *scope.settled} or any(
        f'"{entity}"' in payload for payload in payloads
    )


def _sets(mapping: SlotMapping, scope: Scope) -> bool:
    return mapping.type != "custom" or (mapping.action is not None and mapping.action in scope.bot.settings.actions)


def _uses(scope: Scope) -> Mapping[str, tuple[str, Place]]:
    """Who first wants each slot to be filled, and where."""
    used: dict[str, tuple[str, Place]] = {}
    for rule in scope.bot.rules:
        owner = message("rule '{name}'", name=rule.name)
        for slot, place in _wanted((*rule.condition, *rule.steps), rule.place):
            used.setdefault(slot, (owner, place))
    for story in scope.bot.stories:
        owner = message("story '{name}'", name=story.name)
        for slot, place in _wanted(story.steps, story.place):
            used.setdefault(slot, (owner, place))
    for slot, found in _said(scope).items():
        used.setdefault(slot, found[0])
    return used


def _wanted(steps: Iterable[Step], place: Place) -> Iterator[tuple[str, Place]]:
    for step in steps:
        if isinstance(step, SlotStep):
            yield from ((slot, place_of(slot, step.place or place)) for slot, value in step.values.items() if value is not None)
        elif isinstance(step, SlotChoice):
            yield from _wanted(step.choices, place)


def _said(scope: Scope) -> Mapping[str, list[tuple[str, Place]]]:
    """Slots in the texts and conditions of responses, unless a term of facts/ or a column has that name."""
    found: dict[str, list[tuple[str, Place]]] = defaultdict(list)
    columns = {column for table in scope.bot.facts.tables.values() for column in table.columns}
    for name, variations in scope.bot.domain.responses.items():
        owner = message("response '{name}'", name=name)
        for variation in variations:
            wanted = (*placeholders(variation.text), *(slot for slot, value in variation.conditions.items() if value is not None))
            for slot in wanted:
                if variation.place is not None and slot not in scope.bot.facts.terms and slot not in columns:
                    found[slot].append((owner, variation.place))
    return found
