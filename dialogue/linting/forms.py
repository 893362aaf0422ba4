"""Forms that cannot end, and slots that nothing sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from dialogue.domain import Form, Slot, SlotMapping
from dialogue.faults import Fault
from dialogue.forms import DEACTIVATE, question_for, question_names
from dialogue.linting.scope import RASAS_SLOTS, Scope, where
from dialogue.message import message
from dialogue.place import Place, place_of
from dialogue.responses import placeholders
from dialogue.script import ActionStep, LoopStep, SlotChoice, SlotStep, Step
from dialogue.yaml_file import nearest


def check_forms(scope: Scope) -> Iterator[Fault]:
    """Slots of a form that nothing asks for or fills, and forms after which nothing follows."""
    domain = scope.bot.domain
    for form in domain.forms.values():
        for name in form.required_slots:
            slot = domain.slots.get(name)
            if slot is None or scope.lost(name) or _validated(scope, form):
                continue
            place = place_of(name, form.place)
            if not _fillable(scope, form, slot):
                yield Fault(place, _never_filled(form, slot), "endless_form", scope.severity(tolerated=True))
            if question_for(form, name, domain) is None:
                wanted = question_names(form, name)[-1]
                told = "form '{form}' has no question for '{slot}'; write the response '{wanted}'{close}"
                said = message(told, form=form.name, slot=name, wanted=wanted, close=nearest(wanted, domain.responses))
                yield Fault(place, said, "endless_form", scope.severity(tolerated=True))
        yield from _without_end(scope, form)


def _validated(scope: Scope, form: Form) -> bool:
    """Whether an action server has a say in the form: it may ask, fill and leave out what it likes."""
    return scope.server and any(name in scope.bot.domain.actions for name in (f"validate_{form.name}", form.name))


def _fillable(scope: Scope, form: Form, slot: Slot) -> bool:
    """Whether the slot can be filled while the form runs, or has been before it begins."""
    if slot.initial_value is not None or slot.name in scope.settled or scope.server:
        return True
    return any(_fills(mapping, form, scope) for mapping in slot.mappings)


def _fills(mapping: SlotMapping, form: Form, scope: Scope) -> bool:
    if mapping.type == "custom":
        return mapping.action is not None and mapping.action in scope.bot.settings.actions
    if mapping.intents and set(mapping.intents) <= set(form.ignored_intents):
        return False
    loop, asked = mapping.active_loop, mapping.requested_slot
    elsewhere = loop is not None and loop != form.name and (loop == "" or loop in scope.bot.domain.forms)
    unasked = asked is not None and asked not in form.required_slots and asked in scope.bot.domain.slots
    return not (elsewhere and _never_meets(form, loop)) and not unasked


def _never_meets(form: Form, loop: str | None) -> bool:
    """A mapping of another form fills nothing here; one for 'no form' may have filled the slot before."""
    return loop not in ("", form.name)


def _never_filled(form: Form, slot: Slot) -> str:
    told = "form '{form}' can't end: while it runs, none of the mappings of '{slot}' applies"
    if not slot.mappings:
        told = "form '{form}' can't end: '{slot}' has no mapping to fill it"
    elif all(mapping.type == "custom" for mapping in slot.mappings):
        told = "form '{form}' can't end: '{slot}' is left to an action ('custom'), and none sets it"
    return message(told, form=form.name, slot=slot.name)


def _without_end(scope: Scope, form: Form) -> Iterator[Fault]:
    """Forms after which nothing follows: the customer would hear nothing once the last slot is filled."""
    bot = scope.bot
    scripts = [(*rule.condition, *rule.steps) for rule in bot.rules] + [story.steps for story in bot.stories]
    runs = any(isinstance(step, ActionStep) and step.name == form.name for steps in scripts for step in steps)
    if not scripts or not runs or scope.lost(form.name) or (scope.rasa and scope.server):
        return
    if not any(_goes_on(steps, form.name) for steps in scripts):
        told = (
            "nothing follows when the form '{form}' is full; write a rule with the condition 'active_loop: {form}' "
            "and the steps 'action: {form}', 'active_loop: null', and what is to be done then"
        )
        yield Fault(form.place, message(told, form=form.name), "endless_form", scope.severity(tolerated=True))


def _goes_on(steps: Iterable[Step], form: str) -> bool:
    """Whether these steps do something after the form has ended by itself."""
    running = ended = False
    for step in steps:
        match step:
            case ActionStep(name) if name == DEACTIVATE:
                return False
            case ActionStep(name) if name == form:
                running = True
            case LoopStep(name):
                running, ended = name == form, running and name is None
            case ActionStep() if ended:
                return True
            case _:
                pass
    return False


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
